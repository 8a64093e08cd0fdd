import { isSpace, trimSpaceEnd, trimSpaceStart } from '../bytes/ascii.ts';
import type { BodyArgument } from '../registry/body-processor.ts';

export interface CookieOptions {
  /** `SecCookieFormat`: 0 for the cookies of browsers, 1 for the form of RFC 2109. */
  readonly format: 0 | 1;
  /** `SecCookieV0Separator`: bytes that separate cookies in format 0, instead of the choice between `;` and `,`. */
  readonly separator?: string | undefined;
}

/** A cookie as `REQUEST_COOKIES` shows it: neither decoded nor unquoted in format 0. */
export type Cookie = BodyArgument;

/**
 * Cookies of one `Cookie` header, in order, duplicates kept, as ModSecurity 2 splits them. Cookies without a name are left
 * out (the header itself is inspected as well). Takes any bytes, never fails.
 */
export function parseCookies(header: string, options: CookieOptions): readonly Cookie[] {
  return options.format === 0
    ? parseNetscape(header, options.separator ?? usualSeparator(header))
    : parseRfc2109(header);
}

/** `,` where it is the only possible reading: no `;` anywhere, and the first comma followed by a space. */
function usualSeparator(header: string): string {
  if (header.includes(';')) return ';';
  const comma = header.indexOf(',');
  return comma >= 0 && header[comma + 1] === ' ' ? ',' : ';';
}

/** Only white space before a name is dropped; `a = b` is the cookie `a ` with the value ` b`. */
function parseNetscape(header: string, separators: string): Cookie[] {
  const cookies: Cookie[] = [];
  for (const piece of splitAtAny(header, separators)) {
    const cookie = trimSpaceStart(piece);
    const equals = cookie.indexOf('=');
    const name = equals < 0 ? cookie : cookie.slice(0, equals);
    if (name !== '') cookies.push({ name, value: equals < 0 ? '' : cookie.slice(equals + 1) });
  }
  return cookies;
}

function splitAtAny(text: string, separators: string): string[] {
  if (separators.length === 1) return text.split(separators);
  const pieces: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (!separators.includes(text[at]!)) continue;
    pieces.push(text.slice(start, at));
    start = at + 1;
  }
  pieces.push(text.slice(start));
  return pieces;
}

const SEPARATORS = ',;';

/**
 * `$Path` and the like belong to the cookie before them and are named after it, `$session_Path`. What stands between a
 * closing quote and the next separator is read as a cookie of its own, as the reference does.
 */
function parseRfc2109(header: string): Cookie[] {
  const cookies: Cookie[] = [];
  let previousName: string | undefined;
  let at = 0;
  while (at < header.length) {
    const nameEnd = findAny(header, `${SEPARATORS}=`, at);
    const writtenName = trimSpaceEnd(trimSpaceStart(header.slice(at, nameEnd)));
    let value = '';
    at = nameEnd;
    if (header[at] === '=') {
      at = skipSpace(header, at + 1);
      if (header[at] === '"') {
        const close = header.indexOf('"', at + 1);
        const end = close < 0 ? header.length : close;
        value = header.slice(at + 1, end);
        at = end + 1;
      } else {
        const end = findAny(header, SEPARATORS, at);
        value = trimSpaceEnd(header.slice(at, end));
        at = end;
      }
    }
    if (writtenName !== '') {
      const isAttribute = writtenName.startsWith('$');
      const name = isAttribute && previousName !== undefined ? `$${previousName}_${writtenName.slice(1)}` : writtenName;
      cookies.push({ name, value });
      if (!isAttribute) previousName = name;
    }
    while (at < header.length && (SEPARATORS.includes(header[at]!) || isSpace(header.charCodeAt(at)))) at++;
  }
  return cookies;
}

function findAny(text: string, bytes: string, from: number): number {
  let at = from;
  while (at < text.length && !bytes.includes(text[at]!)) at++;
  return at;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at++;
  return at;
}
