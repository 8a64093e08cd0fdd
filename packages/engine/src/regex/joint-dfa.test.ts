import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MatchBudget } from './budget.ts';
import { compileRegex, type Regex } from './regex.ts';
import { StateMemory } from './state-memory.ts';

/** Patterns over few bytes so that they match often, with all that is asked about the bytes around a place. */
const pattern: fc.Arbitrary<string> = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(
      'a',
      'b',
      '.',
      '[ab]',
      '[^a]',
      '\\w',
      '\\b',
      '^',
      '$',
      '(?m)^',
      '(?m)$',
      '\\n',
      ' ',
      '\\z',
      '(?=a)',
    ),
    fc.tuple(tie('node'), tie('node')).map(([first, second]) => first + second),
    fc.tuple(tie('node'), tie('node')).map(([first, second]) => `(?:${first}|${second})`),
    fc.tuple(tie('node'), fc.constantFrom('*', '+', '?', '{2}', '{1,3}')).map(([body, q]) => `(?:${body})${q}`),
  ),
})).node;
const subject = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', '\xe9'), maxLength: 20 });
const together = ([first, ...others]: readonly Regex[]) => first!.jointly(others)!;

describe('automata read together', () => {
  it.each([
    ['with room', {}, 0],
    ['where some forget their states over and over', { statesPerPattern: 2, bytes: 1 }, 2000],
    ['where memory is short', { bytes: 3000 }, 2000],
  ])('leave out no pattern that matches and, but for look-around, none too few, %s', (_, limits, unanswered) => {
    let unknown = 0;
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 2, maxLength: 6 }), fc.array(subject), (patterns, subjects) => {
        const memory = new StateMemory(limits);
        const regexes = patterns.map((source) => compileRegex(source, {}, memory));
        const joint = together(regexes);
        const alone = patterns.map((source) => compileRegex(source));
        for (const text of subjects) {
          const matching = joint.matching(text, new MatchBudget());
          if (matching === undefined) {
            unknown++;
            continue;
          }
          alone.forEach((regex, number) => {
            const isExact = !regex.source.includes('(?=');
            if (regex.test(text)) expect(matching).toContain(number);
            else if (isExact) expect(matching).not.toContain(number);
          });
        }
      }),
      { numRuns: 300 },
    );
    expect(unknown).toBeLessThanOrEqual(unanswered);
  });

  it('give up subjects that are never alike, and go on when they are', () => {
    const memory = new StateMemory();
    const joint = together(
      ['a[^b]{12}c', 'd[^e]{13}f', '[ag].{11}h'].map((source) => compileRegex(source, {}, memory)),
    );
    let seed = 1;
    const random = (): string =>
      Array.from({ length: 40 }, () => {
        seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
        return 'abcdefgh'[(seed >>> 16) & 7];
      }).join('');
    const answers = Array.from({ length: 2000 }, () => joint.matching(random(), new MatchBudget()));
    expect(answers.filter((answer) => answer === undefined).length).toBeGreaterThan(1000);
    const alike = Array.from({ length: 2000 }, () => joint.matching('something else', new MatchBudget()));
    expect(alike.at(-1)).toEqual([]);
  });

  it('say nothing when the fuel is used up', () => {
    const memory = new StateMemory();
    const joint = together(['ab', 'b+c'].map((source) => compileRegex(source, {}, memory)));
    const text = 'abc'.repeat(20);
    expect(joint.matching(text, new MatchBudget({ steps: 50 }))).toBe(undefined);
    expect(joint.matching(text, new MatchBudget({ steps: 70 }))).toBe(undefined);
    expect(joint.matching(text, new MatchBudget())).toEqual([0, 1]);
    const enough = new MatchBudget({ steps: 60 });
    expect(joint.matching(text, enough)).toEqual([0, 1]);
    expect(enough.remaining).toBe(0);
  });

  it('are made of patterns that share their memory', () => {
    expect(compileRegex('a').jointly([compileRegex('b')])).toBe(undefined);
  });
});
