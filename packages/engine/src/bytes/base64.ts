import { fromBytes } from './byte-string.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PADDING = 0x3d;

/** The six bits of each byte of the standard alphabet, -1 for the others. */
const SIX_BITS: Int8Array = Int8Array.from({ length: 256 }, (_, byte) => ALPHABET.indexOf(String.fromCharCode(byte)));

/** Standard alphabet (RFC 4648 §4), padded, no line breaks. */
export function encodeBase64(text: string): string {
  let result = '';
  for (let at = 0; at < text.length; at += 3) {
    const left = text.length - at;
    const first = text.charCodeAt(at);
    const second = left > 1 ? text.charCodeAt(at + 1) : 0;
    const third = left > 2 ? text.charCodeAt(at + 2) : 0;
    result += ALPHABET[first >> 2]! + ALPHABET[((first & 3) << 4) | (second >> 4)]!;
    result += left > 1 ? ALPHABET[((second & 15) << 2) | (third >> 6)]! : '=';
    result += left > 2 ? ALPHABET[third & 63]! : '=';
  }
  return result;
}

/**
 * Decodes up to the first byte outside the standard alphabet, `=` included, as APR does. The whole bytes of an incomplete
 * last group are part of the result; its spare bits are dropped.
 */
export function decodeBase64Prefix(text: string): string {
  let end = 0;
  while (end < text.length && SIX_BITS[text.charCodeAt(end)]! >= 0) end++;
  const decoder = new GroupDecoder(end);
  for (let at = 0; at < end; at++) decoder.push(SIX_BITS[text.charCodeAt(at)]!);
  return decoder.finish();
}

/**
 * Decodes everything in the standard alphabet and skips all other bytes, `=` and NUL included. A `=` that is not followed
 * by another `=` while a group has one character only makes the whole result empty, as in ModSecurity 2.
 */
export function decodeBase64Lenient(text: string): string {
  const decoder = new GroupDecoder(text.length);
  for (let at = 0; at < text.length; at++) {
    const byte = text.charCodeAt(at);
    const value = SIX_BITS[byte]!;
    if (value >= 0) decoder.push(value);
    else if (byte === PADDING && decoder.pending === 1 && text.charCodeAt(at + 1) !== PADDING) return '';
  }
  return decoder.finish();
}

/** Collects six-bit values into bytes, four to three. */
class GroupDecoder {
  /** Characters in the unfinished group, 0-3. */
  pending = 0;
  readonly #bytes: Uint8Array;
  #length = 0;
  #bits = 0;

  constructor(characters: number) {
    this.#bytes = new Uint8Array(Math.ceil((characters * 3) / 4));
  }

  push(value: number): void {
    this.#bits = ((this.#bits << 6) | value) & 0xffff;
    // The second, third and fourth character of a group complete a byte each.
    if (this.pending > 0) this.#bytes[this.#length++] = this.#bits >> (6 - 2 * this.pending);
    this.pending = (this.pending + 1) & 3;
  }

  finish(): string {
    return fromBytes(this.#bytes.subarray(0, this.#length));
  }
}
