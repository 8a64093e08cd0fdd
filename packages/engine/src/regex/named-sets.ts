import { ANY_BYTE, ByteSet } from '../bytes/byte-set.ts';

// PCRE's built-in tables for the C locale: only ASCII has classes and case. `\h` and `\v` are the exceptions, their lists
// are fixed (Unicode code points below 256) whatever the locale.

const NEWLINE = 0x0a;
const DIGIT = ByteSet.range(0x30, 0x39);
const UPPER = ByteSet.range(0x41, 0x5a);
const LOWER = ByteSet.range(0x61, 0x7a);
const ALPHA = UPPER.union(LOWER);
const ALNUM = ALPHA.union(DIGIT);
const GRAPH = ByteSet.range(0x21, 0x7e);
const SPACE = ByteSet.from([[0x09, 0x0d], 0x20]);
const HORIZONTAL = ByteSet.from([0x09, 0x20, 0xa0]);

/** Letters, digits and the underscore: `\w`, and what `\b` looks at. */
export const WORD: ByteSet = ALNUM.union(ByteSet.of(0x5f));
/** Every byte but the newline: `\N`, and the dot without dotAll. */
export const NOT_NEWLINE: ByteSet = ANY_BYTE.subtract(ByteSet.of(NEWLINE));
/** The bytes `\R` takes alone; it takes CR LF together as well. */
export const VERTICAL: ByteSet = ByteSet.from([[0x0a, 0x0d], 0x85]);

/** The sets named by one letter after a backslash, the same inside and outside a class. */
export const ESCAPE_SETS: ReadonlyMap<string, ByteSet> = new Map([
  ['d', DIGIT],
  ['D', DIGIT.complement()],
  ['w', WORD],
  ['W', WORD.complement()],
  ['s', SPACE],
  ['S', SPACE.complement()],
  ['h', HORIZONTAL],
  ['H', HORIZONTAL.complement()],
  ['v', VERTICAL],
  ['V', VERTICAL.complement()],
]);

/** The sets of `[[:name:]]`. */
export const POSIX_SETS: ReadonlyMap<string, ByteSet> = new Map([
  ['alpha', ALPHA],
  ['lower', LOWER],
  ['upper', UPPER],
  ['alnum', ALNUM],
  ['ascii', ByteSet.range(0, 0x7f)],
  ['blank', ByteSet.from([0x09, 0x20])],
  ['cntrl', ByteSet.from([[0, 0x1f], 0x7f])],
  ['digit', DIGIT],
  ['graph', GRAPH],
  ['print', ByteSet.range(0x20, 0x7e)],
  ['punct', GRAPH.subtract(ALNUM)],
  ['space', SPACE],
  ['word', WORD],
  [
    'xdigit',
    ByteSet.from([
      [0x30, 0x39],
      [0x41, 0x46],
      [0x61, 0x66],
    ]),
  ],
]);
