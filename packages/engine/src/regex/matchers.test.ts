import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assemble } from './assemble.ts';
import { CaptureMatcher } from './captures.ts';
import { LazyDfa } from './lazy-dfa.ts';
import { parseRegex } from './parse/grammar.ts';
import { PathFinder } from './path-finder.ts';
import { compileRegex } from './regex.ts';
import { StartFinder } from './start-finder.ts';
import { StateMemory } from './state-memory.ts';

/** Patterns that run in linear time, over few bytes so that they match often. */
const pattern: fc.Arbitrary<string> = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('a', 'b', '.', '[ab]', '\\w', '\\b', '^', '$', '(?m)^', '(?m)$', '\\n', ' ', '\\K'),
    fc.tuple(tie('node'), tie('node')).map(([first, second]) => first + second),
    fc.tuple(tie('node'), tie('node')).map(([first, second]) => `(?:${first}|${second})`),
    tie('node').map((body) => `(${body})`),
    fc
      .tuple(tie('node'), fc.constantFrom('*', '+', '?', '*?', '+?', '{2}', '{1,3}', '{2,}'))
      .map(([body, q]) => `(?:${body})${q}`),
  ),
})).node;
const subject = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', 'é'), maxLength: 20 });

describe('the matchers of linear patterns agree', () => {
  it('on verdicts and captures, from every position', () => {
    fc.assert(
      fc.property(pattern, subject, (source, text) => {
        const { tree, groupCount } = parseRegex(source);
        const program = assemble(tree, groupCount, 'direct');
        const starts = new StartFinder(tree);
        const captures = new CaptureMatcher(program, groupCount, starts);
        const paths = new PathFinder(program, groupCount, new StateMemory());
        const forgetfulPaths = new PathFinder(program, groupCount, new StateMemory({ statesPerPattern: 2, bytes: 1 }));
        const automaton = new LazyDfa(program, new StateMemory());
        const forgetful = new LazyDfa(program, new StateMemory({ statesPerPattern: 2, bytes: 1 }));
        const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
        for (let from = 0; from <= text.length; from++) {
          const expected = captures.exec(text, from);
          const matches = expected !== 'none';
          expect(paths.exec(text, from)).toEqual(expected);
          expect(forgetfulPaths.exec(text, from)).toEqual(expected);
          expect(automaton.test(text, undefined, from)).toBe(matches);
          expect(forgetful.test(text, undefined, from)).toBe(matches);
          for (const one of [automaton, forgetful]) {
            const window = one.narrow(text, from);
            expect(window !== undefined).toBe(matches);
            if (window === undefined) continue;
            const { begin, end } = window;
            expect(paths.exec(text, begin)).toEqual(expected);
            for (let to = end; to <= text.length; to++) {
              const attempted = captures.attempt(text, begin, to);
              if (attempted !== 'cut' || to === text.length) expect(attempted).toEqual(expected);
            }
          }
        }
        expect(forgetful.testBytes(bytes, bytes.length)).toBe(automaton.test(text));
      }),
      { numRuns: 500 },
    );
  });
});

describe('captures of long subjects', () => {
  const exec = (source: string, text: string): number[] | undefined => {
    const { tree, groupCount } = parseRegex(source, { dotAll: true });
    const program = assemble(tree, groupCount, 'direct');
    const found = new PathFinder(program, groupCount, new StateMemory()).exec(text, 0);
    return typeof found === 'string' ? undefined : [...found];
  };

  it('are found stretch by stretch', () => {
    const long = 'ab'.repeat(100_000);
    expect(exec('(a|b)*c', `${long}c`)).toEqual([0, 200_001, 199_999, 200_000]);
    expect(exec('x(.*)y', `${long}x${long}y!`)).toEqual([200_000, 400_002, 200_001, 400_001]);
    expect(exec('x(.*)y', `${long}x${long}`)).toBe(undefined);
  });

  it.each([
    [
      'a match in progress that began before the first that ends',
      '(b[^;]*!|c)',
      `${'a'.repeat(50_000)}b--c--!`,
      [50_000, 50_007],
    ],
    ['a loop at the beginning that has gone round', '(a*)b', `${' '.repeat(50_000)}aaab`, [50_000, 50_004]],
    ['a word boundary at the beginning', '\\b(?:one|two) words', `${'one '.repeat(20_000)}one words`, [80_000, 80_009]],
    ['a match longer than its surroundings', '<(.*)>', `${'-'.repeat(50_000)}<${'-'.repeat(5000)}>`, [50_000, 55_002]],
    ['many false beginnings', '(x+x+)+y', `${'x'.repeat(3000)} ${' '.repeat(50_000)}xxy`, [53_001, 53_004]],
  ] as const)('begin where they begin: %s', (_, source, text, expected) => {
    const found = compileRegex(source, { dotAll: true }).exec(text);
    expect([...(found ?? [])].slice(0, 2)).toEqual(expected);
  });
});
