import type { ExplainedPattern } from './pattern-in-words.ts';
import type { RuleStanding } from './rule-standing.ts';

/** What one rule does, for people and for programs. Texts of rules are byte strings. */
export interface ExplainedRule {
  readonly id: number;
  readonly file: string;
  readonly line: number;
  readonly phase: number;
  readonly message: string | undefined;
  readonly severity: string | undefined;
  readonly tags: readonly string[];
  readonly version: string | undefined;
  readonly paranoiaLevel: number | undefined;
  /** When it runs, and what can keep it from running. */
  readonly when: readonly string[];
  /** One for each link: all of them have to be true, in order. */
  readonly conditions: readonly ExplainedCondition[];
  /** What happens when the last condition is true. */
  readonly onMatch: readonly string[];
  /** Where counters that it changes lead to. */
  readonly score: readonly string[];
  /** Directives and rules that change it or take it away. */
  readonly changedBy: readonly string[];
  /** Regression tests that expect it to fire. */
  readonly tests: readonly ExplainedTest[];
  /** One for each rule set of the configuration; empty when rules were named without one. */
  readonly ruleSets: readonly RuleStanding[];
}

export interface ExplainedCondition {
  readonly line: number;
  /** What it looks at; empty when it always goes on. */
  readonly targets: readonly string[];
  readonly leftOut: readonly string[];
  readonly transformations: readonly { readonly name: string; readonly summary: string }[];
  readonly test: string;
  readonly argument: string;
  readonly pattern: ExplainedPattern | undefined;
  /** What is done as soon as this condition is true, whether the next ones are or not. */
  readonly immediately: readonly string[];
}

export interface ExplainedTest {
  readonly id: string;
  readonly description: string;
  readonly request: string;
}
