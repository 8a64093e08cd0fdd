import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PhraseAutomaton } from './phrase-automaton.ts';

describe('PhraseAutomaton', () => {
  test.each<[phrases: string[], value: string, found: [number, number] | undefined]>([
    [['he', 'she', 'hers'], 'ushers', [1, 4]],
    [['abc', 'b'], 'xabc', [2, 3]],
    [['abcd', 'bc'], 'abcx', [1, 3]],
    [['abcd', 'bcx'], 'abcx', [1, 4]],
    [['SeLect'], 'a sElEcT b', [2, 8]],
    [['\xc4'], '\xe4', undefined],
    [['a'], '', undefined],
    [[], 'anything', undefined],
    [['', 'b'], 'ab', [1, 2]],
    [['\0', '\xff'], 'ab\xff', [2, 3]],
    [['a b'], 'xa by', [1, 4]],
  ])('%j in %j', (phrases, value, found) => {
    expect(new PhraseAutomaton(phrases).find(value)).toEqual(found);
  });

  test('goes on from any offset', () => {
    const automaton = new PhraseAutomaton(['ab', 'ba']);
    expect(automaton.find('abab', 1)).toEqual([1, 3]);
    expect(automaton.find('abab', 2)).toEqual([2, 4]);
    expect(automaton.find('abab', 3)).toBeUndefined();
  });

  test('finds what a naive search finds', () => {
    const bytes = fc.constantFrom('a', 'b', 'A', 'B', 'c', '\xe4', '\xc4', '\0');
    const text = fc.string({ unit: bytes, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 12 }), fc.string({ unit: bytes, maxLength: 60 }), (phrases, value) => {
        expect(new PhraseAutomaton(phrases).find(value)).toEqual(naiveFind(phrases, value));
      }),
      { numRuns: 2000 },
    );
  });

  test('finds each of many random phrases and only those', () => {
    const anyByte = fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte));
    const phrase = fc.string({ unit: anyByte, minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(phrase, { minLength: 100, maxLength: 400 }), fc.array(phrase), (phrases, others) => {
        const automaton = new PhraseAutomaton(phrases);
        for (const value of [...phrases, ...others, others.join('')]) {
          expect(automaton.find(value)).toEqual(naiveFind(phrases, value));
        }
      }),
      { numRuns: 20 },
    );
  });
});

/** The earliest end of any phrase, then the longest that ends there. */
function naiveFind(phrases: readonly string[], value: string): readonly [number, number] | undefined {
  const fold = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const folded = fold(value);
  const wanted = phrases.filter((phrase) => phrase !== '').map(fold);
  for (let end = 1; end <= folded.length; end++) {
    const lengths = wanted.filter((phrase) => folded.slice(0, end).endsWith(phrase)).map((phrase) => phrase.length);
    if (lengths.length > 0) return [end - Math.max(...lengths), end];
  }
  return undefined;
}
