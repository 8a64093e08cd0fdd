import { equalsIgnoreCase, lowerCase } from '../bytes/ascii.ts';
import type { HeaderList, RequestHead, ResponseHead } from '../contract.ts';
import { parseCookies } from '../parse-request/cookies.ts';
import { parseQuery } from '../parse-request/query.ts';
import { parseRequestTarget } from '../parse-request/uri.ts';
import type { BodyArgument } from '../registry/body-processor.ts';
import { type Member, NO_MEMBERS } from '../registry/member.ts';
import type { EngineSettings } from '../registry/settings.ts';
import type { RequestState, ResponseState } from '../registry/transaction-state.ts';
import type { HeadShape, HeadShapes } from './head-shape.ts';

/** A request head taken apart for the variables, and whether its arguments were too many. */
export function requestStateOf(
  head: RequestHead,
  settings: Readonly<EngineSettings>,
  shapes: HeadShapes,
): { readonly request: RequestState; readonly isLimitExceeded: boolean } {
  const { authority, rawPath, query, path } = parseRequestTarget(head.uri);
  const parsed = parseQuery(query ?? '', settings.argumentSeparator, settings.argumentsLimit);
  const shape = shapes.of(head.headers);
  const cookies = cookiesOf(head.headers, shape, settings);
  const request: RequestState = {
    method: head.method,
    uri: head.uri,
    protocol: head.protocol,
    line: head.line ?? `${head.method} ${head.uri} ${head.protocol}`,
    headers: head.headers,
    serverName: head.serverName ?? hostName(authority ?? shape.firstValue(head.headers, 'host') ?? ''),
    user: head.user,
    authType: head.authType,
    rawPath,
    query,
    path,
    headerMembers: shape.membersOf(head.headers),
    headerNames: shape.names,
    indexOfHeader: shape.indexOf,
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

/** Header by header: merged ones would let a cookie swallow the header behind it. */
function cookiesOf(
  headers: HeaderList,
  { cookieFields }: HeadShape,
  settings: Readonly<EngineSettings>,
): readonly Member[] {
  if (cookieFields.length === 0) return NO_MEMBERS;
  const options = { format: settings.cookieFormat, separator: settings.cookieSeparator };
  const members: Member[] = [];
  for (const field of cookieFields) {
    for (const cookie of parseCookies(headers[field]![1], options)) members.push(argumentMember(cookie));
  }
  return members;
}

/** `[::1]:80` → `[::1]`, `EXAMPLE.test:80` → `example.test`. */
function hostName(host: string): string {
  const colon = host.lastIndexOf(':');
  return lowerCase(colon === -1 || host.indexOf(']', colon) !== -1 ? host : host.slice(0, colon));
}
