/** Which headers cross the gate. Hop-by-hop ones end here (RFC 9110 §7.6.1); framing and identity are written anew. */

import { type ClientIdentity, IDENTITY_HEADERS, identityHeaders } from '../listener/client-identity.ts';
import { parseLength, tokensOf } from '../listener/header-text.ts';
import type { Head } from '../listener/strict-http.ts';
import type { ClientAddress } from '../logs/index.ts';
import { formatTraceparent, type TraceContext } from '../tracing/trace-context.ts';

/** What there is to say of the name of a request header; bits, so that one look tells all. */
const NEVER_AS_RECEIVED = 1;
/** What gateways and frameworks take for the client's address, or for the path instead of the one that was checked. */
const BELIEVED_FROM_TRUSTED = 2;
const ABOUT_IDENTITY = 4;
/** Headers by which an application takes a request for one with another method. */
const METHOD_OVERRIDE = 8;
const ABOUT_TRACE = 16;
const ABOUT_ENCODING = 32;
const ABOUT_BYTES = 64;
const ABOUT_PARTS = 128;

const REQUEST_TRAITS: ReadonlyMap<string, number> = traitsOf([
  [
    NEVER_AS_RECEIVED,
    'connection expect forwarded host http2-settings keep-alive proxy-authenticate proxy-authorization proxy-connection te ' +
      'trailer transfer-encoding upgrade x-forwarded-for x-forwarded-host x-forwarded-port x-forwarded-proto x-real-ip x-request-id',
  ],
  [
    BELIEVED_FROM_TRUSTED,
    'cf-connecting-ip client-ip fastly-client-ip true-client-ip x-client-ip x-cluster-client-ip x-original-host ' +
      'x-original-url x-rewrite-url',
  ],
  [ABOUT_IDENTITY, [...IDENTITY_HEADERS].join(' ')],
  [METHOD_OVERRIDE, 'x-http-method x-http-method-override x-method-override'],
  [ABOUT_TRACE, 'traceparent tracestate'],
  [ABOUT_ENCODING, 'accept-encoding'],
  [ABOUT_BYTES, 'content-digest content-length content-md5 digest'],
  [ABOUT_PARTS, 'if-range range'],
]);

const RESPONSE_DROPPED: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export interface Forwarding {
  readonly requestId: string;
  /** Host header for the upstream; undefined leaves it to the connection. */
  readonly host: string | undefined;
  /** Peer of the connection, and whether its forwarding headers are believed. */
  readonly peer: ClientAddress;
  readonly isPeerTrusted: boolean;
  /** The client as far as it is known. */
  readonly clientAddress: string;
  readonly scheme: 'http' | 'https';
  readonly localPort: number;
  /** What the client's certificate says, where one was asked for. */
  readonly identity: ClientIdentity | undefined;
  readonly dropsUnderscores: boolean;
  readonly dropsMethodOverrides: boolean;
  /** What the upstream is told instead of the client's trace; absent where nothing is traced and headers pass as they are. */
  readonly trace?: TraceContext | undefined;
  /** Rules want to read the answer: it must not come compressed. */
  readonly wantsIdentity: boolean;
  /** Rules have rewritten the body: what the client said of its bytes is not true any more. */
  readonly hasNewBody: boolean;
  /** All of the answer is wanted, not the part the client asks for. */
  readonly hidesRange: boolean;
}

/** Names and values in turn, as undici takes them. */
export function upstreamHeaders(head: Head, forwarding: Forwarding): string[] {
  const { names, lowerNames, values, connectionTokens } = head;
  const list: string[] = [];
  let forwardedFor: string | undefined;
  let forwardedHost: string | undefined;
  let forwardedProto: string | undefined;
  let forwardedPort: string | undefined;
  let forwarded: string | undefined;
  let receivedHost = '';
  const unwanted = unwantedTraits(forwarding);
  for (let at = 0; at < lowerNames.length; at++) {
    const lower = lowerNames[at] as string;
    const value = values[at] as string;
    const traits = REQUEST_TRAITS.get(lower) ?? 0;
    if (traits === NEVER_AS_RECEIVED) {
      if (lower === 'host') receivedHost = value;
      else if (!forwarding.isPeerTrusted) continue;
      else if (lower === 'x-forwarded-for') forwardedFor = value;
      else if (lower === 'x-forwarded-host') forwardedHost = value;
      else if (lower === 'x-forwarded-proto') forwardedProto = value;
      else if (lower === 'x-forwarded-port') forwardedPort = value;
      else if (lower === 'forwarded') forwarded = value;
      continue;
    }
    if ((traits & unwanted) !== 0) continue;
    if (connectionTokens?.includes(lower)) continue;
    if (forwarding.dropsUnderscores && lower.includes('_')) continue;
    if (!forwarding.isPeerTrusted && lower.startsWith('x-forwarded-')) continue;
    list.push(names[at] as string, value);
  }

  const peer = forwarding.peer.address;
  const proto = forwardedProto ?? forwarding.scheme;
  const host = forwardedHost ?? receivedHost;
  const own = `for=${forwardedNode(peer)};host="${receivedHost}";proto=${forwarding.scheme}`;
  if (forwarding.host !== undefined) list.push('host', forwarding.host);
  else if (receivedHost !== '') list.push('host', receivedHost);
  if (forwarding.wantsIdentity) list.push('accept-encoding', 'identity');
  list.push(
    'x-forwarded-for',
    forwardedFor === undefined ? peer : `${forwardedFor}, ${peer}`,
    'x-forwarded-proto',
    proto,
    'x-forwarded-port',
    forwardedPort ?? String(forwarding.localPort),
    'forwarded',
    forwarded === undefined ? own : `${forwarded}, ${own}`,
    'x-real-ip',
    forwarding.clientAddress,
    'x-request-id',
    forwarding.requestId,
  );
  if (forwarding.trace !== undefined) {
    list.push('traceparent', formatTraceparent(forwarding.trace));
    if (forwarding.trace.state !== undefined) list.push('tracestate', forwarding.trace.state);
  }
  if (host !== '') list.push('x-forwarded-host', host);
  if (forwarding.identity !== undefined) list.push(...identityHeaders(forwarding.identity));
  return list;
}

