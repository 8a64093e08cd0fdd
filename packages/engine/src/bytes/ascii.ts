/** `0-9` */
export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** `0-7` */
export function isOctalDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x37;
}

/** `0-9 A-F a-f`; false for NaN, so that `isHexDigit(text.charCodeAt(i))` is safe behind the end. */
export function isHexDigit(byte: number): boolean {
  return hexValue(byte) >= 0;
}

/** The value 0-15 of a hexadecimal digit, -1 for any other byte and for NaN (behind the end of a text). */
export function hexValue(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  if (byte >= 0x61 && byte <= 0x66) return byte - 0x57;
  if (byte >= 0x41 && byte <= 0x46) return byte - 0x37;
  return -1;
}

/** The value 0-255 of the two hexadecimal digits at `at`, -1 where there are no two. */
export function hexPair(text: string, at: number): number {
  const high = hexValue(text.charCodeAt(at));
  if (high < 0) return -1;
  const low = hexValue(text.charCodeAt(at + 1));
  return low < 0 ? -1 : high * 16 + low;
}

/** `A-Z` */
export function isUpper(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

/** `a-z` */
export function isLower(byte: number): boolean {
  return byte >= 0x61 && byte <= 0x7a;
}

/** `0-9 A-Z a-z` */
export function isAlphanumeric(byte: number): boolean {
  return isDigit(byte) || isUpper(byte) || isLower(byte);
}

/** White space of C `isspace` in the C locale: 0x09-0x0D and 0x20. Not 0xA0, unlike JavaScript's `\s`. */
export function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

/** White space, or byte 0xA0 (no-break space in latin-1), which ModSecurity counts in as white space in places. */
export function isSpaceOrNbsp(byte: number): boolean {
  return isSpace(byte) || byte === 0xa0;
}

/**
 * A-Z as a-z; every other byte, 0x80-0xFF included, is kept (`String.prototype.toLowerCase` would fold 0xC0-0xDE).
 * Returns the text itself when it has no upper-case letter.
 */
export function lowerCase(text: string): string {
  let hasUpper = false;
  for (let at = 0; at < text.length; at++) {
    const byte = text.charCodeAt(at);
    if (byte > 0x7f) return mapAsciiRuns(text, (run) => run.toLowerCase());
    if (isUpper(byte)) hasUpper = true;
  }
  return hasUpper ? text.toLowerCase() : text;
}

/** a-z as A-Z; every other byte is kept. Returns the text itself when it has no lower-case letter. */
export function upperCase(text: string): string {
  for (let at = 0; at < text.length; at++) {
    if (isLower(text.charCodeAt(at))) return mapAsciiRuns(text, (run) => run.toUpperCase());
  }
  return text;
}

/** Lets the native conversion, which is fast but knows Unicode, see only the runs of bytes below 0x80. */
function mapAsciiRuns(text: string, map: (run: string) => string): string {
  let result = '';
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) < 0x80) continue;
    result += map(text.slice(start, at));
    start = at;
    while (text.charCodeAt(at + 1) > 0x7f) at++;
    result += text.slice(start, at + 1);
    start = at + 1;
  }
  return result + map(text.slice(start));
}

/** Equality that ignores the case of A-Z only, as `strcasecmp` does in the C locale. */
export function equalsIgnoreCase(left: string, right: string): boolean {
  if (left === right) return true;
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at++) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a === b) continue;
    // Letters of different case differ in bit 5 only; other bytes that do (`[` and `{`) are no letters.
    if ((a ^ b) !== 0x20 || !isLower(a | 0x20)) return false;
  }
  return true;
}

/** Whether `text` starts with `prefix`, ignoring the case of A-Z. */
export function startsWithIgnoreCase(text: string, prefix: string): boolean {
  return text.length >= prefix.length && equalsIgnoreCase(text.slice(0, prefix.length), prefix);
}

/** The text without white space (`isSpace`) at its ends; the text itself when there is none. */
export function trimSpace(text: string): string {
  return trimSpaceEnd(trimSpaceStart(text));
}

/** The text without white space at its start. */
export function trimSpaceStart(text: string): string {
  let start = 0;
  while (start < text.length && isSpace(text.charCodeAt(start))) start++;
  return start === 0 ? text : text.slice(start);
}

/** The text without white space at its end. */
export function trimSpaceEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text.charCodeAt(end - 1))) end--;
  return end === text.length ? text : text.slice(0, end);
}

/** Whether all bytes are below 0x80. */
export function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}
