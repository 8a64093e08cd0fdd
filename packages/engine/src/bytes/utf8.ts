/** The UTF-8 bytes of a code point 0-0x10FFFF as a byte string; a surrogate gets three bytes like any other value. */
export function encodeCodePoint(codePoint: number): string {
  if (codePoint < 0x80) return String.fromCharCode(codePoint);
  const last = 0x80 | (codePoint & 0x3f);
  if (codePoint < 0x800) return String.fromCharCode(0xc0 | (codePoint >> 6), last);
  const middle = 0x80 | ((codePoint >> 6) & 0x3f);
  if (codePoint < 0x10000) return String.fromCharCode(0xe0 | (codePoint >> 12), middle, last);
  return String.fromCharCode(0xf0 | (codePoint >> 18), 0x80 | ((codePoint >> 12) & 0x3f), middle, last);
}

/** Unicode text as the byte string of its UTF-8 form; the text itself when it is ASCII. For configuration, not for traffic. */
export function encodeUtf8(text: string): string {
  let result = '';
  let copied = 0;
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) < 0x80) continue;
    const codePoint = text.codePointAt(at)!;
    result += text.slice(copied, at) + encodeCodePoint(codePoint);
    if (codePoint > 0xffff) at++;
    copied = at + 1;
  }
  return copied === 0 ? text : result + text.slice(copied);
}

/**
 * The length 2-4 of the UTF-8 shaped sequence at `at`: a lead byte C0-F7 and the continuation bytes it asks for. 0 when the
 * byte is no lead or a continuation byte is missing. Shape only: overlong forms, surrogates and values above 0x10FFFF count.
 */
export function utf8SequenceLength(text: string, at: number): number {
  const lead = text.charCodeAt(at);
  const length = lead < 0xc0 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf8 ? 4 : 0;
  for (let next = at + 1; next < at + length; next++) if ((text.charCodeAt(next) & 0xc0) !== 0x80) return 0;
  return length;
}

/** The value spelled by the UTF-8 shaped sequence of `length` 2-4 bytes at `at`, whether or not it is a permitted one. */
export function utf8SequenceValue(text: string, at: number, length: number): number {
  let value = text.charCodeAt(at) & (0x7f >> length);
  for (let next = at + 1; next < at + length; next++) value = (value << 6) | (text.charCodeAt(next) & 0x3f);
  return value;
}

/** Whether a value was written with more bytes than UTF-8 needs for it. */
export function isOverlong(value: number, length: number): boolean {
  return (length === 2 && value < 0x80) || (length === 3 && value < 0x800) || (length === 4 && value < 0x10000);
}

/** Code points that UTF-16 reserves and UTF-8 must not encode. */
export function isSurrogate(value: number): boolean {
  return value >= 0xd800 && value <= 0xdfff;
}

/** Unicode text for people and JSON from a byte string; each byte that belongs to no permitted sequence becomes U+FFFD. */
export function decodeUtf8(bytes: string): string {
  let result = '';
  let copied = 0;
  for (let at = 0; at < bytes.length; ) {
    if (bytes.charCodeAt(at) < 0x80) {
      at++;
      continue;
    }
    result += bytes.slice(copied, at);
    const length = utf8SequenceLength(bytes, at);
    const value = length === 0 ? -1 : utf8SequenceValue(bytes, at, length);
    const permitted = value >= 0 && value <= 0x10ffff && !isOverlong(value, length) && !isSurrogate(value);
    result += permitted ? String.fromCodePoint(value) : '\ufffd';
    at += permitted ? length : 1;
    copied = at;
  }
  return copied === 0 ? bytes : result + bytes.slice(copied);
}
