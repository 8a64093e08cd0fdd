import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskOf } from './byte-mask.ts';
import type { Clause } from './clauses.ts';
import { scannerOf } from './condition-scanner.ts';
import { NeededKinds } from './needed-kinds.ts';
import { atOnce } from './stepwise.ts';

const clause = (kinds: string, ...texts: readonly string[]): Clause => ({ mask: maskOf(kinds), texts });

describe('a value that may meet', () => {
  test.each([
    ['one of two bytes, with one of them', [clause('<>')], 'a>b', true],
    ['one of two bytes, without', [clause('<>')], 'a=b', false],
    ['a text, with all kinds of bytes in it', [clause('', '://')], 'a/:', true],
    ['a text, without one of them', [clause('', '://')], 'a/b', false],
    ['one of two texts', [clause('', '${', '#{')], '{#', true],
    ['a text of letters', [clause('<', 'select')], '', true],
    ['two clauses', [clause('<'), clause('', '=x')], '<=', true],
    ['two clauses, one of them not', [clause('<'), clause('', '=x')], '<x', false],
    ['nothing', [clause('')], 'a<b', false],
    ['anything', [], '', true],
  ])('%s', (_, clauses, value, expected) => {
    expect(new NeededKinds(clauses).mayBeIn(maskOf(value))).toBe(expected);
  });
});

test('a value that meets a condition has what is needed, and more bytes never make it worse', () => {
  const text = fc.string({ unit: fc.constantFrom(...'aZ<:/$ \t\0\xe9'), minLength: 1, maxLength: 3 });
  const clauses = fc.array(
    fc.record({
      mask: text.map(maskOf),
      texts: fc.array(
        text.map((one) => one.toLowerCase()),
        { maxLength: 3 },
      ),
    }),
    { minLength: 1, maxLength: 2 },
  );
  fc.assert(
    fc.property(clauses, fc.array(text, { maxLength: 4 }), text, (chosen, parts, more) => {
      const value = parts.join('');
      const scanner = atOnce(scannerOf([chosen]));
      const met = new Int32Array(scanner.words);
      scanner.scan(value, met, 0);
      const needed = new NeededKinds(chosen);
      const contains = chosen.every(
        ({ mask, texts }) => (mask & maskOf(value)) !== 0 || texts.some((one) => value.toLowerCase().includes(one)),
      );
      if (contains)
        expect([met[0], needed.mayBeIn(maskOf(value)), needed.mayBeIn(maskOf(value + more))]).toEqual([1, true, true]);
      expect(needed.mayBeIn(maskOf(value))).toBe(needed.mayBeIn(maskOf(value) & needed.mask));
    }),
    { numRuns: 1000 },
  );
});
