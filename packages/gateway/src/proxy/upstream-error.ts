/** What an error of undici or of its socket means. */
import { ERRORS, type ErrorKind, GateError } from '../errors.ts';

const UNREACHABLE: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EADDRNOTAVAIL',
  // Unix sockets: there is none, or it may not be used.
  'ENOENT',
  'EACCES',
]);

/** `url`: the address it happened with. */
export function upstreamError(cause: Error, url: string): GateError {
  if (cause instanceof GateError) return cause;
  return new GateError(kindOf(cause), `${url}: ${cause.message}`, cause);
}

/** No connection was made: the application has not seen the request, whatever it was. */
export function wasNeverSent(cause: Error): boolean {
  const { code = '', syscall, errors } = cause as NodeJS.ErrnoException & { readonly errors?: readonly Error[] };
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || isAboutCertificate(code)) return true;
  // A host with several addresses: one error for each of them.
  if (errors !== undefined) return errors.length > 0 && errors.every(wasNeverSent);
  // The same codes come from sockets that were connected; then the system call is another.
  return syscall === 'connect' || syscall === 'getaddrinfo';
}

/** The connection broke: for a kept one that may mean no more than that it had been idle for too long. */
export function isBrokenConnection(cause: Error): boolean {
  const code = (cause as NodeJS.ErrnoException).code;
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}

const AGAINST_ADDRESS: ReadonlySet<ErrorKind> = new Set([
  ERRORS.upstreamUnreachable,
  ERRORS.upstreamFailed,
  ERRORS.upstreamInvalid,
  ERRORS.upstreamTimeout,
  ERRORS.upstreamConnectTimeout,
  ERRORS.upstreamIdle,
]);

/** Refused by our own HTTP client, or broken off by the client that sent the request. */
const NOT_THE_UPSTREAM: ReadonlySet<string> = new Set([
  'UND_ERR_INVALID_ARG',
  'UND_ERR_NOT_SUPPORTED',
  'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
]);

/** It tells something about the address, and not about the client or the gate. */
export function speaksAgainstAddress({ kind, cause }: GateError): boolean {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? '';
  return AGAINST_ADDRESS.has(kind) && !NOT_THE_UPSTREAM.has(code);
}

function kindOf(cause: Error): ErrorKind {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  if (UNREACHABLE.has(code)) return ERRORS.upstreamUnreachable;
  if (code.startsWith('ERR_TLS') || code.startsWith('ERR_SSL') || isAboutCertificate(code)) {
    return ERRORS.upstreamUnreachable;
  }
  switch (code) {
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return ERRORS.upstreamConnectTimeout;
    case 'UND_ERR_HEADERS_TIMEOUT':
      return ERRORS.upstreamTimeout;
    case 'UND_ERR_BODY_TIMEOUT':
      return ERRORS.upstreamIdle;
    case 'UND_ERR_HEADERS_OVERFLOW':
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return ERRORS.upstreamInvalid;
  }
  if (code.startsWith('HPE_') || cause.message === 'bad response' || cause.message === 'bad upgrade') {
    return ERRORS.upstreamInvalid;
  }
  return ERRORS.upstreamFailed;
}

function isAboutCertificate(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_/.test(code);
}
