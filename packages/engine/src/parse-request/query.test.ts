import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuery } from './query.ts';

const pairs = (text: string, separator = '&', limit = 1000): string[][] =>
  parseQuery(text, separator, limit).arguments.map(({ name, value }) => [name, value]);

describe('parseQuery', () => {
  it.each([
    ['', []],
    ['a', [['a', '']]],
    ['a=', [['a', '']]],
    ['=v', [['', 'v']]],
    ['=', [['', '']]],
    ['a=1=2', [['a', '1=2']]],
    [
      'a=1&a=2',
      [
        ['a', '1'],
        ['a', '2'],
      ],
    ],
    ['a=1&', [['a', '1']]],
    ['&', [['', '']]],
    [
      '&a',
      [
        ['', ''],
        ['a', ''],
      ],
    ],
    [
      'a&&b',
      [
        ['a', ''],
        ['', ''],
        ['b', ''],
      ],
    ],
    [
      'a&&',
      [
        ['a', ''],
        ['', ''],
      ],
    ],
    ['%61+b=%2b+%41', [['a b', '+ A']]],
    ['a=%2541', [['a', '%41']]],
    ['a%00b=%00', [['a\0b', '\0']]],
    ['a%3Db=c%26d', [['a=b', 'c&d']]],
    ['a;b=1', [['a;b', '1']]],
    ['a=\xff%ff', [['a', '\xff\xff']]],
  ])('splits and decodes %j', (text, expected) => {
    expect(pairs(text)).toEqual(expected);
  });

  it('splits at the configured separator only', () => {
    expect(pairs('a=1;b=2&c', ';')).toEqual([
      ['a', '1'],
      ['b', '2&c'],
    ]);
  });

  it.each([
    ['a=%', true],
    ['a=%4', true],
    ['%zz=1', true],
    ['a=%u0041', true],
    ['a=%41', false],
    ['a=1&b=%2', true],
  ])('tells for %j whether an escape was invalid: %s', (text, expected) => {
    expect(parseQuery(text, '&', 10).hasInvalidEscape).toBe(expected);
  });

  it('stops at the limit and says so', () => {
    const parsed = parseQuery('a&b&c', '&', 2);
    expect(parsed.arguments.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(parsed.isOverLimit).toBe(true);
    expect(parseQuery('a&b&', '&', 2).isOverLimit).toBe(false);
  });

  it('gives back any names and values that were percent-encoded', () => {
    const bytes = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });
    const encode = (text: string): string =>
      Array.from(text, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');
    fc.assert(
      fc.property(fc.array(fc.tuple(bytes, bytes), { minLength: 1 }), (entries) => {
        const text = entries.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
        expect(pairs(text)).toEqual(entries);
      }),
    );
  });
});
