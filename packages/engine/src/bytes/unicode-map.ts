import { hexValue, isDigit, isSpace } from './ascii.ts';

/** Maps Unicode code points (0-65535) to single bytes, as `SecUnicodeMapFile` tables do. */
export interface UnicodeMap {
  /** The byte for a code point, or -1 when the table has none. */
  lookup(codePoint: number): number;
}

/** Ideographic, half-width, full-width and plain full stop: every map has them, as host names do (RFC 3490 §3.1). */
const FULL_STOPS: readonly (readonly [number, number])[] = [0x3002, 0xff61, 0xff0e, 0x2e].map((stop) => [stop, 0x2e]);

/** A map from pairs of code point and byte, a later pair replacing an earlier one, over the four full stops. */
export function createUnicodeMap(pairs: Iterable<readonly [codePoint: number, byte: number]>): UnicodeMap {
  const bytes = new Map([...FULL_STOPS, ...pairs]);
  return { lookup: (codePoint) => bytes.get(codePoint) ?? -1 };
}

/** No table: `%uHHHH` yields its low byte, or the ASCII twin of a full-width character. */
export const emptyUnicodeMap: UnicodeMap = { lookup: () => -1 };

/**
 * Reads one code page of a `unicode.mapping` file: a line that starts with the code page's number, and on the lines behind
 * it pairs `HHHH:HH` (code point, byte) separated by white space, up to the first line that has something else. Undefined
 * when the file lacks the code page or has no pairs for it.
 */
export function parseUnicodeMap(text: string, codePage: number): UnicodeMap | undefined {
  const lines = text.split('\n');
  const heading = lines.findIndex((line) => leadingNumber(line) === codePage);
  if (heading === -1) return undefined;
  const pairs: (readonly [number, number])[] = [];
  for (const line of lines.slice(heading + 1)) {
    const found = words(line).map(parsePair);
    if (found.includes(undefined)) break;
    for (const pair of found) if (pair !== undefined) pairs.push(pair);
  }
  return pairs.length === 0 ? undefined : createUnicodeMap(pairs);
}

/** The number a line starts with, when a space or the end of the line follows: pairs like `0100:41` are no headings. */
function leadingNumber(line: string): number | undefined {
  let end = 0;
  while (isDigit(line.charCodeAt(end))) end++;
  if (end === 0 || (end < line.length && !isSpace(line.charCodeAt(end)))) return undefined;
  return Number(line.slice(0, end));
}

function words(line: string): string[] {
  return line.split(/[\t\r ]+/).filter((word) => word !== '');
}

function parsePair(word: string): readonly [number, number] | undefined {
  const colon = word.indexOf(':');
  if (colon === -1) return undefined;
  const codePoint = parseHex(word.slice(0, colon), 4);
  const byte = parseHex(word.slice(colon + 1), 2);
  return codePoint === undefined || byte === undefined ? undefined : [codePoint, byte];
}

function parseHex(text: string, maxDigits: number): number | undefined {
  if (text.length === 0 || text.length > maxDigits) return undefined;
  let value = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = hexValue(text.charCodeAt(at));
    if (digit < 0) return undefined;
    value = value * 16 + digit;
  }
  return value;
}
