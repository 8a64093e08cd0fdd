import type { ByteClasses } from './byte-classes.ts';
import { AFTER, BEFORE, type Before } from './claims.ts';

/** What a set of instructions becomes over a byte: the pattern has matched, or the instructions are in `waiting`. */
export type StepResult = 'matched' | 'waiting';

/**
 * Makes the states of an automaton from those next to them. `Side` is what a state remembers of the byte it was reached
 * over, for the claims between that byte and the next: what stood before, or, when a subject is read backwards, behind.
 */
export interface StateConstruction<Side extends number> {
  readonly classes: ByteClasses;
  /** The columns behind those of the byte classes: a newline that is the last byte, and the end of the subject. */
  readonly finalNewline: number;
  readonly end: number;
  /** The last result: the first `count` of these, each once. */
  readonly waiting: Int32Array;
  count: number;
  /** Instructions looked at for the last result; the measure of its cost. */
  readonly looked: number;
  /** Whether a state without instructions leads nowhere. */
  readonly isAnchored: boolean;
  /** Whether states of the same instructions in another order are others. */
  readonly isOrdered: boolean;
  /** Whether the last result depends on the bytes around it. */
  hasClaims(): boolean;
  /** What a byte of the column is for the state reached over it. */
  sideOf(column: number): Side;
  /** The state a search begins in. */
  initial(side: Side): StepResult;
  /** From the instructions `kernel[from]` to `kernel[to - 1]`, over the byte of a column. */
  step(kernel: Int32Array, from: number, to: number, side: Side, column: number): StepResult;
}

/** What a byte of the column, the final newline included, is for the position behind it. */
export function beforeColumn(classes: ByteClasses, column: number): Before {
  if (column === classes.count) return BEFORE.newline;
  switch (classes.after[column]) {
    case AFTER.word:
      return BEFORE.word;
    case AFTER.newline:
      return BEFORE.newline;
    default:
      return BEFORE.other;
  }
}
