import { equalsIgnoreCase, lowerCase } from '../bytes/ascii.ts';
import type { HeaderList, RequestHead, ResponseHead } from '../contract.ts';
import { parseCookies } from '../parse-request/cookies.ts';
import { parseQuery } from '../parse-request/query.ts';
import { parseRequestTarget } from '../parse-request/uri.ts';
import type { BodyArgument } from '../registry/body-processor.ts';
import type { Member } from '../registry/member.ts';
import type { EngineSettings } from '../registry/settings.ts';
import type { RequestState, ResponseState } from '../registry/transaction-state.ts';

/** A request head taken apart for the variables, and whether its arguments were too many. */
export function requestStateOf(
  head: RequestHead,
  settings: Readonly<EngineSettings>,
): { readonly request: RequestState; readonly isLimitExceeded: boolean } {
  const { authority, rawPath, query, path } = parseRequestTarget(head.uri);
  const parsed = parseQuery(query ?? '', settings.argumentSeparator, settings.argumentsLimit);
  const headerMembers = mergedMembers(head.headers);
  const cookies = cookiesOf(head.headers, settings);
  const request: RequestState = {
    method: head.method,
    uri: head.uri,
    protocol: head.protocol,
    line: head.line ?? `${head.method} ${head.uri} ${head.protocol}`,
    headers: head.headers,
    serverName: head.serverName ?? hostName(authority ?? headerValue(head.headers, 'host') ?? ''),
    user: head.user,
    authType: head.authType,
    rawPath,
    query,
    path,
    headerMembers,
    headerNames: namesOf(headerMembers),
    cookies,
    cookieNames: namesOf(cookies),
    queryArguments: parsed.arguments.map(argumentMember),
    hasInvalidEscape: parsed.hasInvalidEscape,
  };
  return { request, isLimitExceeded: parsed.isOverLimit };
}

export function responseStateOf(head: ResponseHead): ResponseState {
  const headerMembers = membersOf(head.headers);
  return {
    status: head.status,
    reason: head.reason ?? '',
    protocol: head.protocol,
    headers: head.headers,
    headerMembers,
    headerNames: namesOf(headerMembers),
    contentType: headerValue(head.headers, 'content-type'),
    body: undefined,
    bodyLength: 0,
    isOverLimit: false,
  };
}

/** First value of a header, names compared caseless. */
export function headerValue(headers: HeaderList, name: string): string | undefined {
  return headers.find(([candidate]) => equalsIgnoreCase(candidate, name))?.[1];
}

export function argumentMember({ name, value }: BodyArgument): Member {
  return { key: name, value };
}

export function namesOf(members: readonly Member[]): readonly Member[] {
  return members.map(({ key }) => ({ key, value: key ?? '' }));
}

function membersOf(headers: HeaderList): readonly Member[] {
  return headers.map(([key, value]) => ({ key, value }));
}

/**
 * Headers with their repetitions: one member under the name that came first, values joined with `, `, as Apache merges them.
 * A set, because a head with a thousand headers must not be searched a thousand times.
 */
function mergedMembers(headers: HeaderList): readonly Member[] {
  const byName = new Map<string, { key: string; value: string }>();
  for (const [key, value] of headers) {
    const name = lowerCase(key);
    const earlier = byName.get(name);
    if (earlier === undefined) byName.set(name, { key, value });
    else earlier.value += `, ${value}`;
  }
  return [...byName.values()];
}

/** Header by header: merged ones would let a cookie swallow the header behind it. */
function cookiesOf(headers: HeaderList, settings: Readonly<EngineSettings>): readonly Member[] {
  const options = { format: settings.cookieFormat, separator: settings.cookieSeparator };
  return headers
    .filter(([name]) => equalsIgnoreCase(name, 'cookie'))
    .flatMap(([, value]) => parseCookies(value, options).map(argumentMember));
}

/** `[::1]:80` → `[::1]`, `EXAMPLE.test:80` → `example.test`. */
function hostName(host: string): string {
  const colon = host.lastIndexOf(':');
  return lowerCase(colon === -1 || host.indexOf(']', colon) !== -1 ? host : host.slice(0, colon));
}
