import type { Requirement } from '../../regex/analyze/required-texts.ts';

/** Length of the value the estimates speak of. */
const TYPICAL_LENGTH = 40;

/**
 * How often bytes occur in values nobody would call an attack (names, prose, paths, header values), in parts per thousand.
 * Rough numbers are enough: they only choose which condition of a rule is looked at.
 */
const GROUPS: readonly (readonly [bytes: string, each: number])[] = [
  ['e', 90],
  ['a', 70],
  ['toinsr', 60],
  ['lhdcu', 35],
  ['mpfg', 22],
  ['wybvk', 13],
  ['xjqz', 4],
  ['0123456789', 25],
  [' ', 30],
  ['.', 20],
  ['/', 18],
  ['-', 15],
  ['_', 8],
  [',;', 8],
  [':=', 8],
  ['"', 4],
  ['()+&%', 3],
  ["'?*", 2],
  ['\n\r@', 1],
  ['!#\t', 0.5],
  ['<>[]{}|$\\`^~', 0.1],
];

const FREQUENCY: Float64Array = new Float64Array(256);
for (let byte = 0; byte < 256; byte++) FREQUENCY[byte] = byte >= 0x80 ? 0.0003 : 0.00002;
for (const [bytes, each] of GROUPS) {
  for (let at = 0; at < bytes.length; at++) FREQUENCY[bytes.charCodeAt(at)] = each / 1000;
}

/** What is rare in what clients send, and stands everywhere in pages and documents. */
const MARKUP = '<>="/{}[]()\n';
const MARKUP_FREQUENCY = 0.02;

/** How often a byte is to be expected in a long text, which may be a page. */
export function frequencyInPages(byte: number): number {
  return Math.max(FREQUENCY[byte & 0xff]!, MARKUP.includes(String.fromCharCode(byte)) ? MARKUP_FREQUENCY : 0);
}

/** How often the text (ASCII letters in lower case) is to be expected in a value that is no attack. */
export function frequencyOfText(text: string): number {
  let product = TYPICAL_LENGTH;
  for (let at = 0; at < text.length; at++) product *= FREQUENCY[text.charCodeAt(at) & 0xff]!;
  return product;
}

/** How likely a value that is no attack contains one of the texts: from 0 for none to 1. */
export function likelihood(requirement: Requirement): number {
  // By index, here and where texts are put together: at load this code is interpreted, and an iterator is what takes longest.
  let sum = 0;
  for (let index = 0; index < requirement.length && sum <= CERTAIN; index++)
    sum += frequencyOfText(requirement[index]!);
  return 1 - Math.exp(-sum);
}

/** From this sum on the likelihood is 1, as far as numbers can tell. */
const CERTAIN = 40;

/** Logarithms of the frequencies in small steps: sums of them are exact, so that a stretch can be moved byte by byte. */
const STEPS: Int32Array = Int32Array.from(FREQUENCY, (each) => Math.round(Math.log2(each) * 64));

/** The first of the rarest stretches of `length` bytes of a text that is longer. */
export function rarestStretch(text: string, length: number): string {
  let sum = 0;
  let lowest = 0;
  let best = 0;
  for (let at = 0; at < text.length; at++) {
    sum += STEPS[text.charCodeAt(at) & 0xff]!;
    if (at >= length) sum -= STEPS[text.charCodeAt(at - length) & 0xff]!;
    if (at < length - 1 || sum >= lowest) continue;
    lowest = sum;
    best = at + 1 - length;
  }
  return text.slice(best, best + length);
}
