import { RegexCache } from '../regex/index.ts';
import type { ClauseCache } from './prefilter/value-plan.ts';

/**
 * What patterns of rules compile to, for firewalls of one process that have patterns in common: each distinct pattern is
 * compiled and analyzed once, and all of them share one limit on automaton memory. It lives as long as somebody holds it, with
 * every pattern it has met; start with a new one when rules are loaded anew.
 */
export class RuleCache {
  /** By pattern and options. */
  readonly regexes: RegexCache = new RegexCache();
  /** What values must contain to match. */
  readonly clauses: ClauseCache = new WeakMap();
}

/** An empty cache to pass to `createWaf` several times. */
export function createRuleCache(): RuleCache {
  return new RuleCache();
}
