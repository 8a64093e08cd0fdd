import { describe, expect, it } from 'vitest';
import { compileRegex, MatchBudget, type RegexOptions } from './index.ts';

/** Group texts of the first match, `null` for a group that is not set. */
function groups(pattern: string, subject: string, options?: RegexOptions): (string | null)[] | undefined {
  const offsets = compileRegex(pattern, options).exec(subject);
  if (offsets === undefined) return undefined;
  return Array.from({ length: offsets.length / 2 }, (_, group) =>
    offsets[2 * group] === -1 ? null : subject.slice(offsets[2 * group], offsets[2 * group + 1]),
  );
}

describe('matching', () => {
  it.each<[pattern: string, subject: string, expected: (string | null)[] | undefined]>([
    ['b', 'abc', ['b']],
    ['', 'abc', ['']],
    ['a|ab', 'ab', ['a']],
    ['(a|ab)(c|bcd)(d*)', 'abcd', ['abcd', 'a', 'bcd', '']],
    ['(a+?)(a*)', 'aaa', ['aaa', 'a', 'aa']],
    ['(?:(a)|b)*', 'ab', ['ab', 'a']],
    ['(a*)*', 'b', ['', '']],
    ['((a?)*)*', 'aab', ['aa', '', '']],
    ['x{2,3}', 'xxxx', ['xxx']],
    ['x{2,3}?', 'xxxx', ['xx']],
    ['x{,3}', 'x{,3}', ['x{,3}']],
    ['\\bfoo\\b', 'a foo.', ['foo']],
    ['\\Boo', 'foo', ['oo']],
    ['(?i)straSSe', 'STRASSE', ['STRASSE']],
    ['(?i)\xe0', '\xc0', undefined],
    ['\\s', '\xa0', undefined],
    ['\\h', '\xa0', ['\xa0']],
    ['a(?=b)', 'acab', ['a']],
    ['(?<!a)b', 'abb', ['b']],
    ['(?>a+)a', 'aaa', undefined],
    ['a++b', 'aab', ['aab']],
    ['(a|b)\\1', 'abb', ['bb', 'b']],
    ['(a)?\\1b', 'b', undefined],
    ['(?(?=a)ab|c)', 'ac', ['c']],
    ['foo\\Kbar', 'foobar', ['bar']],
  ])('%s on %j', (pattern, subject, expected) => {
    expect(groups(pattern, subject)).toEqual(expected);
    expect(compileRegex(pattern).test(subject)).toBe(expected !== undefined);
  });

  it.each<[pattern: string, options: RegexOptions, subject: string, matches: boolean]>([
    ['a.b', {}, 'a\nb', false],
    ['a.b', { dotAll: true }, 'a\nb', true],
    ['a$', {}, 'a\n', true],
    ['a$', { dollarEndOnly: true }, 'a\n', false],
    ['a\\Z', { dollarEndOnly: true }, 'a\n', true],
    ['^b', {}, 'a\nb', false],
    ['^b', { multiline: true }, 'a\nb', true],
    ['^$', { multiline: true }, 'a\n', false],
    ['A', { caseless: true }, 'a', true],
    ['a b #c', { extended: true }, 'ab', true],
  ])('%s with %j on %j: %s', (pattern, options, subject, matches) => {
    const regex = compileRegex(pattern, options);
    expect(regex.test(subject)).toBe(matches);
    expect(regex.testBytes(Buffer.from(subject, 'latin1'), subject.length)).toBe(matches);
    expect(regex.exec(subject) !== undefined).toBe(matches);
  });
});

describe('searching from a position', () => {
  it.each<[pattern: string, subject: string, from: number, expected: number[] | undefined]>([
    ['a', 'aba', 1, [2, 3]],
    ['^b', 'ab', 1, undefined],
    ['(?<=a)b', 'ab', 1, [1, 2]],
    ['\\bb', 'ab', 1, undefined],
    ['\\Gb', 'ab', 1, [1, 2]],
    ['\\Gb', 'aab', 1, undefined],
    ['', 'ab', 2, [2, 2]],
    ['', 'ab', 3, undefined],
  ])('%s on %j from %d', (pattern, subject, from, expected) => {
    expect(compileRegex(pattern).exec(subject, from)).toEqual(expected && Int32Array.from(expected));
  });
});

describe('budget', () => {
  it('ends an exponential match, and says so', () => {
    const budget = new MatchBudget({ perMatch: 10_000 });
    expect(compileRegex('^(?:(a+)+)(?=c)').test(`${'a'.repeat(40)}c`, budget)).toBe(true);
    expect(budget.exceeded).toBe(false);
    expect(compileRegex('^(?:(a+)+)(?=c)c$').test(`${'a'.repeat(40)}bc`, budget)).toBe(false);
    expect(budget.exceeded).toBe(false);
    expect(compileRegex('^(a+)+(?!b)c*$|x').test(`${'a'.repeat(40)}bx!`, budget)).toBe(false);
    expect(budget.exceeded).toBe(true);
    expect(budget.remaining).toBeGreaterThan(0);
  });

  it('throws when there is no budget to tell', () => {
    expect(() => compileRegex('^(a+)+(?!b)c*$|x').test(`${'a'.repeat(60)}bx!`)).toThrow(RangeError);
  });

  it('is used up by the bytes of linear matches', () => {
    const budget = new MatchBudget({ steps: 5_000 });
    const regex = compileRegex('x$');
    expect(regex.test(`${'a'.repeat(1_000)}x`, budget)).toBe(true);
    expect(budget.remaining).toBeLessThan(4_000);
    expect(regex.test(`${'a'.repeat(10_000)}x`, budget)).toBe(false);
    expect([budget.exceeded, budget.remaining]).toEqual([true, 0]);
    budget.reset();
    expect([budget.exceeded, budget.remaining]).toEqual([false, 5_000]);
  });
});
