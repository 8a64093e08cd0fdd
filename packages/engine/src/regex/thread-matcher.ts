import type { MatchBudget } from './budget.ts';
import { afterAt, beforeAt, CLAIMS, holds } from './claims.ts';
import { OP, type Program, takes } from './program.ts';
import type { StartFinder } from './start-finder.ts';

/**
 * The same answer as the capture matcher, for subjects too long for it: all ways are followed side by side, in order of
 * preference, each with its own captures. Slower by a factor, but what it needs to remember does not grow with the subject.
 */
export class ThreadMatcher {
  readonly #program: Program;
  readonly #starts: StartFinder;
  readonly #slotCount: number;
  readonly #seen: Int32Array;
  #generation = 0;
  readonly #stack: number[] = [];

  constructor(program: Program, groupCount: number, starts: StartFinder) {
    this.#program = program;
    this.#starts = starts;
    this.#slotCount = 2 * (groupCount + 1);
    this.#seen = new Int32Array(program.length);
  }

  /** The slots of the leftmost match, 'none', or 'exhausted' when the budget ran out. */
  exec(subject: string, from: number, budget?: MatchBudget): Int32Array | 'none' | 'exhausted' {
    const { ops, a, b, setWords } = this.#program;
    let threads = new ThreadList(this.#slotCount);
    let nextThreads = new ThreadList(this.#slotCount);
    let found: Int32Array | undefined;
    const slots = new Int32Array(this.#slotCount);
    let start = -1;
    this.#generation++;
    for (let at = from; ; at++) {
      if (found === undefined) {
        if (start < at && (start !== -1 || at === from)) start = this.#starts.next(subject, at);
        if (threads.count === 0) {
          if (start === -1) return 'none';
          at = start;
        }
        if (start === at) {
          slots.fill(-1);
          slots[0] = at;
          this.#add(threads, this.#program.entry, subject, at, from, slots);
        }
      }
      if (budget !== undefined && !budget.spend(1 + threads.count)) return 'exhausted';
      this.#generation++;
      for (let thread = 0; thread < threads.count; thread++) {
        const pc = threads.pcs[thread]!;
        if (ops[pc] === OP.match) {
          threads.load(thread, slots);
          slots[1] = at;
          found = slots.slice();
          // Whoever comes later in the list is less preferred.
          break;
        }
        if (at < subject.length && takes(setWords, a[pc]!, subject.charCodeAt(at))) {
          threads.load(thread, slots);
          this.#add(nextThreads, b[pc]!, subject, at + 1, from, slots);
        }
      }
      threads.count = 0;
      [threads, nextThreads] = [nextThreads, threads];
      if (found !== undefined && threads.count === 0) return found;
      if (at >= subject.length) return found ?? 'none';
    }
  }

  /** Adds all instructions that wait for a byte, or end the pattern, reachable from `entry`; the most preferred first. */
  #add(list: ThreadList, entry: number, subject: string, at: number, from: number, slots: Int32Array): void {
    const { ops, a, b } = this.#program;
    const stack = this.#stack;
    stack.push(entry, 0);
    while (stack.length > 0) {
      const value = stack.pop()!;
      const what = stack.pop()!;
      if (what < 0) {
        slots[-1 - what] = value;
        continue;
      }
      let pc = what;
      while (this.#seen[pc] !== this.#generation) {
        this.#seen[pc] = this.#generation;
        const op = ops[pc];
        if (op === OP.split) {
          stack.push(b[pc]!, 0);
          pc = a[pc]!;
        } else if (op === OP.save) {
          const slot = a[pc]!;
          stack.push(-1 - slot, slots[slot]!);
          slots[slot] = at;
          pc = b[pc]!;
        } else if (op === OP.claim) {
          if (!holds(CLAIMS[a[pc]!]!, beforeAt(subject, at), afterAt(subject, at), at === from)) break;
          pc = b[pc]!;
        } else {
          list.push(pc, slots);
          break;
        }
      }
    }
  }
}

/** Instructions with the captures on the way to them, in order. */
class ThreadList {
  readonly #slotCount: number;
  pcs: Int32Array = new Int32Array(16);
  #slots: Int32Array;
  count = 0;

  constructor(slotCount: number) {
    this.#slotCount = slotCount;
    this.#slots = new Int32Array(16 * slotCount);
  }

  push(pc: number, slots: Int32Array): void {
    if (this.count === this.pcs.length) {
      const pcs = new Int32Array(this.count * 2);
      pcs.set(this.pcs);
      this.pcs = pcs;
      const larger = new Int32Array(this.#slots.length * 2);
      larger.set(this.#slots);
      this.#slots = larger;
    }
    this.pcs[this.count] = pc;
    // Slots are few: a loop is several times faster than a bulk copy.
    const start = this.count * this.#slotCount;
    for (let slot = 0; slot < this.#slotCount; slot++) this.#slots[start + slot] = slots[slot]!;
    this.count++;
  }

  load(thread: number, slots: Int32Array): void {
    const start = thread * this.#slotCount;
    for (let slot = 0; slot < this.#slotCount; slot++) slots[slot] = this.#slots[start + slot]!;
  }
}
