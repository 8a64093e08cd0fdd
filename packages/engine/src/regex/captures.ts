import type { MatchBudget } from './budget.ts';
import { afterAt, beforeAt, CLAIMS, holds } from './claims.ts';
import { OP, type Program, takes } from './program.ts';
import { SearchScratch } from './search-scratch.ts';
import { LOOP, type SetLoops, setLoopsOf } from './set-loops.ts';
import type { StartFinder } from './start-finder.ts';

/** Pairs of checkpoint and position that may be remembered: 32 KB, and about a millisecond when all of them are tried. */
const MAX_REMEMBERED = 1 << 18;
/** Pairs are numbers of 31 bits. */
const MAX_NUMBERED = 2 ** 31 - 1;
/** Steps for each byte that an attempt may take; a greedy loop over any byte that gives all of them back takes a dozen. */
const STEPS_PER_BYTE = 16;
const MAX_STEPS = 1 << 21;
/** On the stack, in the place of an instruction: a loop can be left at a stretch of positions. No slot has such a number. */
const STRETCH = -(2 ** 31);

export type MatchOutcome = Int32Array | 'none' | 'exhausted';

/**
 * The captures of the leftmost match a backtracking matcher would find first, in linear time.
 *
 * It backtracks, but never goes on twice from the same instruction at the same position: what failed there once fails again,
 * whatever the way to it was. Only instructions that several ways lead to (checkpoints) have to be remembered.
 */
export class CaptureMatcher {
  readonly #program: Program;
  readonly #slotCount: number;
  readonly #starts: StartFinder;
  /** Number of the checkpoint at an instruction, or -1. */
  readonly #checkpoint: Int32Array;
  readonly #checkpointCount: number;
  readonly #loops: SetLoops;
  readonly #scratch: SearchScratch;

  constructor(program: Program, groupCount: number, starts: StartFinder, scratch: SearchScratch = new SearchScratch()) {
    this.#program = program;
    this.#scratch = scratch;
    this.#slotCount = 2 * (groupCount + 1);
    this.#starts = starts;
    const { checkpoint, count } = findCheckpoints(program);
    this.#checkpoint = checkpoint;
    this.#checkpointCount = count;
    this.#loops = setLoopsOf(program);
  }

  /** Whether everything from `from` on can be remembered, which `exec` takes for granted. */
  fits(subject: string, from: number): boolean {
    return (subject.length - from + 1) * this.#checkpointCount <= MAX_REMEMBERED;
  }

  /** The slots of the first match that begins at or after `from`, in a subject that fits. */
  exec(subject: string, from: number, budget?: MatchBudget): MatchOutcome {
    const outcome = this.#exec(subject, from, subject.length, budget, Number.POSITIVE_INFINITY);
    if (outcome === 'cut') throw new Error('a search without limits is never cut');
    return outcome;
  }

