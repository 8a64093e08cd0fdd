import { ByteWriter } from './byte-writer.ts';

const DIGITS = '0123456789abcdef';

/** Two lower-case digits per byte. */
export function encodeHex(text: string): string {
  const writer = new ByteWriter();
  for (let at = 0; at < text.length; at++) {
    const byte = text.charCodeAt(at);
    writer.push(DIGITS.charCodeAt(byte >> 4));
    writer.push(DIGITS.charCodeAt(byte & 15));
  }
  return writer.finish();
}

/**
 * One byte for every two characters, without asking whether they are digits: other bytes go through the same arithmetic
 * as in ModSecurity 2, so that garbage between digits does not stop the decoding. An odd last character is dropped.
 */
export function decodeHexUnchecked(text: string): string {
  const writer = new ByteWriter();
  for (let at = 0; at + 1 < text.length; at += 2) {
    writer.push((uncheckedDigit(text.charCodeAt(at)) * 16 + uncheckedDigit(text.charCodeAt(at + 1))) & 0xff);
  }
  return writer.finish();
}

/** From `A` on bytes are taken for letters (case bit ignored), below for decimal digits; the result may be out of range. */
function uncheckedDigit(byte: number): number {
  return byte >= 0x41 ? (byte & 0xdf) - 0x41 + 10 : byte - 0x30;
}
