import { fromBytes } from './byte-string.ts';

const DIGITS = '0123456789abcdef';

/** Two lower-case digits per byte. */
export function encodeHex(text: string): string {
  let result = '';
  for (let at = 0; at < text.length; at++) {
    const byte = text.charCodeAt(at);
    result += DIGITS[byte >> 4]! + DIGITS[byte & 15]!;
  }
  return result;
}

/**
 * One byte for every two characters, without asking whether they are digits: other bytes go through the same arithmetic
 * as in ModSecurity 2, so that garbage between digits does not stop the decoding. An odd last character is dropped.
 */
export function decodeHexUnchecked(text: string): string {
  const bytes = new Uint8Array(text.length >> 1);
  for (let at = 0; at < bytes.length; at++) {
    bytes[at] = uncheckedDigit(text.charCodeAt(2 * at)) * 16 + uncheckedDigit(text.charCodeAt(2 * at + 1));
  }
  return fromBytes(bytes);
}

/** From `A` on bytes are taken for letters (case bit ignored), below for decimal digits; the result may be out of range. */
function uncheckedDigit(byte: number): number {
  return byte >= 0x41 ? (byte & 0xdf) - 0x41 + 10 : byte - 0x30;
}
