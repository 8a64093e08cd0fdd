/** What profilers see of a rule set. */
import type { Phase, RuleReference } from './rule-match.ts';

/** One SecRule or SecAction: a rule of its own, or one link of a chain. */
export interface MeasuredCondition {
  /** The rule it belongs to, with the place of its first link. */
  readonly rule: RuleReference;
  readonly phase: Phase;
  /** 0 for the first link. */
  readonly position: number;
  readonly file: string;
  readonly line: number;
  /** `@rx` or `!@rx`; `unconditional` for SecAction. */
  readonly operator: string;
  /** The argument as it was written. */
  readonly argument: string;
}

/** What a condition has cost so far. The engine only adds; whoever measures may set it back. Times are in microseconds. */
export interface ConditionCost {
  /** How often it was run, that is, was not left out because it could not match. */
  runs: number;
  /** Values it was run on. */
  values: number;
  /** How often its operator was asked; also to find out beforehand whether it has to be run. */
  tests: number;
  /** Values it matched. */
  matches: number;
  /** Bytes the operator was given. */
  bytes: number;
  /** Steps the operator took of the fuel of its transactions. */
  fuel: number;
  operatorTime: number;
  /** The rest of its runs: collecting values, transformations, actions, log records. */
  otherTime: number;
}
