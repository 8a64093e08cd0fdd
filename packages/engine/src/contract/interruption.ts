import type { Phase, RuleReference } from './rule-match.ts';

/** What the engine decided should happen instead of going on. */
export interface Interruption {
  readonly action: 'deny' | 'drop' | 'redirect' | 'proxy';
  /** Status to answer with. */
  readonly status: number;
  /** Target of `redirect` and `proxy`. */
  readonly url?: string;
  readonly phase: Phase;
  /** The rule that decided; absent for limits of the engine itself. */
  readonly rule?: RuleReference;
  /** Reason in one line. */
  readonly message: string;
}
