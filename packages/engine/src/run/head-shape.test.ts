import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { lowerCase } from '../bytes/ascii.ts';
import type { HeaderList } from '../contract.ts';
import { HeadShapes } from './head-shape.ts';

describe('HeadShape', () => {
  it.each<[what: string, headers: HeaderList, members: readonly string[]]>([
    [
      'keeps order and spelling',
      [
        ['Host', 'a'],
        ['ACCEPT', 'b'],
      ],
      ['Host: a', 'ACCEPT: b'],
    ],
    [
      'joins what is repeated under the name that came first',
      [
        ['a', '1'],
        ['B', '2'],
        ['A', '3'],
        ['a', ''],
      ],
      ['a: 1, 3, ', 'B: 2'],
    ],
    [
      'takes any bytes',
      [
        ['\xe9', '\xff'],
        ['', ''],
        ['__proto__', 'x'],
      ],
      ['\xe9: \xff', ': ', '__proto__: x'],
    ],
    ['takes none', [], []],
  ])('%s', (_, headers, members) => {
    const shape = new HeadShapes().of(headers);
    expect(shape.membersOf(headers).map(({ key, value }) => `${key}: ${value}`)).toEqual(members);
  });

  it('knows where a header is, in whatever case', () => {
    const headers: HeaderList = [
      ['A', '1'],
      ['Cookie', '2'],
      ['a', '3'],
      ['Host', '4'],
      ['cookie', '5'],
    ];
    const shape = new HeadShapes().of(headers);
    expect(['a', 'A', 'COOKIE', 'host', 'Host', 'none', 'none'].map(shape.indexOf)).toEqual([0, 0, 1, 2, 2, -1, -1]);
    expect(shape.firstValue(headers, 'a')).toBe('1');
    expect(shape.firstValue(headers, 'none')).toBeUndefined();
    expect(shape.cookieFields).toEqual([1, 4]);
  });
});

describe('HeadShapes', () => {
  it('gives requests with the same names the same list of them', () => {
    const shapes = new HeadShapes();
    const { names } = shapes.of([['Host', 'a']]);
    expect(shapes.of([['Host', 'b']]).names).toBe(names);
    expect(shapes.of([['host', 'b']]).names).not.toBe(names);
  });

  it.each<[what: string, headers: HeaderList]>([
    ['long names', [['a'.repeat(65), '']]],
    ['many names', Array.from({ length: 65 }, (_, index) => [`a${index}`, ''])],
  ])('forgets %s', (_, headers) => {
    const shapes = new HeadShapes();
    expect(shapes.of(headers).names).not.toBe(shapes.of(headers).names);
  });

  test('whatever was asked before, the members are those of the headers', () => {
    const field = fc.tuple(fc.constantFrom('a', 'A', 'b', 'ab', 'Ab', 'ba'), fc.constantFrom('1', '2', ''));
    fc.assert(
      fc.property(fc.array(fc.array(field, { maxLength: 5 }), { maxLength: 12 }), (heads) => {
        const shapes = new HeadShapes();
        for (const headers of heads) {
          const shape = shapes.of(headers);
          const members = shape.membersOf(headers);
          const spellings = new Map<string, string>();
          for (const [name] of headers) if (!spellings.has(lowerCase(name))) spellings.set(lowerCase(name), name);
          expect(shape.names.map(({ value }) => value)).toEqual([...spellings.values()]);
          expect(members.map(({ key }) => key)).toEqual([...spellings.values()]);
          for (const [name] of headers) {
            const values = headers.filter(([other]) => lowerCase(other) === lowerCase(name)).map(([, value]) => value);
            expect(members[shape.indexOf(name)]?.value).toBe(values.join(', '));
            expect(shape.firstValue(headers, lowerCase(name))).toBe(values[0]);
          }
        }
      }),
    );
  });
});
