import { decodeUrlEncoded } from '../bytes/url.ts';
import type { BodyArgument } from '../registry/body-processor.ts';

/** The arguments of one query string or form. */
export interface ParsedQuery {
  /** In order of appearance, duplicates kept, names and values decoded once. */
  readonly arguments: readonly BodyArgument[];
  /** A `%` that starts no escape was seen in a name or value (URLENCODED_ERROR). */
  readonly hasInvalidEscape: boolean;
  /** There were more arguments than the limit allows; those beyond it are not in the list. */
  readonly isOverLimit: boolean;
}

/**
 * Splits a query string or an `application/x-www-form-urlencoded` body as ModSecurity 2 does: at the separator, each piece
 * at its first `=`. A piece without `=` has an empty value; an empty piece is an argument with empty name and value, except
 * one at the very end, so that `a=1&` is a single argument. Takes any bytes, never fails.
 *
 * @param separator one byte, `&` unless `SecArgumentSeparator` says otherwise
 * @param limit how many arguments may be returned at most (`SecArgumentsLimit`)
 */
export function parseQuery(text: string, separator: string, limit: number): ParsedQuery {
  const found: BodyArgument[] = [];
  let hasInvalidEscape = false;
  for (let start = 0; start < text.length; ) {
    if (found.length >= limit) return { arguments: found, hasInvalidEscape, isOverLimit: true };
    const next = text.indexOf(separator, start);
    const end = next < 0 ? text.length : next;
    const piece = text.slice(start, end);
    const equals = piece.indexOf('=');
    const name = decodeUrlEncoded(equals < 0 ? piece : piece.slice(0, equals));
    const value = decodeUrlEncoded(equals < 0 ? '' : piece.slice(equals + 1));
    hasInvalidEscape ||= name.hasInvalidEscape || value.hasInvalidEscape;
    found.push({ name: name.value, value: value.value });
    start = end + 1;
  }
  return { arguments: found, hasInvalidEscape, isOverLimit: false };
}
