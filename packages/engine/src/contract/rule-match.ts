/** One hit of a rule: the material of a log line. Texts are expanded; only `operatorText` is escaped, because nobody else knows its quotes. */
export interface RuleMatch {
  readonly rule: RuleReference;
  readonly phase: Phase;
  /** `Warning.`, `Access denied with code 403 (phase 2).` …. */
  readonly action: string;
  /** Operator sentence of the last link, for example `Pattern match "…" at ARGS:q.`; values in it are escaped. */
  readonly operatorText: string;
  readonly message: string | undefined;
  readonly data: string | undefined;
  /** 0-7, or undefined when the rule has none. */
  readonly severity: number | undefined;
  readonly revision: string | undefined;
  readonly version: string | undefined;
  readonly maturity: number | undefined;
  readonly accuracy: number | undefined;
  readonly tags: readonly string[];
  /** Every value that made this rule or chain match, last link last. */
  readonly matched: readonly MatchedValue[];
  readonly isDisruptive: boolean;
  /** The line goes to the error log (`log`) / the transaction becomes relevant (`auditlog`). */
  readonly log: boolean;
  readonly auditLog: boolean;
}

/** One value that an operator matched. */
export interface MatchedValue {
  /** Full name, for example `ARGS:q`. */
  readonly name: string;
  /** Value after transformations. */
  readonly value: string;
  /** Value as it was before. */
  readonly original: string;
  readonly transformations: readonly string[];
  readonly operator: string;
  readonly isNegated: boolean;
  /** Matched bytes `[start, end)` in `value`, where the operator can tell. */
  readonly span?: readonly [start: number, end: number];
  /** Rule file line of the link that matched. */
  readonly line: number;
  /** `setvar` results of this match, in order: name, before, after. Lets a reader follow the score. */
  readonly changes: readonly VariableChange[];
}

/** What a `setvar` did. */
export interface VariableChange {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** A rule by its id and by where it stands. */
export interface RuleReference {
  readonly id: number;
  readonly file: string;
  readonly line: number;
}

/** Request head, request body, response head, response body, logging. */
export type Phase = 1 | 2 | 3 | 4 | 5;
