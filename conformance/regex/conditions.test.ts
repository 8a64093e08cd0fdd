import { describe, expect, it } from 'vitest';
import { ByteSet } from '../../packages/engine/src/bytes/byte-set.ts';
import { type Requirement, requiredTexts } from '../../packages/engine/src/regex/analyze/required-texts.ts';
import { MatchBudget, RegexCache } from '../../packages/engine/src/regex/index.ts';
import { isLongRun, missing } from './peers.ts';
import { CORE_RULE_SET, CORE_RULE_SET_TESTS, DEBIAN_RULE_SET, requestStrings, rulePatterns } from './sources.ts';

/** Bytes that shell and SQL take inside a word without changing it, for what must be in a subject that has none of them. */
const EVASION = ByteSet.from([...'\'"\\`$^|&<>()[]{};,'].map((character) => character.charCodeAt(0)));
/** Long texts, and few, exclude most. */
const cost = (requirement: Requirement): number =>
  requirement.length / 4 ** Math.min(...requirement.map((text) => text.length));

describe('every string of the rule set tests that a pattern matches meets the conditions computed for the pattern', () => {
  const strings = requestStrings(CORE_RULE_SET_TESTS);
  if (strings === undefined) {
    missing(`no rule set tests in ${CORE_RULE_SET_TESTS} (set SALLYPORT_SHARED)`);
    return;
  }
  const subjects = strings
    .filter((_, index) => isLongRun || index % 8 === 0)
    .map((text) => ({ text, folded: text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) }));
  for (const folder of [CORE_RULE_SET, DEBIAN_RULE_SET]) {
    const patterns = rulePatterns(folder);
    if (patterns === undefined) {
      missing(`no rules in ${folder}`);
      continue;
    }
    it(folder, () => {
      const regexes = new RegexCache();
      const bypasses: string[] = [];
      let matched = 0;
      for (const pattern of patterns) {
        const regex = regexes.compile(pattern, { dotAll: true, dollarEndOnly: true });
        const always = requiredTexts(regex.tree, { cost });
        const withoutEvasion = requiredTexts(regex.tree, { cost, absent: EVASION });
        for (const { text, folded } of subjects) {
          // A match that was cut short is none.
          if (!regex.test(text, new MatchBudget())) continue;
          matched++;
          const meets = (requirement: Requirement): boolean => requirement.some((part) => folded.includes(part));
          const isPlain = ![...text].some((character) => EVASION.has(character.charCodeAt(0)));
          const isMet = always.every(meets) && (!isPlain || withoutEvasion.every(meets));
          if (!isMet) bypasses.push(`${pattern} on ${JSON.stringify(text)}`);
        }
      }
      expect(bypasses.slice(0, 10)).toEqual([]);
      expect(matched).toBeGreaterThan(5_000);
    });
  }
});
