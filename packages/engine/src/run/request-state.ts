import { equalsIgnoreCase } from '../bytes/ascii.ts';
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
  const { rawPath, query, path } = parseRequestTarget(head.uri);
  const parsed = parseQuery(query ?? '', settings.argumentSeparator, settings.argumentsLimit);
  const headerMembers = membersOf(head.headers);
  const cookies = cookiesOf(headerMembers, settings);
  const request: RequestState = {
    method: head.method,
    uri: head.uri,
    protocol: head.protocol,
    line: head.line ?? `${head.method} ${head.uri} ${head.protocol}`,
    headers: head.headers,
    serverName: head.serverName ?? hostWithoutPort(headerValue(head.headers, 'host') ?? ''),
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

function cookiesOf(headers: readonly Member[], settings: Readonly<EngineSettings>): readonly Member[] {
  const options = { format: settings.cookieFormat, separator: settings.cookieSeparator };
  return headers
    .filter((header) => equalsIgnoreCase(header.key ?? '', 'cookie'))
    .flatMap((header) => parseCookies(header.value, options).map(argumentMember));
}

/** `[::1]:80` → `[::1]`, `example.test:80` → `example.test`. */
function hostWithoutPort(host: string): string {
  const colon = host.lastIndexOf(':');
  return colon === -1 || host.indexOf(']', colon) !== -1 ? host : host.slice(0, colon);
}
