/**
 * Strict HTTP/1 on top of Node's parser, which lets through what two readers may understand differently. Everything here
 * is decided from the raw header list, before rules, routes or upstreams see the request.
 */
import type { HttpConfig, LimitsConfig } from '../config/config.ts';
import { ERRORS, type ErrorKind } from '../errors.ts';
import { type Authority, parseAuthority } from './authority.ts';
import type { FrontRequest } from './front.ts';
import { parseLength, tokensOf } from './header-text.ts';
import { type PathDoubt, parseTarget, type Target } from './target.ts';
import type { WireWatch } from './wire-watch.ts';

/** A request head, read once. Headers with the same name are merged with `, ` (as Apache does): rules and upstream see one. */
export interface Head {
  readonly method: string;
  readonly target: Target | undefined;
  readonly host: Authority | undefined;
  /** Names as received, names in lower case, values: three lists of the same length. */
  readonly names: string[];
  readonly lowerNames: string[];
  readonly values: string[];
  /** Bytes announced by Content-Length; undefined without one. */
  readonly contentLength: number | undefined;
  readonly isChunked: boolean;
  readonly expectsContinue: boolean;
  /** Lower-case tokens of Connection; undefined without one. */
  readonly connectionTokens: readonly string[] | undefined;
  readonly isWebSocket: boolean;
  /** The connection must end with the answer: another reader may see another request behind this one. */
  readonly mustClose: boolean;
  /** First reason to refuse it, if any. */
  readonly refusal: ErrorKind | undefined;
  /** What the refusal is about, for the log. */
  readonly refusalDetail: string | undefined;
}

/** Headers of which one may be sent; a second one is how checks are fooled about what the application will read. */
const SINGLETONS: ReadonlySet<string> = new Set([
  'authorization',
  'content-disposition',
  'content-encoding',
  'content-length',
  'content-location',
  'content-range',
  'content-type',
  'cookie',
  'date',
  'expect',
  'from',
  'host',
  'if-modified-since',
  'if-range',
  'if-unmodified-since',
  'max-forwards',
  'origin',
  'proxy-authorization',
  'range',
  'referer',
  'sec-websocket-key',
  'transfer-encoding',
  'user-agent',
]);

const DOUBTS: Readonly<Record<PathDoubt, ErrorKind>> = {
  nul: ERRORS.encodedNul,
  backslash: ERRORS.encodedBackslash,
  'double encoding': ERRORS.doubleEncoding,
  'overlong UTF-8': ERRORS.overlongUtf8,
};

/** What says where the body ends. */
const OF_FRAMING: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding']);

/** Headers a client must not have removed by naming them in Connection. */
const PROTECTED: ReadonlySet<string> = new Set([
  ...SINGLETONS,
  'accept',
  'accept-encoding',
  'cache-control',
  'forwarded',
  'if-match',
  'if-none-match',
  'sec-websocket-key',
  'sec-websocket-version',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-real-ip',
  'x-request-id',
]);

/** How a request came: as text, whose framing is in its headers, or as frames of HTTP/2. */
export type Wire = 'text' | 'frames';

