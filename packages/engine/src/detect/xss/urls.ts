/**
 * Whether a URL, as written in an attribute, can bring a script with it: its scheme begins with `data`, `view-source`,
 * `java` (of `javascript`) or `vbscript`, where character references, controls and letter case may hide that from the eye.
 */
export function isDangerousUrl(source: string, start: number, end: number): boolean {
  let first = start;
  while (first < end && isSkippedBeforeScheme(source.charCodeAt(first))) first++;
  return DANGEROUS_SCHEMES.some((scheme) => startsWithScheme(source, first, end, scheme));
}

const DANGEROUS_SCHEMES = ['DATA', 'VIEW-SOURCE', 'JAVA', 'VBSCRIPT'] as const;

const AMPERSAND = 0x26;
const SEMICOLON = 0x3b;
const LARGEST_CODE = 0x1000ff;

/** Browsers skip white space and controls, some of them also bytes that are not ASCII. */
function isSkippedBeforeScheme(byte: number): boolean {
  return byte <= 0x20 || byte >= 0x7f;
}

function startsWithScheme(source: string, start: number, end: number, scheme: string): boolean {
  const character: Character = { code: 0, next: start };
  let matched = 0;
  while (matched < scheme.length && character.next < end) {
    decodeCharacter(source, character.next, end, character);
    const { code } = character;
    if (matched === 0 ? code <= 0x20 : code === 0 || code === 0x0a) continue;
    const upper = code >= 0x61 && code <= 0x7a ? code - 0x20 : code;
    // The reference compares the low eight bits: &#324; is as good as D.
    if ((upper & 0xff) !== scheme.charCodeAt(matched)) return false;
    matched += 1;
  }
  return matched === scheme.length;
}

interface Character {
  code: number;
  /** The place after it. */
  next: number;
}

/** Decodes the byte at `at`, or the numeric character reference that begins there. Named ones stay as they are. */
function decodeCharacter(source: string, at: number, end: number, character: Character): void {
  character.code = source.charCodeAt(at);
  character.next = at + 1;
  if (character.code !== AMPERSAND || at + 1 >= end || source.charAt(at + 1) !== '#') return;

  const isHex = (source.charCodeAt(at + 2) | 0x20) === 0x78;
  const base = isHex ? 16 : 10;
  const digits = at + (isHex ? 3 : 2);
  let code = 0;
  let i = digits;
  for (; i < end; i++) {
    const digit = digitOf(source.charCodeAt(i));
    if (digit >= base) break;
    code = code * base + digit;
    if (code > LARGEST_CODE) return;
  }
  if (i === digits) return;
  character.code = code;
  character.next = i < end && source.charCodeAt(i) === SEMICOLON ? i + 1 : i;
}

/** The value of a digit, in any base up to 16; 16 if the byte is none. */
function digitOf(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : 16;
}
