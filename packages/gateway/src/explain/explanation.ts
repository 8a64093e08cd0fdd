/** What an audit entry tells about one exchange. Texts are byte strings. */
export interface Explanation {
  readonly id: string;
  readonly time: string;
  readonly client: string;
  readonly host: string | undefined;
  readonly requestLine: string | undefined;
  readonly status: number | undefined;
  readonly engine: string | undefined;
  readonly verdict: Verdict | undefined;
  readonly matches: readonly ExplainedMatch[];
  /** Other messages: parser errors, limits. */
  readonly messages: readonly string[];
  /** The entry's format has no values, transformations or score changes. */
  readonly isPartial: boolean;
}

/** What was done instead of passing the request on. */
export interface Verdict {
  readonly action: string;
  readonly status: number | undefined;
  readonly phase: number | undefined;
  readonly rule: number | undefined;
  readonly message: string | undefined;
}

export interface ExplainedMatch {
  readonly rule: number;
  readonly file: string;
  readonly line: number;
  readonly phase: number | undefined;
  readonly message: string | undefined;
  readonly data: string | undefined;
  readonly severity: string | undefined;
  readonly tags: readonly string[];
  readonly isDisruptive: boolean;
  readonly isLogged: boolean;
  /** The operator's sentence, where the entry has it. */
  readonly sentence: string | undefined;
  readonly values: readonly ExplainedValue[];
}

export interface ExplainedValue {
  readonly variable: string;
  readonly operator: string;
  readonly isNegated: boolean;
  readonly transformations: readonly string[];
  /** As it was before the transformations. */
  readonly original: string;
  readonly value: string;
  readonly span: readonly [start: number, end: number] | undefined;
  readonly changes: readonly ScoreChange[];
}

export interface ScoreChange {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}
