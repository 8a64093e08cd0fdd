import { describe, expect, it } from 'vitest';
import { compileRegex, MatchBudget, type Regex } from '../../packages/engine/src/regex/index.ts';
import { isLongRun, missing } from './peers.ts';
import { Sampler } from './pumps.ts';
import { Seeded } from './seeded.ts';
import { CORE_RULE_SET, DEBIAN_RULE_SET, rulePatterns } from './sources.ts';

const LENGTH = 65_536;
/** Loops of one pattern that are pumped. */
const PUMPS = isLongRun ? 100 : 2;
/** What may come behind the pump: nothing, and bytes most loops do not go on with. */
const SUFFIXES = ['', '\x00', '"'];
/**
 * Steps per byte. A byte costs one where its state is known, and the building of a state, some hundred instructions, where
 * not; inputs made to need a new state for every byte are the worst there is.
 */
const STEPS_PER_BYTE = 2_000;

describe('no text takes a pattern of a rule set long', () => {
  for (const folder of [CORE_RULE_SET, DEBIAN_RULE_SET]) {
    const patterns = rulePatterns(folder);
    if (patterns === undefined) {
      missing(`no rules in ${folder}`);
      continue;
    }
    it(folder, () => {
      let worst = { steps: 0, pattern: '', prefix: '' };
      for (const pattern of patterns) {
        const regex = compileRegex(pattern, { dotAll: true, dollarEndOnly: true });
        for (const subject of hardSubjects(regex)) {
          const steps = stepsOf(regex, subject);
          if (steps > worst.steps) worst = { steps, pattern, prefix: subject.slice(0, 100) };
        }
      }
      expect(worst.steps, `${worst.pattern} on ${JSON.stringify(worst.prefix)}`).toBeLessThan(STEPS_PER_BYTE * LENGTH);
    });
  }
});

function* hardSubjects(regex: Regex): Generator<string> {
  const random = new Seeded(regex.source.length);
  const sampler = new Sampler(random);
  const found = sampler.pumps(regex.tree);
  for (let left = Math.min(PUMPS, found.length); left > 0; left--) {
    const { prefix, body } = random.pick(found);
    yield prefix +
      body.repeat(Math.ceil(LENGTH / body.length)).slice(0, LENGTH - prefix.length) +
      random.pick(SUFFIXES);
  }
  // Cut-off matches one behind the other need many different states.
  let partial = '';
  while (partial.length < LENGTH) {
    const text = sampler.sample(regex.tree);
    partial += text.slice(0, random.below(text.length + 1)) || ' ';
  }
  yield partial.slice(0, LENGTH);
}

function stepsOf(regex: Regex, subject: string): number {
  const budget = new MatchBudget({ steps: 2 ** 40 });
  regex.exec(subject, 0, budget);
  return 2 ** 40 - budget.remaining;
}
