import type { ByteSet } from '../bytes/byte-set.ts';

/**
 * What an instruction does with its operands `a`, `b`, `c`. Continuations are instruction numbers.
 *
 * - `match`: the whole pattern has matched
 * - `set`: consume a byte of set `a`, go on at `b`
 * - `split`: try `a`, then `b`
 * - `save`: store the position in slot `a`, go on at `b`
 * - `claim`: go on at `b` if claim `a` holds here
 *
 * Only the backtracker knows the others:
 *
 * - `close`: group `a` is from where its waiting slot says to here, go on at `b`; the waiting slot is number `c`
 * - `succeed`: the body of the innermost `atomic` or `look` has matched
 * - `atomic`: run the body at `a` once; go on at `b` if it took nothing, else at `c`
 * - `look`: run the body at `a`; go on at `b` if it matched and at `c` if not, where -1 is failure
 * - `back`: step `a` bytes back, go on at `b`
 * - `reference`: group `a >> 1`, caseless if `a & 1`; go on at `b` if it is empty, else at `c`
 * - `ifSet`: go on at `b` if group `a` is set, else at `c`
 */
export const OP = {
  match: 0,
  set: 1,
  split: 2,
  save: 3,
  claim: 4,
  succeed: 5,
  atomic: 6,
  look: 7,
  back: 8,
  reference: 9,
  ifSet: 10,
  close: 11,
} as const;

export interface Program {
  readonly length: number;
  readonly ops: Uint8Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly c: Int32Array;
  /** The instruction to begin with. */
  readonly entry: number;
  /** The distinct sets, by the number that `set` instructions carry. */
  readonly sets: readonly ByteSet[];
  /** The same sets, eight words each, for the inner loops; see `takes`. */
  readonly setWords: Int32Array;
}

/** Whether set number `set` of a program contains the byte. */
export function takes(setWords: Int32Array, set: number, byte: number): boolean {
  return ((setWords[(set << 3) | (byte >> 5)]! >>> (byte & 31)) & 1) === 1;
}
