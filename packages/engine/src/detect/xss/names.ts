// Names in HTML: compared without regard to the case of the letters A to Z.

/** No name in any of our lists is longer. */
const LONGEST_NAME = 16;

/** The lower-case names in a text, separated by white space. */
export function namesOf(text: string): ReadonlySet<string> {
  const names = text.trim().split(/\s+/);
  if (names.some((name) => name.length > LONGEST_NAME)) throw new Error('a name is too long to be looked up');
  return new Set(names);
}

/**
 * The bytes of `source` from `start` to before `end`, without NUL bytes and with lower-case letters; '' if that is longer
 * than any name we know, so that a long one costs nothing.
 */
export function nameWithoutNul(source: string, start: number, end: number): string {
  let name = '';
  for (let i = start; i < end; i++) {
    const byte = source.charCodeAt(i);
    if (byte === 0) continue;
    if (name.length === LONGEST_NAME) return '';
    name += byte >= 0x41 && byte <= 0x5a ? String.fromCharCode(byte + 0x20) : source.charAt(i);
  }
  return name;
}

/** Whether the bytes of `source` from `start` to before `end` begin with a lower-case name. */
export function startsWithName(source: string, start: number, end: number, name: string): boolean {
  if (end - start < name.length) return false;
  for (let i = 0; i < name.length; i++) {
    const byte = source.charCodeAt(start + i);
    if ((byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte) !== name.charCodeAt(i)) return false;
  }
  return true;
}
