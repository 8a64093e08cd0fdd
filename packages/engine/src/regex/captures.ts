import type { MatchBudget } from './budget.ts';
import { afterAt, beforeAt, CLAIMS, holds } from './claims.ts';
import { OP, type Program } from './program.ts';
import type { StartFinder } from './start-finder.ts';

/** Pairs of checkpoint and position that may be remembered: 1 MB. */
export const MAX_REMEMBERED = 1 << 23;

/** Room for a stack that is full most rarely; it doubles. */
const INITIAL_STACK = 256;

export type MatchOutcome = Int32Array | 'none' | 'tooLarge' | 'exhausted';

/**
 * The captures of the leftmost match a backtracking matcher would find first, in linear time.
 *
 * It backtracks, but never goes on twice from the same instruction at the same position: what failed there once fails again,
 * whatever the way to it was. Only instructions that several ways lead to (checkpoints) have to be remembered.
 */
export class CaptureMatcher {
  readonly #program: Program;
  readonly #slots: number;
  readonly #starts: StartFinder;
  /** Number of the checkpoint at an instruction, or -1. */
  readonly #checkpoint: Int32Array;
  readonly #checkpointCount: number;
  #stack: Int32Array = new Int32Array(INITIAL_STACK);

  constructor(program: Program, groupCount: number, starts: StartFinder) {
    this.#program = program;
    this.#slots = 2 * (groupCount + 1);
    this.#starts = starts;
    const { checkpoint, count } = findCheckpoints(program);
    this.#checkpoint = checkpoint;
    this.#checkpointCount = count;
  }

  /** 'tooLarge' when there would be too much to remember for this subject. */
  exec(subject: string, from: number, budget?: MatchBudget): MatchOutcome {
    const width = subject.length - from + 1;
    if (width * this.#checkpointCount > MAX_REMEMBERED) return 'tooLarge';
    const visited = new Int32Array(((width * this.#checkpointCount) >>> 5) + 1);
    const slots = new Int32Array(this.#slots);
    let steps = 0;
    const limit = budget === undefined ? Number.POSITIVE_INFINITY : budget.remaining;
    const starts = this.#starts;
    for (let start = starts.next(subject, from); start !== -1; start = starts.next(subject, start + 1)) {
      slots.fill(-1);
      slots[0] = start;
      const taken = this.#matchAt(subject, from, start, slots, visited, limit - steps);
      if (taken < 0) {
        budget?.spend(steps - taken);
        return slots;
      }
      steps += taken;
      if (steps >= limit) {
        budget?.exhaust();
        return 'exhausted';
      }
    }
    budget?.spend(steps);
    return 'none';
  }

  /** The steps it took, negative (at least one) if it matched. Stops when it has taken `limit`. */
  #matchAt(
    subject: string,
    from: number,
    start: number,
    slots: Int32Array,
    visited: Int32Array,
    limit: number,
  ): number {
    const { ops, a, b, sets } = this.#program;
    const checkpoint = this.#checkpoint;
    const width = subject.length - from + 1;
    let stack = this.#stack;
    let depth = 0;
    let steps = 0;
    let pc = this.#program.entry;
    let at = start;
    for (;;) {
      let failed = false;
      if (++steps > limit) return steps;
      const number = checkpoint[pc]!;
      if (number !== -1) {
        const bit = number * width + (at - from);
        if ((visited[bit >>> 5]! & (1 << (bit & 31))) !== 0) failed = true;
        else visited[bit >>> 5]! |= 1 << (bit & 31);
      }
      if (!failed) {
        switch (ops[pc]) {
          case OP.match:
            slots[1] = at;
            this.#stack = stack;
            return -steps;
          case OP.set:
            if (at < subject.length && sets[a[pc]!]!.has(subject.charCodeAt(at))) {
              at++;
              pc = b[pc]!;
            } else failed = true;
            break;
          case OP.split:
            if (depth + 2 > stack.length) stack = doubled(stack);
            stack[depth++] = b[pc]!;
            stack[depth++] = at;
            pc = a[pc]!;
            break;
          case OP.save: {
            // What was in the slot comes back when this way turns out to be a dead end.
            const slot = a[pc]!;
            if (depth + 2 > stack.length) stack = doubled(stack);
            stack[depth++] = -1 - slot;
            stack[depth++] = slots[slot]!;
            slots[slot] = at;
            pc = b[pc]!;
            break;
          }
          case OP.claim:
            if (holds(CLAIMS[a[pc]!]!, beforeAt(subject, at), afterAt(subject, at), at === from)) pc = b[pc]!;
            else failed = true;
            break;
        }
      }
      if (!failed) continue;
      for (;;) {
        if (depth === 0) {
          this.#stack = stack;
          return steps;
        }
        const value = stack[--depth]!;
        const what = stack[--depth]!;
        if (what >= 0) {
          pc = what;
          at = value;
          break;
        }
        slots[-1 - what] = value;
      }
    }
  }
}

/** The instructions that more than one way leads to. */
function findCheckpoints(program: Program): { checkpoint: Int32Array; count: number } {
  const { ops, a, b, length } = program;
  const ways = new Uint8Array(length);
  const lead = (pc: number): void => {
    ways[pc] = Math.min(ways[pc]! + 1, 2);
  };
  // Every start position enters at the same place, but at another position: that is one way.
  lead(program.entry);
  for (let pc = 0; pc < length; pc++) {
    if (ops[pc] === OP.match) continue;
    lead(b[pc]!);
    if (ops[pc] === OP.split) lead(a[pc]!);
  }
  const checkpoint = new Int32Array(length).fill(-1);
  let count = 0;
  for (let pc = 0; pc < length; pc++) if (ways[pc]! > 1) checkpoint[pc] = count++;
  return { checkpoint, count };
}

function doubled(stack: Int32Array): Int32Array {
  const larger = new Int32Array(stack.length * 2);
  larger.set(stack);
  return larger;
}
