/** Connections to an application: undici pools, one per address, taking turns. No redirects, no decoding, no cache. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { buildConnector, type Dispatcher, Pool } from 'undici';
import type { UpstreamConfig } from '../config/config.ts';
import { type DecidedBy, ERRORS, type ErrorKind, GateError } from '../errors.ts';

export interface Upstream {
  readonly name: string;
  readonly config: UpstreamConfig;
  /** The address whose turn it is, or the next one that has room for a request; undefined when none has. */
  next(queue: number): UpstreamAddress | undefined;
  /** Resolves when running exchanges are over. */
  close(): Promise<void>;
}

export interface UpstreamAddress {
  readonly url: string;
  /** `host[:port]` for the Host header, default ports left out. */
  readonly host: string;
  readonly dispatcher: Dispatcher;
  /** What answers from here are put down to. */
  readonly decidedBy: DecidedBy;
  /** For `dispatch`; the same for all requests, so that they share connections. */
  readonly servername: string | undefined;
  /** Requests it has been given and not yet answered, those that wait for a connection included. */
  pending: number;
}

/** An answer's head may be this large. */
const MAX_HEADER_BYTES = 32 * 1024;

/** Throws when a certificate file cannot be read. */
export function createUpstream(name: string, config: UpstreamConfig): Upstream {
  const addresses = config.urls.map((url) => createAddress(name, url, config));
  let turn = 0;
  return {
    name,
    config,
    next(queue) {
      const room = config.connections + queue;
      for (let tried = 0; tried < addresses.length; tried++) {
        const address = addresses[turn] as UpstreamAddress;
        turn = turn + 1 < addresses.length ? turn + 1 : 0;
        if (address.pending < room) return address;
      }
      return undefined;
    },
    async close() {
      await Promise.all(addresses.map(({ dispatcher }) => dispatcher.close()));
    },
  };
}

function createAddress(name: string, url: string, config: UpstreamConfig): UpstreamAddress {
  const { protocol, host, hostname, origin } = new URL(url);
  const isSecure = protocol === 'https:';
  const dispatcher = new Pool(origin, {
    connections: config.connections,
    pipelining: 1,
    keepAliveTimeout: config.keepAlive,
    keepAliveMaxTimeout: Math.max(config.keepAlive, 1000) * 10,
    headersTimeout: config.responseTimeout,
    bodyTimeout: config.idleTimeout,
    maxHeaderSize: MAX_HEADER_BYTES,
    allowH2: false,
    connect: isSecure ? secureConnector(hostname, config) : { timeout: config.connectTimeout },
  });
  return {
    url: origin,
    host,
    dispatcher,
    decidedBy: { stage: 'upstream', reason: name },
    servername: isSecure ? hostname : undefined,
    pending: 0,
  };
}

/**
 * undici would ask for, and verify, the name in the Host header, which the client chose. Here the name comes from the
 * configuration, whatever the request says.
 */
function secureConnector(hostname: string, { tls, connectTimeout }: UpstreamConfig): buildConnector.connector {
  const connect = buildConnector({
    timeout: connectTimeout,
    allowH2: false,
    rejectUnauthorized: !tls.unsafeSkipVerify,
    ...(tls.ca && { ca: readFileSync(tls.ca) }),
    ...(tls.certificate && { cert: readFileSync(tls.certificate) }),
    ...(tls.key && { key: readFileSync(tls.key) }),
  });
  // An IP address is verified as such and not sent as a name (RFC 6066).
  const servername = tls.serverName ?? (isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? hostname : '');
  return (options, callback) => connect({ ...options, servername }, callback);
}

/** All upstreams of a configuration; those of `earlier` that did not change keep their connections. */
export function createUpstreams(
  configs: ReadonlyMap<string, UpstreamConfig>,
  earlier?: ReadonlyMap<string, Upstream>,
): ReadonlyMap<string, Upstream> {
  const upstreams = new Map<string, Upstream>();
  for (const [name, config] of configs) {
    const kept = earlier?.get(name);
    const canKeep = kept !== undefined && isDeepStrictEqual(kept.config, config) && !usesFiles(config);
    upstreams.set(name, canKeep ? kept : createUpstream(name, config));
  }
  return upstreams;
}

/** Certificate files may have changed although their names have not. */
function usesFiles({ tls }: UpstreamConfig): boolean {
  return tls.ca !== undefined || tls.certificate !== undefined || tls.key !== undefined;
}

const UNREACHABLE: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EADDRNOTAVAIL',
]);

/** What an error of undici or of its socket means. */
export function upstreamError(cause: Error, address: UpstreamAddress): GateError {
  if (cause instanceof GateError) return cause;
  return new GateError(kindOf(cause), `${address.url}: ${cause.message}`, cause);
}

function kindOf(cause: Error): ErrorKind {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  if (UNREACHABLE.has(code)) return ERRORS.upstreamUnreachable;
  if (code.startsWith('ERR_TLS') || code.startsWith('ERR_SSL') || /CERT|SELF_SIGNED|UNABLE_TO_/.test(code)) {
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
