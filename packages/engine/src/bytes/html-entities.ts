import { equalsIgnoreCase, hexValue, isAlphanumeric, isDigit } from './ascii.ts';

const AMPERSAND = 0x26;
const HASH = 0x23;
const SEMICOLON = 0x3b;

/** The names ModSecurity 2 knows; a longer list would decode text that the reference leaves alone. */
const NAMED: readonly (readonly [name: string, value: string])[] = [
  ['quot', '"'],
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['nbsp', '\xa0'],
];

/**
 * Decodes `&#x41;`, `&#65;` and the names quot, amp, lt, gt, nbsp (caseless), each with or without the semicolon, in one
 * pass: `&amp;lt;` is `&lt;`. Any number of digits is taken. The result of a numeric entity is the low byte of its value,
 * 0xFF from 2^63 on, as C `strtol` has it. Everything else is kept.
 */
export function decodeHtmlEntities(text: string): string {
  let result = '';
  let copied = 0;
  let at = text.indexOf('&');
  while (at !== -1 && at + 1 < text.length) {
    const entity = text.charCodeAt(at + 1) === HASH ? readNumeric(text, at + 2) : readNamed(text, at + 1);
    if (entity !== undefined) {
      const { end, value } = entity;
      result += text.slice(copied, at) + value;
      copied = text.charCodeAt(end) === SEMICOLON ? end + 1 : end;
      at = copied;
    } else {
      at++;
    }
    // What follows a broken entity can only be another `&`: digits, letters, `#` and `x` never start one.
    if (text.charCodeAt(at) !== AMPERSAND) at = text.indexOf('&', at);
  }
  return copied === 0 ? text : result + text.slice(copied);
}

interface Entity {
  /** Index behind the last digit or letter. */
  readonly end: number;
  readonly value: string;
}

function readNumeric(text: string, at: number): Entity | undefined {
  const marker = text.charCodeAt(at) | 0x20;
  const hexadecimal = marker === 0x78;
  const from = hexadecimal ? at + 1 : at;
  let end = from;
  if (hexadecimal) while (hexValue(text.charCodeAt(end)) >= 0) end++;
  else while (isDigit(text.charCodeAt(end))) end++;
  if (end === from) return undefined;
  return {
    end,
    value: String.fromCharCode(hexadecimal ? lowByteOfHex(text, from, end) : lowByteOfDecimal(text, from, end)),
  };
}

function readNamed(text: string, from: number): Entity | undefined {
  let end = from;
  while (isAlphanumeric(text.charCodeAt(end))) end++;
  if (end - from < 2 || end - from > 4) return undefined;
  const name = text.slice(from, end);
  for (const [known, value] of NAMED) if (equalsIgnoreCase(name, known)) return { end, value };
  return undefined;
}

function lowByteOfHex(text: string, from: number, end: number): number {
  const significant = skipZeros(text, from, end);
  const digits = end - significant;
  if (digits > 16 || (digits === 16 && hexValue(text.charCodeAt(significant)) >= 8)) return 0xff;
  const low = hexValue(text.charCodeAt(end - 1));
  return digits > 1 ? hexValue(text.charCodeAt(end - 2)) * 16 + low : low;
}

function lowByteOfDecimal(text: string, from: number, end: number): number {
  const significant = skipZeros(text, from, end);
  const digits = end - significant;
  if (digits > 19 || (digits === 19 && text.slice(significant, end) > '9223372036854775807')) return 0xff;
  let low = 0;
  for (let at = significant; at < end; at++) low = (low * 10 + text.charCodeAt(at) - 0x30) & 0xff;
  return low;
}

function skipZeros(text: string, from: number, end: number): number {
  let at = from;
  while (at < end - 1 && text.charCodeAt(at) === 0x30) at++;
  return at;
}
