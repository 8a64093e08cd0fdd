/** Credentials as they stand in headers. What is written in no clear way is malformed, never guessed at. */
import { type Head, headerOf } from '../../listener/strict-http.ts';

/** `malformed`: they are there, and cannot be read; undefined: there are none of this kind. */
export type Found<T> = T | 'malformed' | undefined;

/** What follows the scheme in `Authorization` (RFC 9110 §11.6.2), when it is this scheme. `scheme`: in lower case. */
export function authorizationOf(head: Head, scheme: 'basic' | 'bearer'): string | undefined {
  const value = headerOf(head, 'authorization');
  if (value === undefined || value.length < scheme.length) return undefined;
  if (value.slice(0, scheme.length).toLowerCase() !== scheme) return undefined;
  const rest = value.slice(scheme.length);
  if (rest !== '' && rest[0] !== ' ') return undefined;
  return rest.trimStart();
}

export interface UserAndPassword {
  /** Byte strings. */
  readonly user: string;
  readonly password: string;
}

/** User and password of `Authorization: Basic` (RFC 7617 §2). */
export function basicCredentials(head: Head): Found<UserAndPassword> {
  const encoded = authorizationOf(head, 'basic');
  if (encoded === undefined) return undefined;
  if (encoded.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return 'malformed';
  const text = Buffer.from(encoded, 'base64').toString('latin1');
  const colon = text.indexOf(':');
  if (colon < 0 || /[\x00-\x1f\x7f]/.test(text)) return 'malformed';
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** The token of `Authorization: Bearer` (RFC 6750 §2.1). */
export function bearerToken(head: Head): Found<string> {
  const token = authorizationOf(head, 'bearer');
  return token === undefined ? undefined : isToken(token) ? token : 'malformed';
}

/** A token that has a header of its own. `lowerName`: the name of the header in lower case. */
export function tokenInHeader(head: Head, lowerName: string): Found<string> {
  const token = headerOf(head, lowerName);
  return token === undefined ? undefined : isToken(token) ? token : 'malformed';
}

/** The token in a cookie. Two cookies of the name are malformed: nobody can tell which one the application would take. */
export function tokenInCookie(head: Head, name: string): Found<string> {
  const values = (headerOf(head, 'cookie') ?? '').split(';').flatMap((pair) => {
    const equals = pair.indexOf('=');
    return equals >= 0 && pair.slice(0, equals).trim() === name ? [pair.slice(equals + 1).trim()] : [];
  });
  const [token, ...more] = values;
  if (token === undefined) return undefined;
  return more.length === 0 && isToken(token) ? token : 'malformed';
}

/** The Cookie header without one cookie; undefined when nothing is left. */
export function withoutCookie(header: string, name: string): string | undefined {
  const kept = header.split(';').filter((pair) => {
    const equals = pair.indexOf('=');
    return (equals < 0 ? pair : pair.slice(0, equals)).trim() !== name;
  });
  const text = kept.join(';').trim();
  return text === '' ? undefined : text;
}

/** `token68` (RFC 9110 §11.2), with the dots of a JWT. */
function isToken(text: string): boolean {
  return /^[A-Za-z0-9._~+/-]+=*$/.test(text);
}
