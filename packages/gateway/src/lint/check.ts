import type { Inspection, Span } from '@sallyport/engine/language';
import type { RuleSetFacts } from './facts.ts';

/** Says that something looks wrong; the code is the check's. */
export type Report = (span: Span, message: string, hint?: string) => void;

/** One thing that loads and most likely is not what its author meant. */
export interface LintCheck {
  /** `SL4` and three digits; never reused. */
  readonly code: string;
  readonly title: string;
  /** Why it matters and what to do about it. */
  readonly explanation: string;
  /** Rules that raise this code and no other. */
  readonly example: string;
  /** The same, put right. */
  readonly instead: string;
  /** `set` judges by what is in other files too: it must not run on one file of several. */
  readonly scope: 'rule' | 'set';
  readonly check: (rules: RuleSetFacts, report: Report, inspection: Inspection) => void;
}
