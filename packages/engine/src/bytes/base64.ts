import { ByteWriter } from './byte-writer.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PADDING = 0x3d;

/** The six bits of each byte of the standard alphabet, -1 for the others. */
const SIX_BITS: Int8Array = Int8Array.from({ length: 256 }, (_, byte) => ALPHABET.indexOf(String.fromCharCode(byte)));

/** Standard alphabet (RFC 4648 §4), padded, no line breaks. */
export function encodeBase64(text: string): string {
  const writer = new ByteWriter();
  for (let at = 0; at < text.length; at += 3) {
    const left = text.length - at;
    const first = text.charCodeAt(at);
    const second = left > 1 ? text.charCodeAt(at + 1) : 0;
    const third = left > 2 ? text.charCodeAt(at + 2) : 0;
    writer.push(ALPHABET.charCodeAt(first >> 2));
    writer.push(ALPHABET.charCodeAt(((first & 3) << 4) | (second >> 4)));
    writer.push(left > 1 ? ALPHABET.charCodeAt(((second & 15) << 2) | (third >> 6)) : PADDING);
    writer.push(left > 2 ? ALPHABET.charCodeAt(third & 63) : PADDING);
  }
  return writer.finish();
}

/**
 * Decodes up to the first byte outside the standard alphabet, `=` included, as APR does. The whole bytes of an incomplete
 * last group are part of the result; its spare bits are dropped.
 */
export function decodeBase64Prefix(text: string): string {
  let end = 0;
  while (end < text.length && SIX_BITS[text.charCodeAt(end)]! >= 0) end++;
  return decodeBase64Lenient(text.slice(0, end));
}

/**
 * Decodes everything in the standard alphabet and skips all other bytes, `=` and NUL included. A `=` that is not followed
 * by another `=` while a group has one character only makes the whole result empty, as in ModSecurity 2.
 */
export function decodeBase64Lenient(text: string): string {
  const writer = new ByteWriter();
  let bits = 0;
  let pending = 0;
  for (let at = 0; at < text.length; at++) {
    const byte = text.charCodeAt(at);
    const value = SIX_BITS[byte]!;
    if (value < 0) {
      if (byte === PADDING && pending === 1 && text.charCodeAt(at + 1) !== PADDING) return '';
      continue;
    }
    bits = ((bits << 6) | value) & 0xffff;
    // The second, third and fourth character of a group complete a byte each.
    if (pending > 0) writer.push((bits >> (6 - 2 * pending)) & 0xff);
    pending = (pending + 1) & 3;
  }
  return writer.finish();
}
