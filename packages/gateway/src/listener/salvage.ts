/**
 * What can be learned from bytes that Node's parser refused, so that rules and logs see the attack. Nothing read here is
 * ever forwarded. Every kind of line end counts, CR alone included: a header must not swallow the next one.
 */
import type { HeaderList } from '@sallyport/engine';
import { ERRORS, type ErrorKind } from '../errors.ts';
import { isBlank, trimBlanks } from './header-text.ts';

export interface Salvage {
  /** First line as received, without its end. */
  readonly line: string;
  readonly method: string;
  readonly uri: string;
  /** `HTTP/0.9` for a line that has none. */
  readonly protocol: string;
  readonly headers: HeaderList;
  /** A request line without a protocol asks for HTTP/0.9, whose answers have no head. */
  readonly hasProtocol: boolean;
}

const MAX_BYTES = 64 * 1024;
const CR = 0x0d;
const LF = 0x0a;

/** Undefined when there is not even a request line. */
export function salvageRequest(packet: Uint8Array | undefined): Salvage | undefined {
  if (packet === undefined || packet.length === 0) return undefined;
  const bytes = Buffer.from(packet.buffer, packet.byteOffset, Math.min(packet.length, MAX_BYTES)).toString('latin1');
  let at = 0;
  while (bytes.charCodeAt(at) === CR || bytes.charCodeAt(at) === LF) at++;
  const line = bytes.slice(at, lineEnd(bytes, at));
  const parts = splitRequestLine(line);
  if (parts === undefined) return undefined;
  return { line, ...parts, headers: readHeaders(bytes, nextLine(bytes, lineEnd(bytes, at))) };
}

function splitRequestLine(received: string): Omit<Salvage, 'line' | 'headers'> | undefined {
  let start = 0;
  let length = received.length;
  while (isBlank(received.charCodeAt(length - 1))) length--;
  const line = received.slice(0, length);
  while (isBlank(line.charCodeAt(start))) start++;
  const methodEnd = indexOfSpace(line, start);
  if (methodEnd < 0) return undefined;
  const lastSpace = Math.max(line.lastIndexOf(' '), line.lastIndexOf('\t'));
  const tail = line.slice(lastSpace + 1);
  const hasProtocol = lastSpace > methodEnd && tail !== '';
  const method = line.slice(0, methodEnd);
  const uri = trimBlanks(line.slice(methodEnd + 1, hasProtocol ? lastSpace : undefined));
  return { method, uri, protocol: hasProtocol ? tail : 'HTTP/0.9', hasProtocol };
}

function readHeaders(bytes: string, from: number): HeaderList {
  const headers = new Map<string, [name: string, value: string]>();
  for (let at = from; at < bytes.length; ) {
    const end = lineEnd(bytes, at);
    if (end === at) break;
    const line = bytes.slice(at, end);
    const colon = line.indexOf(':');
    if (colon > 0) {
      const name = trimBlanks(line.slice(0, colon));
      const value = trimBlanks(line.slice(colon + 1));
      const earlier = headers.get(name.toLowerCase());
      if (earlier === undefined) headers.set(name.toLowerCase(), [name, value]);
      else earlier[1] = `${earlier[1]}, ${value}`;
    }
    at = nextLine(bytes, end);
  }
  return [...headers.values()];
}

function lineEnd(bytes: string, from: number): number {
  let at = from;
  while (at < bytes.length && bytes.charCodeAt(at) !== CR && bytes.charCodeAt(at) !== LF) at++;
  return at;
}

function nextLine(bytes: string, end: number): number {
  return bytes.charCodeAt(end) === CR && bytes.charCodeAt(end + 1) === LF ? end + 2 : end + 1;
}

function indexOfSpace(line: string, from: number): number {
  for (let at = from; at < line.length; at++) {
    if (isBlank(line.charCodeAt(at))) return at;
  }
  return -1;
}

/** Why Node's parser gave up, in our words. */
export function kindOfParseError(code: string | undefined, salvage: Salvage | undefined): ErrorKind {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return ERRORS.headersTooLarge;
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return ERRORS.bodyTooLarge;
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return ERRORS.headersTimeout;
    case 'HPE_UNEXPECTED_CONTENT_LENGTH':
      return ERRORS.badContentLength;
    case 'HPE_INVALID_CONTENT_LENGTH':
      return ERRORS.badContentLength;
    case 'HPE_INVALID_TRANSFER_ENCODING':
      return ERRORS.badTransferEncoding;
    default:
      return salvage !== undefined && isLaterVersion(salvage.protocol)
        ? ERRORS.unsupportedVersion
        : ERRORS.malformedRequest;
  }
}

/** `HTTP/1.2`, `HTTP/2`, `HTTP/3.0` and so on. */
function isLaterVersion(protocol: string): boolean {
  if (!protocol.startsWith('HTTP/')) return false;
  const major = protocol.charCodeAt(5) - 0x30;
  const minor = protocol.charCodeAt(7) - 0x30;
  if (major < 1 || major > 9 || (major === 1 && !(minor > 1))) return false;
  return protocol.length === 6 || (protocol.length === 8 && protocol[6] === '.' && minor >= 0 && minor <= 9);
}
