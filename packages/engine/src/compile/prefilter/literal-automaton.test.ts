import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lowerCase } from '../../bytes/ascii.ts';
import { maskOf } from './byte-mask.ts';
import { automatonOf, type LiteralAutomaton, type Needle } from './literal-automaton.ts';
import { atOnce } from './stepwise.ts';

const built = (needles: readonly Needle[]): LiteralAutomaton => atOnce(automatonOf(needles));

function found(texts: readonly string[], value: string): readonly number[] {
  const bits = new Int32Array(Math.ceil(texts.length / 32));
  built(texts.map((text, id) => ({ text, id }))).scan(value, bits);
  return texts.flatMap((_, id) => ((bits[id >> 5]! & (1 << (id & 31))) === 0 ? [] : [id]));
}

describe('LiteralAutomaton', () => {
  test.each([
    ['a text inside another', ['she', 'he', 'hers'], 'ushers', [0, 1, 2]],
    ['either case', ['select'], 'SeLeCT', [0]],
    ['each id once', ['a', 'b'], 'ababab', [0, 1]],
    ['nothing in nothing', ['a'], '', []],
    ['no texts', [], 'abc', []],
    ['the end of a long prefix', ['aaab', 'ab'], 'aaaab', [0, 1]],
    ['bytes it does not tell apart', ['\tx', '\x80'], '\nx \xff', [0, 1]],
    ['no byte for another', ['a[', 'a{', '0x'], 'a( 0y', []],
  ])('finds %s', (_, texts, value, expected) => {
    expect(found(texts, value)).toEqual(expected);
  });

  test('reports an id for any of its texts', () => {
    const automaton = built([
      { text: 'cat', id: 3 },
      { text: 'dog', id: 3 },
    ]);
    const dog = new Int32Array(1);
    automaton.scan('a dog', dog);
    const cow = new Int32Array(1);
    automaton.scan('a cow', cow);
    expect([dog[0], cow[0]]).toEqual([1 << 3, 0]);
  });

  test('finds texts with more states than two bytes can number', () => {
    const digits = 'etaoinsrhldcumfpgwybvkxjqz0123456789';
    const texts = Array.from({ length: 40_000 }, (_, id) => {
      // Texts that have next to nothing in common, each there once.
      const mixed = (id * 48_271) % 2_147_483_647;
      return [0, 1, 2, 3, 4, 5].map((place) => digits[Math.floor(mixed / 36 ** place) % 36]).join('');
    });
    const ids = [0, 1, 31, 32, 39_999];
    expect(found(texts, ids.map((id) => texts[id]).join(' '))).toEqual(ids);
  });

  test.each([
    ['the whole', 'x a fairly LONG text y', [0]],
    ['no stretch of it', 'a fairly long test', []],
    ['not what the end of the value cuts', 'a fairly long tex', []],
    ['not what its beginning cuts', 'fairly long text', []],
    ['the second time', 'a fairly long tent, a fairly long text', [0]],
    ['one of two with the same stretch', 'an unfairly qqqqqq text', [2]],
  ])('of a long text it finds %s', (_, value, expected) => {
    expect(found(['a fairly long text', 'qqqqqq long', 'unfairly qqqqqq'], value)).toEqual(expected);
  });

  test('texts that keep beginning end in taking the beginning for the whole', () => {
    const texts = ['qqqqqqqqab', 'no other'];
    expect(found(texts, 'q'.repeat(20))).toEqual([]);
    expect(found(texts, 'q'.repeat(2000))).toEqual([0]);
  });

  test('more texts with one stretch than are worth comparing', () => {
    const automaton = built(Array.from({ length: 100 }, (_, n) => ({ text: `qqqqqq${n}end`, id: 0 })));
    const bits = new Int32Array(1);
    automaton.scan('qqqqqq99end', bits);
    expect(bits[0]).toBe(1);
  });

  test('finds every text that is there, and tells the kinds of bytes', () => {
    const text = fc.string({ unit: fc.constantFrom(..."abAB<'\t\0\x80\xff"), minLength: 1, maxLength: 5 });
    const value = fc.string({ unit: fc.constantFrom(...'abABc<\'"\t\n\0\x80\xff'), maxLength: 30 });
    fc.assert(
      fc.property(fc.array(text.map(lowerCase), { maxLength: 12 }), value, (texts, subject) => {
        const ids = found(texts, subject);
        texts.forEach((wanted, id) => {
          if (lowerCase(subject).includes(wanted)) expect(ids).toContain(id);
        });
        expect(built([]).scan(subject, new Int32Array(0))).toBe(maskOf(subject));
      }),
    );
  });

  test('finds exactly what is there where all bytes are told apart, also in quarters', () => {
    const text = fc.string({ unit: fc.constantFrom(...'abc<>'), minLength: 1, maxLength: 10 });
    const value = fc.string({ unit: fc.constantFrom(...'abcABC<>'), maxLength: 30 });
    const around = fc.constantFrom(0, 500, 509, 1018, 1500, 1535, 2040);
    fc.assert(
      fc.property(fc.array(text, { maxLength: 12 }), value, around, (texts, inner, before) => {
        const subject = before === 0 ? inner : `${'-'.repeat(before)}${inner}${'-'.repeat(2048 - before)}`;
        const expected = texts.flatMap((wanted, id) => (lowerCase(subject).includes(wanted) ? [id] : []));
        expect(found(texts, subject)).toEqual(expected);
      }),
    );
  });
});
