import type { Interruption, Phase, RuleMatch, RuleReference } from '../contract.ts';

/** What became of one exchange. */
export interface Decision {
  /** UNIQUE_ID of the transaction; empty when not even that could be made. */
  readonly transactionId: string;
  /**
   * `pass`: the application's own answer went out. `deny`, `drop`, `redirect`, `proxy`: what the rule said. `error`:
   * inspection failed, and what cannot be inspected is refused.
   */
  readonly action: 'pass' | 'error' | Interruption['action'];
  /** Status of the answer; 0 for a request that passed and whose client left before there was one. */
  readonly status: number;
  /** The phase that decided; undefined for `pass` and `error`. */
  readonly phase: Phase | undefined;
  /** The rule that decided; undefined for `pass`, for `error` and for limits of the engine itself. */
  readonly rule: RuleReference | undefined;
  /** Target of `redirect` and `proxy`. */
  readonly url: string | undefined;
  /** Reason in one line; empty for `pass`. Meant for logs, not for clients. */
  readonly message: string;
  /** Every hit so far, in order, those of rules that only detect included. */
  readonly matches: readonly RuleMatch[];
  /** What made inspection fail. Together with `pass`: it failed, and `onError: 'pass'` let the exchange go on. */
  readonly error: unknown;
}
