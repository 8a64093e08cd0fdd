import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isByteString } from '../bytes/byte-string.ts';
import { emptyUnicodeMap } from '../bytes/unicode-map.ts';
import { asciiBestFitMap } from '../bytes/unicode-map-20127.ts';
import type { Transformation } from '../registry/transformation.ts';
import { transformations } from './index.ts';

const settings = { unicodeMap: asciiBestFitMap };
const table = transformations.map((transformation) => ({ name: transformation.name, transformation }));
const tableWithTriggers = transformations.flatMap(({ name, apply, triggers, examples }) =>
  triggers === undefined ? [] : [{ name, apply, triggers, inputs: examples.map(({ input }) => input) }],
);

/** Pieces that start, end or break escapes, comments, entities and paths, so that random values are interesting. */
const pieces = [
  ...[
    '%',
    '%u',
    '%U00',
    '%4',
    '+',
    '\\',
    '\\x',
    '\\u',
    '\\ff1c',
    '&',
    '&#',
    '&#x',
    '&lt',
    ';',
    '0x',
    '41',
    'f',
    '9',
    '=',
  ],
  ...[
    '/',
    '/*',
    '*/',
    '<!--',
    '-->',
    '--',
    '#',
    '.',
    '..',
    '[',
    ']',
    ' ',
    '\t',
    ',',
    '"',
    "'",
    '^',
    '(',
    'A',
    'z',
    '\0',
  ],
  ...['\xa0', '\xc3\xa9', '\xe2\x80\x99', '\xf0\x9f', '\xf5', '\x80', '\xff'],
];
const byteStrings = fc
  .array(
    fc.oneof(
      fc.constantFrom(...pieces),
      fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)),
    ),
    {
      maxLength: 24,
    },
  )
  .map((parts) => parts.join(''));

const allBytes = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));

/** Transformations whose second application changes nothing. */
const idempotent = new Set([
  ...['compressWhitespace', 'lowercase', 'parityZero7bit', 'removeNulls', 'removeWhitespace', 'replaceNulls', 'trim'],
  ...['trimLeft', 'trimRight', 'uppercase'],
]);

/** The longest output for `length` bytes of input. `%u` notation is the longest: an overlong pair becomes seven bytes. */
const bound = (length: number): number => Math.ceil(3.5 * length) + 20;

describe('the list', () => {
  test('is sorted by name and no name or alias is used twice', () => {
    const names = transformations.map(({ name }) => name);
    expect(names).toEqual([...names].sort((a, b) => (a < b ? -1 : 1)));
    const all = transformations.flatMap(({ name, aliases }) => [name, ...aliases]).map((name) => name.toLowerCase());
    expect(new Set(all).size).toBe(all.length);
  });

  test('has every name of the language', () => {
    const all = transformations.flatMap(({ name, aliases }) => [name, ...aliases]).sort();
    expect(all).toEqual(
      [
        ...[
          'base64Decode',
          'base64DecodeExt',
          'base64Encode',
          'cmdLine',
          'compressWhitespace',
          'cssDecode',
          'decodeBase64Ext',
        ],
        ...['escapeSeqDecode', 'hexDecode', 'hexEncode', 'htmlEntityDecode', 'jsDecode', 'length', 'lowercase', 'md5'],
        ...[
          'normalisePath',
          'normalisePathWin',
          'normalizePath',
          'normalizePathWin',
          'parityEven7bit',
          'parityOdd7bit',
        ],
        ...[
          'parityZero7bit',
          'phpArgsNames',
          'removeComments',
          'removeCommentsChar',
          'removeNulls',
          'removeWhitespace',
        ],
        ...['replaceComments', 'replaceNulls', 'sha1', 'sqlHexDecode', 'trim', 'trimLeft', 'trimRight', 'uppercase'],
        ...['urlDecode', 'urlDecodeUni', 'urlEncode', 'utf8toUnicode'],
      ].sort(),
    );
  });
});

describe.each(table)('$name', ({ transformation }) => {
  test('does what its examples say', () => {
    expect(transformation.examples.length).toBeGreaterThan(0);
    for (const { input, output } of transformation.examples) {
      expect(transformation.apply(input, settings), JSON.stringify(input)).toBe(output);
    }
  });

  test('makes byte strings of bounded length from any bytes', () => {
    fc.assert(
      fc.property(byteStrings, (value) => {
        const result = transformation.apply(value, settings);
        expect(isByteString(result)).toBe(true);
        expect(result.length).toBeLessThanOrEqual(bound(value.length));
      }),
    );
  });

  test('takes time in proportion to the value', () => {
    // Linear work is 20 times that of the short value, quadratic 400, and far above the floor. The margin is for a busy machine.
    for (const piece of pieces) {
      const short = secondsFor(transformation, piece.repeat(1_000));
      const long = secondsFor(transformation, piece.repeat(20_000));
      expect(long, JSON.stringify(piece)).toBeLessThan(150 * Math.max(short, 0.0002));
    }
  });
});

describe.each(tableWithTriggers)('the trigger bytes of $name', ({ apply, triggers, inputs }) => {
  test('are in every value that changes', () => {
    const isInert = (char: string): boolean => !triggers(char.charCodeAt(0));
    const inert = allBytes.filter(isInert).join('');
    for (const unicodeMap of [asciiBestFitMap, emptyUnicodeMap]) {
      expect(apply(inert, { unicodeMap })).toBe(inert);
      fc.assert(
        fc.property(byteStrings, (value) => {
          const untriggered = [...value].filter(isInert).join('');
          expect(apply(untriggered, { unicodeMap })).toBe(untriggered);
        }),
      );
    }
  });

  test('can each change some value', () => {
    for (const char of allBytes.filter((candidate) => triggers(candidate.charCodeAt(0)))) {
      const values = [...pieces, ...inputs].flatMap((piece) => [char + piece, piece + char, piece, char]);
      const changes = values.some((value) => value.includes(char) && apply(value, settings) !== value);
      expect(changes, JSON.stringify(char)).toBe(true);
    }
  });
});

describe('applied twice is as good as once', () => {
  test.each(table.filter(({ name }) => idempotent.has(name)))('$name', ({ transformation }) => {
    fc.assert(
      fc.property(byteStrings, (value) => {
        const once = transformation.apply(value, settings);
        expect(transformation.apply(once, settings)).toBe(once);
      }),
    );
  });
});

/** The best of three runs, in seconds; reading the last byte makes the engine finish lazily joined text. */
function secondsFor(transformation: Transformation, value: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3; run++) {
    const start = performance.now();
    const result = transformation.apply(value, settings);
    result.charCodeAt(result.length - 1);
    best = Math.min(best, (performance.now() - start) / 1000);
  }
  return best;
}
