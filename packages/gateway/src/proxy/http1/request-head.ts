import { errors } from 'undici';
import { isToken } from '../../listener/raw-head.ts';

/** Methods whose requests have a body by their nature: without one they say so (RFC 9110 §8.6). */
const EXPECT_BODY: ReadonlySet<string> = new Set(['PATCH', 'POST', 'PROPFIND', 'PROPPATCH', 'PUT', 'QUERY']);
/** Headers that are ours alone to write. */
const FRAMING: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);
/** RFC 9112 §3.2: bytes of a request target, as far as any application takes them. */
const OTHER_THAN_TARGET = /[^\x21-\x7e\x80-\xff]/;
/** RFC 9110 §5.5. */
const OTHER_THAN_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/** What the head is made of. */
export interface RequestParts {
  readonly method: string;
  readonly path: string;
  /** Names and values in turn; its framing is told anew. */
  readonly headers: readonly string[];
  /** Undefined: it goes in chunks. */
  readonly bodyLength: number | undefined;
  /** Host header where the list has none, as of a client that speaks HTTP/1.0. */
  readonly host: string;
}

/**
 * The head of a request as it goes to an application, a byte string. Throws undici's `InvalidArgumentError` for what would be read as
 * something else: headers may come from rules and configurations.
 */
export function requestHead({ method, path, headers, bodyLength, host: ownHost }: RequestParts): string {
  if (!isTokenText(method)) throw new errors.InvalidArgumentError('invalid request method');
  if (path === '' || OTHER_THAN_TARGET.test(path)) throw new errors.InvalidArgumentError('invalid request path');
  let host: string | undefined;
  let lines = '';
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at] as string;
    const value = headers[at + 1] as string;
    const lower = name.toLowerCase();
    if (FRAMING.has(lower)) continue;
    if (!isTokenText(name)) throw new errors.InvalidArgumentError('invalid header key');
    if (OTHER_THAN_VALUE.test(value)) throw new errors.InvalidArgumentError(`invalid ${lower} header`);
    if (lower !== 'host') lines += `${name}: ${value}\r\n`;
    else if (host === undefined) host = value;
    else throw new errors.InvalidArgumentError('duplicate host header');
  }
  if (bodyLength === undefined) lines += 'transfer-encoding: chunked\r\n';
  else if (bodyLength > 0 || EXPECT_BODY.has(method)) lines += `content-length: ${bodyLength}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nhost: ${host ?? ownHost}\r\nconnection: keep-alive\r\n${lines}\r\n`;
}

function isTokenText(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (!isToken(text.charCodeAt(at))) return false;
  return text !== '';
}
