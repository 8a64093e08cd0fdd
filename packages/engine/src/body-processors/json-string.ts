import { hexValue } from '../bytes/ascii.ts';
import { encodeCodePoint } from '../bytes/utf8.ts';
import { type BodyError, jsonError } from './body-errors.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** Where the quote is that ends the string from `at` on; -1 where there is more in it than ASCII as it is, or the chunk ends before. */
export function endOfPlainString(chunk: string, at: number): number {
  for (let index = at; index < chunk.length; index++) {
    const byte = chunk.charCodeAt(index);
    if (byte === QUOTE) return index;
    if (byte === BACKSLASH || byte < 0x20 || byte > 0x7f) return -1;
  }
  return -1;
}

/**
 * Reads one JSON string in pieces. The value is UTF-8: bytes as sent, escapes encoded, surrogate pairs joined. Refused are
 * control bytes, unknown escapes, bytes that are not UTF-8 (RFC 3629: no overlong forms) and surrogates without partner.
 */
export class JsonString {
  #value = '';
  /** Hexadecimal digits of a `\u` escape still to come, and their value so far. */
  #digitsMissing = 0;
  #codeUnit = 0;
  #isEscape = false;
  #highSurrogate = 0;
  readonly #utf8 = new Utf8Check();

  /** The decoded text; complete once `read` has given an index. */
  get value(): string {
    return this.#value;
  }

  /** Reads from `at`, behind the opening quote; the index behind the closing quote, or -1 when it is not in this chunk. */
  read(chunk: string, at: number): number {
    let copied = at;
    for (let index = at; index < chunk.length; index++) {
      if (this.#isEscape || this.#digitsMissing > 0) {
        this.#readEscape(chunk, index);
        copied = index + 1;
        continue;
      }
      const byte = chunk.charCodeAt(index);
      if (this.#highSurrogate > 0 && byte !== BACKSLASH) throw loneSurrogate();
      if (byte > 0x7f || this.#utf8.isOpen) this.#utf8.accept(byte);
      else if (byte === QUOTE || byte === BACKSLASH) {
        this.#value += chunk.slice(copied, index);
        copied = index + 1;
        if (byte === QUOTE) return copied;
        this.#isEscape = true;
      } else if (byte < 0x20) throw jsonError('control character in a string');
    }
    this.#value += chunk.slice(copied);
    return -1;
  }

  #readEscape(chunk: string, index: number): void {
    if (this.#isEscape) {
      this.#isEscape = false;
      const letter = chunk[index]!;
      if (letter === 'u') {
        this.#digitsMissing = 4;
        this.#codeUnit = 0;
        return;
      }
      const simple = SIMPLE_ESCAPES.get(letter);
      if (simple === undefined) throw jsonError('unknown escape in a string');
      if (this.#highSurrogate > 0) throw loneSurrogate();
      this.#value += simple;
      return;
    }
    const digit = hexValue(chunk.charCodeAt(index));
    if (digit < 0) throw jsonError('\\u without four hexadecimal digits');
    this.#codeUnit = this.#codeUnit * 16 + digit;
    if (--this.#digitsMissing === 0) this.#addCodeUnit(this.#codeUnit);
  }

  #addCodeUnit(unit: number): void {
    const isLow = unit >= 0xdc00 && unit <= 0xdfff;
    if (isLow !== this.#highSurrogate > 0) throw loneSurrogate();
    if (unit >= 0xd800 && unit <= 0xdbff) {
      this.#highSurrogate = unit;
      return;
    }
    const codePoint = isLow ? 0x10000 + ((this.#highSurrogate - 0xd800) << 10) + (unit - 0xdc00) : unit;
    this.#highSurrogate = 0;
    this.#value += encodeCodePoint(codePoint);
  }
}

function loneSurrogate(): BodyError {
  return jsonError('surrogate without its other half');
}

/** Follows multi-byte sequences: how many bytes are missing, and between which values the next one must lie. */
class Utf8Check {
  #missing = 0;
  #lowest = 0x80;
  #highest = 0xbf;

  get isOpen(): boolean {
    return this.#missing > 0;
  }

  accept(byte: number): void {
    if (this.#missing > 0) {
      if (byte < this.#lowest || byte > this.#highest) throw invalidUtf8();
      this.#missing--;
      this.#lowest = 0x80;
      this.#highest = 0xbf;
      return;
    }
    if (byte < 0xc2 || byte > 0xf4) throw invalidUtf8();
    this.#missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    // Overlong forms, surrogates and values above U+10FFFF show in the second byte.
    if (byte === 0xe0) this.#lowest = 0xa0;
    else if (byte === 0xed) this.#highest = 0x9f;
    else if (byte === 0xf0) this.#lowest = 0x90;
    else if (byte === 0xf4) this.#highest = 0x8f;
  }
}

function invalidUtf8(): BodyError {
  return jsonError('string is not UTF-8');
}
