import { equalsIgnoreCase, lowerCase } from '../bytes/ascii.ts';
import type { HeaderList, RequestHead, ResponseHead } from '../contract.ts';
import { parseQuery } from '../parse-request/query.ts';
import { parseRequestTarget } from '../parse-request/uri.ts';
import type { BodyArgument } from '../registry/body-processor.ts';
import type { Member } from '../registry/member.ts';
import type { EngineSettings } from '../registry/settings.ts';
import type { RequestState, ResponseState } from '../registry/transaction-state.ts';
import type { HeadMemory } from './head-memory.ts';

/** A request head taken apart for the variables, and whether its arguments were too many. */
export function requestStateOf(
  head: RequestHead,
  settings: Readonly<EngineSettings>,
  memory: HeadMemory,
): { readonly request: RequestState; readonly contentType: string; readonly isLimitExceeded: boolean } {
  const { authority, rawPath, query, path } = parseRequestTarget(head.uri);
  const parsed = parseQuery(query ?? '', settings.argumentSeparator, settings.argumentsLimit);
  const recurring: (readonly Member[])[] = [];
  const { shape, members, cookies } = memory.fieldsOf(head.headers, recurring);
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
    headerMembers: members,
    headerNames: shape.names,
    indexOfHeader: shape.indexOf,
    cookies: cookies.members,
    cookieNames: cookies.names,
    queryArguments: parsed.arguments.map(argumentMember),
    queryArgumentNames: memory.namesOf(parsed.arguments, recurring),
    hasInvalidEscape: parsed.hasInvalidEscape,
    recurring,
  };
  const contentType = shape.firstValue(head.headers, 'content-type') ?? '';
  return { request, contentType, isLimitExceeded: parsed.isOverLimit };
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
  for (const header of headers) if (equalsIgnoreCase(header[0], name)) return header[1];
  return undefined;
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

/** `[::1]:80` → `[::1]`, `EXAMPLE.test:80` → `example.test`. */
function hostName(host: string): string {
  const colon = host.lastIndexOf(':');
  return lowerCase(colon === -1 || host.indexOf(']', colon) !== -1 ? host : host.slice(0, colon));
}
