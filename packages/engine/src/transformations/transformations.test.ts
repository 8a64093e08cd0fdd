import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { processorTime } from '../../test/support/processor-time.ts';
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
    expect(pieces.filter((piece) => !isLinear(transformation, piece))).toEqual([]);
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

  test('can each change a value alone', () => {
    for (const char of allBytes.filter((candidate) => triggers(candidate.charCodeAt(0)))) {
      const isOther = (other: string): boolean => other !== char && triggers(other.charCodeAt(0));
      const values = [char, char + char, `0${char}41`, `${char}\x80\x80\x80`, ...pieces, ...inputs].flatMap((piece) => [
        piece,
        char + piece,
      ]);
      const changes = values.some((value) => ![...value].some(isOther) && apply(value, settings) !== value);
      expect(changes, JSON.stringify(char)).toBe(true);
    }
  });
});

describe.each(transformations.filter(({ removes }) => removes !== undefined))('$name', ({ apply, removes }) => {
  test('takes out the bytes it names, and does nothing else', () => {
    fc.assert(
      fc.property(byteStrings, (value) => {
        expect(apply(value, settings)).toBe([...value].filter((char) => !removes?.(char.charCodeAt(0))).join(''));
      }),
    );
  });
});

describe.each(transformations.filter(({ brings }) => brings !== undefined))(
  'what $name brings',
  ({ apply, brings }) => {
    test('is what comes of the bytes in the value', () => {
      for (const unicodeMap of [asciiBestFitMap, emptyUnicodeMap]) {
        fc.assert(
          fc.property(byteStrings, (value) => {
            const bytes = Array.from(value, (char) => char.charCodeAt(0));
            const strangers = Array.from(apply(value, { unicodeMap }), (char) => char.charCodeAt(0)).filter(
              (byte) => !bytes.some((origin) => origin === byte || brings?.(origin).has(byte)),
            );
            expect(strangers).toEqual([]);
          }),
        );
      }
    });
  },
);

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

/**
 * Linear work on the long value is 20 times that on the short one, quadratic work 400 times. The bound lies between, and a
 * busy machine gets several attempts.
 */
function isLinear(transformation: Transformation, piece: string): boolean {
  for (let attempt = 0; attempt < 5; attempt++) {
    const short = millisecondsFor(transformation, piece.repeat(1_000));
    const long = millisecondsFor(transformation, piece.repeat(20_000));
    if (long < 100 * Math.max(short, 0.1)) return true;
  }
  return false;
}

function millisecondsFor(transformation: Transformation, value: string): number {
  const start = processorTime();
  const result = transformation.apply(value, settings);
  // Reading a byte makes the JavaScript engine join text that it has only noted to join.
  result.charCodeAt(result.length - 1);
  return processorTime() - start;
}