function traitsOf(lists: readonly (readonly [trait: number, names: string])[]): ReadonlyMap<string, number> {
  return new Map(lists.flatMap(([trait, names]) => names.split(' ').map((name) => [name, trait] as const)));
}

function unwantedTraits(forwarding: Forwarding): number {
  const { isPeerTrusted, identity, trace } = forwarding;
  return (
    (isPeerTrusted ? 0 : BELIEVED_FROM_TRUSTED) |
    // A trusted proxy may have asked for a certificate itself.
    (isPeerTrusted && identity === undefined ? 0 : ABOUT_IDENTITY) |
    (forwarding.dropsMethodOverrides ? METHOD_OVERRIDE : 0) |
    (trace === undefined ? 0 : ABOUT_TRACE) |
    (forwarding.wantsIdentity ? ABOUT_ENCODING : 0) |
    (forwarding.hasNewBody ? ABOUT_BYTES : 0) |
    (forwarding.hidesRange ? ABOUT_PARTS : 0)
  );
}

/** RFC 7239 §6: IPv6 addresses are quoted and in brackets. */
function forwardedNode(address: string): string {
  return address.includes(':') ? `"[${address}]"` : address;
}

/**
 * The client a chain of trusted proxies speaks for: the last address in X-Forwarded-For that is not itself trusted.
 * Anything that is not an address ends the search, so nothing made up gets into logs or rules.
 */
export function forwardedClient(
  forwardedFor: string | undefined,
  peer: string,
  isTrusted: (address: string) => boolean,
  isAddress: (text: string) => boolean,
): string {
  let client = peer;
  if (forwardedFor === undefined) return client;
  for (const address of tokensOf(forwardedFor).toReversed()) {
    if (!isAddress(address)) return client;
    client = address;
    if (!isTrusted(address)) return client;
  }
  return client;
}

export interface ResponseHeaders {
  /** Names and values in turn, as received, hop-by-hop ones left out. */
  readonly list: string[];
  /** Bytes announced by the upstream; undefined when it did not say, or not clearly. */
  readonly contentLength: number | undefined;
  readonly contentType: string | undefined;
  readonly hasDate: boolean;
  /** Some header may name the upstream's own address: Location, Content-Location, Set-Cookie. */
  readonly namesPlace: boolean;
  /** The upstream contradicted itself about the length, or put control bytes into a value. */
  readonly isInvalid: boolean;
}

/** Reads the raw header list of an upstream: names and values in turn, as bytes or byte strings. `status`: of the answer. */
export function responseHeaders(
  raw: readonly (Buffer | string)[],
  serverHeader: string | undefined,
  status: number,
): ResponseHeaders {
  const list: string[] = [];
  let contentLength: number | undefined;
  let contentType: string | undefined;
  let hasDate = false;
  let namesPlace = false;
  let isInvalid = false;
  let named: readonly string[] | undefined;
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] as Buffer | string).toString('latin1');
    const value = (raw[at + 1] as Buffer | string).toString('latin1');
    const lower = name.toLowerCase();
    if (lower === 'connection') named = named === undefined ? tokensOf(value) : [...named, ...tokensOf(value)];
    if (RESPONSE_DROPPED.has(lower)) continue;
    if (lower === 'server' && serverHeader !== undefined) continue;
    if (lower === 'x-request-id') continue;
    if (lower === 'date') hasDate = true;
    else if (lower === 'location' || lower === 'set-cookie' || lower === 'content-location') namesPlace = true;
    else if (lower === 'content-type') contentType = value;
    else if (lower === 'content-length') {
      const length = parseLength(value) ?? Number.NaN;
      if (Number.isNaN(length) || (contentLength !== undefined && contentLength !== length)) isInvalid = true;
      // RFC 9110 §8.6: 204 announces nothing. Some reader before the client might wait for it, and take the next answer for it.
      if (contentLength !== undefined || status === 204) continue;
      contentLength = length;
    }
    if (hasControlBytes(value)) isInvalid = true;
    list.push(name, value);
  }
  if (named !== undefined) dropNamed(list, named);
  if (serverHeader !== undefined) list.push('Server', serverHeader);
  return { list, contentLength, contentType, hasDate, namesPlace, isInvalid };
}

/** The form rules take headers in. `list`: names and values in turn. */
export function headerPairs(list: readonly string[]): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < list.length; at += 2) pairs.push([list[at] as string, list[at + 1] as string]);
  return pairs;
}

/** Removes the headers Connection names, except those that carry the message itself. */
function dropNamed(list: string[], named: readonly string[]): void {
  for (let at = list.length - 2; at >= 0; at -= 2) {
    const lower = (list[at] as string).toLowerCase();
    if (named.includes(lower) && lower !== 'content-length' && lower !== 'content-type') list.splice(at, 2);
  }
}

/** CR, LF and NUL among them. */
export function hasControlBytes(value: string): boolean {
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f) return true;
  }
  return false;
}
