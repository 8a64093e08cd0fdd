import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCookies } from './cookies.ts';

const pairs = (header: string, format: 0 | 1, separator?: string): string[][] =>
  parseCookies(header, { format, separator }).map(({ name, value }) => [name, value]);

describe('parseCookies, format 0', () => {
  it.each([
    ['', []],
    ['a=1', [['a', '1']]],
    [
      'a=1; b=2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      'a=1;b=2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['a = b', [['a ', ' b']]],
    [
      'a=1 ; b=2',
      [
        ['a', '1 '],
        ['b', '2'],
      ],
    ],
    ['a=1=2', [['a', '1=2']]],
    ['a', [['a', '']]],
    ['=v; a=1', [['a', '1']]],
    ['; ;a=1;;', [['a', '1']]],
    [
      'a=1; a=2',
      [
        ['a', '1'],
        ['a', '2'],
      ],
    ],
    [
      'a="x;y"',
      [
        ['a', '"x'],
        ['y"', ''],
      ],
    ],
    ['a=%41+', [['a', '%41+']]],
    [
      '$Version=1; session="d"; $Path=/',
      [
        ['$Version', '1'],
        ['session', '"d"'],
        ['$Path', '/'],
      ],
    ],
    ['"$Version=1', [['"$Version', '1']]],
    [
      'a=1, b=2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['a=1,b=2', [['a', '1,b=2']]],
    ['a=1,b=2, c=3', [['a', '1,b=2, c=3']]],
    [
      'a=1, b=2; c=3',
      [
        ['a', '1, b=2'],
        ['c', '3'],
      ],
    ],
    ['a=\xff\0', [['a', '\xff\0']]],
  ])('splits %j', (header, expected) => {
    expect(pairs(header, 0)).toEqual(expected);
  });

  it('splits at every byte of a configured separator', () => {
    expect(pairs('a=1|b=2;c=3!d', 0, '|')).toEqual([
      ['a', '1'],
      ['b', '2;c=3!d'],
    ]);
    expect(pairs('a=1|b=2;c=3!d', 0, '|!')).toEqual([
      ['a', '1'],
      ['b', '2;c=3'],
      ['d', ''],
    ]);
  });
});

describe('parseCookies, format 1', () => {
  it.each([
    ['', []],
    [
      'a=1, b=2; c=3',
      [
        ['a', '1'],
        ['b', '2'],
        ['c', '3'],
      ],
    ],
    [
      ' a = b ; c = d ',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a="x;y, z"; b=1',
      [
        ['a', 'x;y, z'],
        ['b', '1'],
      ],
    ],
    ['a="open', [['a', 'open']]],
    [
      'a="x"junk; b=1',
      [
        ['a', 'x'],
        ['junk', ''],
        ['b', '1'],
      ],
    ],
    ['a', [['a', '']]],
    [
      'a;b',
      [
        ['a', ''],
        ['b', ''],
      ],
    ],
    ['a=', [['a', '']]],
    [
      'a=;b',
      [
        ['a', ''],
        ['b', ''],
      ],
    ],
    ['=v; a=1', [['a', '1']]],
    [
      '$Version=1; session=d; $Path=/; $Domain=x',
      [
        ['$Version', '1'],
        ['session', 'd'],
        ['$session_Path', '/'],
        ['$session_Domain', 'x'],
      ],
    ],
  ])('splits %j', (header, expected) => {
    expect(pairs(header, 1)).toEqual(expected);
  });
});

describe('parseCookies, both formats', () => {
  it('never gives an empty name and ends for any header', () => {
    const header = fc.string({ unit: fc.constantFrom(...'ab=;, "$\t\0\xff') });
    fc.assert(
      fc.property(header, fc.constantFrom<0 | 1>(0, 1), (text, format) => {
        expect(pairs(text, format).every(([name]) => name !== '')).toBe(true);
      }),
    );
  });
});