  /** As `exec`, for any subject; 'cut' when finding the match would take bytes from `to` on, or too long. */
  attempt(subject: string, from: number, to: number, budget?: MatchBudget): MatchOutcome | 'cut' {
    const width = to - from + 1;
    if (width * this.#checkpointCount > MAX_NUMBERED) return 'cut';
    return this.#exec(subject, from, to, budget, Math.min(Math.max(MAX_REMEMBERED, width * STEPS_PER_BYTE), MAX_STEPS));
  }

  #exec(
    subject: string,
    from: number,
    to: number,
    budget: MatchBudget | undefined,
    mostSteps: number,
  ): MatchOutcome | 'cut' {
    const width = to - from + 1;
    this.#scratch.visited.begin(width * this.#checkpointCount);
    const slots = new Int32Array(this.#slotCount);
    const search: Search = {
      subject,
      from,
      to,
      width,
      slots,
      steps: 0,
      mostSteps,
      limit: budget === undefined ? Number.POSITIVE_INFINITY : budget.remaining,
    };
    let outcome: MatchOutcome | 'cut' = 'none';
    for (let start = this.#starts.next(subject, from); start !== -1; start = this.#starts.next(subject, start + 1)) {
      if (start > to) {
        outcome = 'cut';
        break;
      }
      slots.fill(-1);
      slots[0] = start;
      outcome = this.#matchAt(search, start);
      if (outcome !== 'none') break;
    }
    this.#scratch.end();
    if (outcome === 'exhausted') budget?.exhaust();
    else budget?.spend(search.steps);
    return outcome;
  }

  #matchAt(search: Search, start: number): MatchOutcome | 'cut' {
    const { ops, a, b, setWords } = this.#program;
    const { subject, from, to, width, slots, limit, mostSteps } = search;
    const checkpoint = this.#checkpoint;
    const { kinds, bodies, exits, next } = this.#loops;
    const { visited } = this.#scratch;
    let { stack } = this.#scratch;
    let depth = 0;
    let steps = search.steps;
    let pc = this.#program.entry;
    let at = start;
    let outcome: MatchOutcome | 'cut' | undefined;
    while (outcome === undefined) {
      let isDeadEnd = false;
      if (++steps > limit || steps > mostSteps) {
        outcome = steps > limit ? 'exhausted' : 'cut';
        break;
      }
      const number = checkpoint[pc]!;
      if (number !== -1) isDeadEnd = !visited.add(number * width + (at - from));
      if (!isDeadEnd) {
        switch (ops[pc]) {
          case OP.match:
            slots[1] = at;
            outcome = slots;
            break;
          case OP.set:
            if (at === to && to < subject.length) {
              outcome = 'cut';
              break;
            }
            isDeadEnd = at >= subject.length || !takes(setWords, a[pc]!, subject.charCodeAt(at));
            at++;
            pc = b[pc]!;
            break;
          case OP.claim:
            isDeadEnd = !holds(CLAIMS[a[pc]!]!, beforeAt(subject, at), afterAt(subject, at), at === from);
            pc = b[pc]!;
            break;
          case OP.split: {
            if (depth + 5 > stack.length) stack = this.#scratch.growStack();
            const kind = kinds[pc]!;
            if (kind === LOOP.none) {
              stack[depth++] = b[pc]!;
              stack[depth++] = at;
              pc = a[pc]!;
              break;
            }
            const end = this.#runThrough(search, pc, at);
            steps += end - at;
            if (kind === LOOP.lazy) {
              stack[depth++] = bodies[pc]!;
              stack[depth++] = end;
            } else if (end === to && to < subject.length) {
              outcome = 'cut';
              break;
            } else if (end > at) {
              stack[depth++] = at;
              stack[depth++] = pc;
              stack[depth++] = STRETCH;
              stack[depth++] = end - 1;
            }
            pc = exits[pc]!;
            at = end;
            break;
          }
          case OP.save: {
            // What was in the slot comes back when this way turns out to be a dead end.
            const slot = a[pc]!;
            if (depth + 2 > stack.length) stack = this.#scratch.growStack();
            stack[depth++] = -1 - slot;
            stack[depth++] = slots[slot]!;
            slots[slot] = at;
            pc = b[pc]!;
            break;
          }
        }
      }
      while (isDeadEnd) {
        if (depth === 0) {
          outcome = 'none';
          break;
        }
        const value = stack[--depth]!;
        const what = stack[--depth]!;
        if (what >= 0) {
          pc = what;
          at = value;
          isDeadEnd = false;
        } else if (what === STRETCH) {
          const head = stack[depth - 1]!;
          const first = stack[depth - 2]!;
          const set = next[head]!;
          // Positions where the byte does not come that must come are passed over.
          let last = value;
          while (set !== -1 && last >= first && !takes(setWords, set, subject.charCodeAt(last))) last--;
          steps += value - last;
          if (last > first) {
            stack[depth + 1] = last - 1;
            depth += 2;
          } else depth -= 2;
          if (last < first) continue;
          pc = exits[head]!;
          at = last;
          isDeadEnd = false;
        } else {
          slots[-1 - what] = value;
        }
      }
    }
    search.steps = steps;
    return outcome;
  }

  /**
   * Where a loop over one set is left for the first time: a greedy one where no further byte is taken, a lazy one where the
   * byte comes that must come behind it. What is passed is noted as visited, as it would be step by step.
   */
  #runThrough({ subject, from, to, width }: Search, head: number, start: number): number {
    const { kinds, bodies, next } = this.#loops;
    const { a, setWords } = this.#program;
    const { visited } = this.#scratch;
    const body = bodies[head]!;
    const set = a[body]!;
    const isLazy = kinds[head] === LOOP.lazy;
    const stopper = next[head]!;
    if (isLazy && stopper === -1) return start;
    const atHead = this.#checkpoint[head]!;
    const atBody = this.#checkpoint[body]!;
    let at = start;
    for (; at < to; at++) {
      const byte = subject.charCodeAt(at);
      if (isLazy && takes(setWords, stopper, byte)) break;
      if (!takes(setWords, set, byte)) break;
      if (atBody !== -1 && !visited.add(atBody * width + (at - from))) break;
      if (atHead !== -1 && !visited.add(atHead * width + (at + 1 - from))) break;
    }
    return at;
  }
}

/** What stays the same, or goes on counting, while one start position after the other is tried. */
interface Search {
  readonly subject: string;
  readonly from: number;
  readonly to: number;
  /** How many positions there are from `from` to `to`. */
  readonly width: number;
  readonly slots: Int32Array;
  steps: number;
  /** Steps after which the search is cut, and those the budget allows. */
  readonly mostSteps: number;
  readonly limit: number;
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
