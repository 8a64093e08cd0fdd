import { afterAll, describe, expect, it } from 'vitest';
import { compare, newComparison } from './compare.ts';
import { type Job, Pcre2, type Subject } from './pcre2.ts';
import { isLongRun, missing } from './peers.ts';
import { Seeded } from './seeded.ts';
import {
  CORE_RULE_SET,
  CORE_RULE_SET_TESTS,
  DEBIAN_RULE_SET,
  randomStrings,
  requestStrings,
  rulePatterns,
} from './sources.ts';

const pcre2 = Pcre2.build();
const strings = requestStrings(CORE_RULE_SET_TESTS);
/** As ModSecurity 2 compiles `@rx`. */
const MODSECURITY = { dotAll: true, dollarEndOnly: true } as const;
/** Patterns asked at once: enough to make the round trip cheap, few enough that the answers fit in memory. */
const BATCH = 25;
/** Texts of 64 KB, for what is done differently where there is too much to remember. */
const LONG_SUBJECTS = isLongRun ? 40 : 3;

describe('all @rx patterns of a rule set, on the strings of the rule set tests, against PCRE2', () => {
  if (typeof pcre2 === 'string') {
    missing(pcre2);
    return;
  }
  afterAll(() => pcre2.dispose());
  if (strings === undefined) {
    missing(`no rule set tests in ${CORE_RULE_SET_TESTS} (set SALLYPORT_SHARED)`);
    return;
  }
  const random = new Seeded(1);
  const long = Array.from({ length: LONG_SUBJECTS }, (): Subject => {
    let text = '';
    while (text.length < 65_536)
      text += random.pick([random.pick(strings), 'lorem ipsum ', '\n', `${random.below(10_000)}`]);
    return { text };
  });
  // The short form takes every fourth string; which ones differ from pattern batch to pattern batch.
  const all = [...strings, ...randomStrings(isLongRun ? 5_000 : 1_000, 1)].map((text): Subject => ({ text }));
  const share = isLongRun ? 1 : 4;

  for (const { folder, atLeast, name } of [
    { name: 'CRS 4', folder: CORE_RULE_SET, atLeast: 290 },
    { name: 'CRS 3.3 of Debian', folder: DEBIAN_RULE_SET, atLeast: 240 },
  ]) {
    const patterns = rulePatterns(folder);
    if (patterns === undefined) {
      missing(`no rules in ${folder}`);
      continue;
    }
    it(name, () => {
      expect(patterns.length).toBeGreaterThanOrEqual(atLeast);
      const result = newComparison();
      for (let first = 0; first < patterns.length; first += BATCH) {
        const subjects = [...long, ...all.filter((_, index) => (index + first / BATCH) % share === 0)];
        const jobs = patterns
          .slice(first, first + BATCH)
          .map(
            (pattern, index): Job => ({ pattern, options: MODSECURITY, subjects: index === 0 ? subjects : undefined }),
          );
        pcre2.ask(jobs, 'jit').forEach((answer, index) => {
          compare(jobs[index]!, subjects, answer, result);
        });
      }
      expect(result.differences.slice(0, 20)).toEqual([]);
      expect([...result.refused]).toEqual([]);
      expect(result.compared).toBeGreaterThan(100_000);
      expect(result.limited).toBeLessThan(0.0005 * result.compared);
    });
  }
});
