import type { Diagnostic } from '@sallyport/engine';

/** What looks wrong, and where. */
export interface Finding extends Diagnostic {
  /** The rule sets of a configuration it is about (`rules`, `rule_sets.NAME`); absent where that is all that were looked at. */
  readonly ruleSets?: readonly string[];
}
