import { afterAll, describe, expect, it } from 'vitest';
import type { RegexOptions } from '../../packages/engine/src/regex/index.ts';
import { compare, newComparison } from './compare.ts';
import { type Job, Pcre2, type Subject } from './pcre2.ts';
import { isLongRun, missing } from './peers.ts';
import { RandomPattern, randomSubject, randomSyntax } from './random-pattern.ts';
import { Seeded } from './seeded.ts';

const pcre2 = Pcre2.build();
const seed = Number(process.env['SALLYPORT_SEED'] ?? 1);
const rounds = isLongRun ? 60 : 3;
const PATTERNS_PER_ROUND = 2_000;
const SUBJECTS_PER_PATTERN = 12;

describe('random patterns against PCRE2', () => {
  if (typeof pcre2 === 'string') {
    missing(pcre2);
    return;
  }
  afterAll(() => pcre2.dispose());

  it.each([
    { name: 'that run in linear time', beyondLinear: false },
    { name: 'with look-around, references, atomic groups and conditions', beyondLinear: true },
  ])('$name', ({ beyondLinear }) => {
    const random = new Seeded(seed);
    const patterns = new RandomPattern(random, beyondLinear);
    const result = compareAll(random, () => patterns.next());
    expect(result.differences.slice(0, 20)).toEqual([]);
    expect(result.matched).toBeGreaterThan(0.05 * result.compared);
    expect(result.limited).toBeLessThan(0.01 * result.compared);
  });

  it('that may be no patterns at all', () => {
    const random = new Seeded(seed);
    const result = compareAll(random, () => randomSyntax(random));
    expect(result.differences.slice(0, 20)).toEqual([]);
  });

  function compareAll(random: Seeded, nextPattern: () => string): ReturnType<typeof newComparison> {
    const result = newComparison();
    for (let round = 0; round < rounds; round++) {
      const jobs = Array.from({ length: PATTERNS_PER_ROUND }, (): Job & { subjects: Subject[] } => ({
        pattern: nextPattern(),
        options: randomOptions(random),
        subjects: Array.from({ length: SUBJECTS_PER_PATTERN }, () => {
          const text = randomSubject(random);
          return { text, from: random.oneIn(4) ? random.below(text.length + 1) : 0 };
        }),
      }));
      (pcre2 as Pcre2).ask(jobs).forEach((answer, index) => {
        compare(jobs[index]!, jobs[index]!.subjects, answer, result);
      });
    }
    // What PCRE2 takes and we refuse, all of it on purpose.
    for (const reason of result.refused.keys()) expect(reason).toMatch(DELIBERATE);
    return result;
  }
});

/** What is refused on purpose. PCRE2 knows how long a reference in a look-behind is; we do not. */
const DELIBERATE = /not supported|cannot be repeated|is too large|lookbehind assertion is not fixed length/;

function randomOptions(random: Seeded): RegexOptions {
  return {
    caseless: random.oneIn(4),
    dotAll: random.oneIn(2),
    dollarEndOnly: random.oneIn(2),
    multiline: random.oneIn(5),
    extended: random.oneIn(10),
  };
}