/** Reads and checks a request that Node's parser has accepted. `watch` knows its bytes. */
export function readHead(
  request: FrontRequest,
  http: HttpConfig,
  limits: LimitsConfig,
  wire: Wire = 'text',
  watch?: WireWatch,
): Head {
  const method = request.method ?? '';
  const uri = request.url ?? '';
  const version = request.httpVersion;
  const isOld = version === '1.0';
  const raw = request.rawHeaders;
  const names: string[] = [];
  const lowerNames: string[] = [];
  const values: string[] = [];
  let refusal: ErrorKind | undefined;
  let detail: string | undefined;
  const refuse = (kind: ErrorKind, about?: string): void => {
    // Framing errors outrank policy: a policy refusal may be waived, a framing error never.
    if (refusal === undefined || (refusal.isPolicy && !kind.isPolicy)) {
      refusal = kind;
      detail = about;
    }
  };

  if (wire === 'text' && version !== '1.1' && !isOld) {
    refuse(version.startsWith('0') ? ERRORS.ancientVersion : ERRORS.unsupportedVersion);
  }
  if (raw.length / 2 > limits.headerCount) refuse(ERRORS.tooManyHeaders);
  if (uri.length > limits.targetLength) refuse(ERRORS.targetTooLong);

  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at] ?? '';
    const value = raw[at + 1] ?? '';
    const lower = name.toLowerCase();
    // The request is refused for their number: what thousands of them say is worth nobody's time.
    if (at >= limits.headerCount * 2 && !OF_FRAMING.has(lower)) continue;
    const earlier = lowerNames.indexOf(lower);
    if (earlier >= 0) {
      values[earlier] = `${values[earlier]}, ${value}`;
      if (lower === 'host') refuse(ERRORS.repeatedHost);
      else if (lower === 'content-length') refuse(ERRORS.badContentLength, 'repeated');
      else if (lower === 'transfer-encoding') refuse(ERRORS.badTransferEncoding, 'repeated');
      else if (SINGLETONS.has(lower)) refuse(ERRORS.repeatedSingleton, name);
      continue;
    }
    if (http.underscoreHeaders === 'refuse' && name.includes('_')) refuse(ERRORS.underscoreHeader, name);
    names.push(name);
    lowerNames.push(lower);
    values.push(value);
  }

  let hostValue: string | undefined;
  let contentLength: number | undefined;
  let isChunked = false;
  let expectsContinue = false;
  let connectionTokens: readonly string[] | undefined;
  let upgrade: string | undefined;
  for (let at = 0; at < lowerNames.length; at++) {
    const value = values[at] ?? '';
    switch (lowerNames[at]) {
      case 'host':
        hostValue = value;
        break;
      case 'content-length':
        contentLength = parseLength(value);
        if (contentLength === undefined) refuse(ERRORS.badContentLength, value);
        break;
      case 'transfer-encoding':
        isChunked = value.toLowerCase() === 'chunked';
        if (!isChunked) refuse(ERRORS.badTransferEncoding, value);
        else if (isOld) refuse(ERRORS.oldTransferEncoding);
        break;
      case 'expect':
        expectsContinue = value.toLowerCase() === '100-continue';
        if (!expectsContinue) refuse(ERRORS.unknownExpectation, value);
        break;
      case 'connection':
        connectionTokens = tokensOf(value);
        break;
      case 'upgrade':
        upgrade = value.toLowerCase();
        break;
    }
  }
  const looseness = watch?.onHead({ method, url: uri, version, isChunked, contentLength: contentLength ?? 0 });
  if (looseness !== undefined) refuse(ERRORS.looseFraming, looseness);
  let mustClose = false;
  if (isChunked && contentLength !== undefined) {
    // RFC 9112 §6.3 lets the coding win, and wants the connection closed.
    if (http.profile === 'strict') refuse(ERRORS.ambiguousFraming);
    else mustClose = true;
    contentLength = undefined;
    dropField(names, lowerNames, values, 'content-length');
  }
  if (wire === 'frames' && contentLength === undefined) isChunked = !request.readableEnded && !request.complete;
  const stolen = connectionTokens?.find((token) => PROTECTED.has(token));
  if (stolen !== undefined) refuse(ERRORS.protectedHopHeader, stolen);

  const target = parseTarget(uri, method);
  if (target === undefined) refuse(ERRORS.badTarget, uri);
  else if (target.hasDotSegments) refuse(ERRORS.dotSegments);
  else if (target.doubt !== undefined) refuse(DOUBTS[target.doubt]);

  let host: Authority | undefined;
  if (hostValue === undefined) {
    if (!isOld) refuse(ERRORS.missingHost);
  } else {
    host = parseAuthority(hostValue);
    if (host === undefined) refuse(ERRORS.badHost, hostValue);
  }
  if (target?.form === 'absolute' && host !== undefined && !isSameAuthority(target.authority, host)) {
    refuse(ERRORS.hostMismatch);
  }
  if (!http.methods.includes(method)) refuse(ERRORS.refusedMethod, method);

  const isWebSocket = upgrade === 'websocket' && connectionTokens?.includes('upgrade') === true;
  if (isWebSocket) {
    if (isChunked || (contentLength ?? 0) > 0) refuse(ERRORS.upgradeWithBody);
    if (method !== 'GET' || isOld || !lowerNames.includes('sec-websocket-key')) refuse(ERRORS.badUpgrade);
  }

  // Node throws away what came together with a head that asked for another protocol.
  if (upgrade !== undefined && !isWebSocket && watch?.hasMore === true) mustClose = true;
  return {
    method,
    target,
    host: host ?? target?.authority,
    names,
    lowerNames,
    values,
    contentLength,
    isChunked,
    expectsContinue,
    connectionTokens,
    isWebSocket,
    mustClose,
    refusal,
    refusalDetail: detail,
  };
}

/** Leaves a header out of all three lists, so that rules see what the upstream gets. */
function dropField(names: string[], lowerNames: string[], values: string[], lowerName: string): void {
  const at = lowerNames.indexOf(lowerName);
  for (const list of [names, lowerNames, values]) list.splice(at, 1);
}

/** Whether bytes follow the head. */
export function hasBody(head: Pick<Head, 'isChunked' | 'contentLength'>): boolean {
  return head.isChunked || (head.contentLength ?? 0) > 0;
}

/** Value of a header, by its lower-case name. */
export function headerOf(head: Pick<Head, 'lowerNames' | 'values'>, lowerName: string): string | undefined {
  const at = head.lowerNames.indexOf(lowerName);
  return at < 0 ? undefined : head.values[at];
}

function isSameAuthority(a: Authority | undefined, b: Authority): boolean {
  return a !== undefined && a.host === b.host && (a.port ?? 80) === (b.port ?? 80);
}
