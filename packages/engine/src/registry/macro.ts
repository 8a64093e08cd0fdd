import type { TransactionState } from './transaction-state.ts';

/** Text that may contain `%{NAME.key}`, compiled at load. */
export interface MacroText {
  /** As written. */
  readonly source: string;
  /** True when there is nothing to expand: `expand` gives `source`. */
  readonly isConstant: boolean;
  /** Names of the variables its macros read; absent when they are not known. */
  readonly variables?: readonly string[];
  /** What its macros name of these variables, in the same order; undefined where a macro names nothing. */
  readonly keys?: readonly (string | undefined)[];
  /** The text with every macro replaced by its value in this transaction; unknown or absent values give nothing. */
  expand(tx: TransactionState): string;
  /** The same with every inserted value passed through `mask`, which is told the name of its variable. */
  expandMasked(tx: TransactionState, mask: (inserted: string, variable: string) => string): string;
}

/** Text without macros, for operators that take none and for tests. */
export function constantText(source: string): MacroText {
  return { source, isConstant: true, expand: () => source, expandMasked: () => source };
}
