import { describe, expect, it } from 'vitest';
import { RegexCache } from './cache.ts';

describe('RegexCache', () => {
  it('compiles a pattern once for the same options', () => {
    const cache = new RegexCache();
    expect(cache.compile('a', { dotAll: true })).toBe(cache.compile('a', { dotAll: true, caseless: false }));
    expect(cache.compile('a', { caseless: true })).not.toBe(cache.compile('a'));
    expect(cache.size).toBe(3);
  });

  it('keeps all automata together within its limit', () => {
    const limit = 200_000;
    const cache = new RegexCache({ bytes: limit });
    const regexes = Array.from({ length: 50 }, (_, index) => cache.compile(`[a-c]{${index + 1}}x|\\bfoo${index}\\b`));
    const subject = 'abcfoo1 foo20 abcx'.repeat(30);
    for (let round = 0; round < 3; round++) {
      // The answer of the first round, from the new automaton, is that of all rounds.
      expect(regexes.map((regex) => regex.test(subject))).toEqual(regexes.map((_, index) => index < 3 || index === 20));
      expect(cache.stateBytes).toBeLessThan(2 * limit);
    }
    expect(cache.stateBytes).toBeGreaterThan(0);
  });
});
