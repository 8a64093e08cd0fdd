import type { Rule } from '../compile/program.ts';

/** Where a phase goes on after a match of the rule at this position. */
export function positionBehind(rule: Rule, position: number): number {
  return rule.skipTo ?? position + 1 + rule.skip;
}
