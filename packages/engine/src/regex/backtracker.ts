import type { MatchBudget } from './budget.ts';
import { afterAt, beforeAt, CLAIMS, holds } from './claims.ts';
import { OP, type Program, takes } from './program.ts';
import type { StartFinder } from './start-finder.ts';

const INITIAL_STACK = 256;

/**
 * Matches programs that need more than sets and splits: look-around, atomic groups, back references, conditions. What it does
 * can take exponential time, so every instruction costs a step and steps are limited.
 *
 * Choices lie on one explicit stack. Only the body of an atomic group or a look-around runs in a nested call, so the depth
 * of calls is that of the pattern, not of the subject.
 */
export class Backtracker {
  readonly #program: Program;
  readonly #starts: StartFinder;
  #stack: Int32Array = new Int32Array(INITIAL_STACK);
  #depth = 0;
  #steps = 0;
  #limit = 0;
  #subject = '';
  #from = 0;
  /** Start and end of every group, then the starts of groups that are still open. */
  readonly #slots: Int32Array;
  readonly #resultLength: number;

  constructor(program: Program, groupCount: number, starts: StartFinder) {
    this.#program = program;
    this.#starts = starts;
    this.#resultLength = 2 * (groupCount + 1);
    this.#slots = new Int32Array(this.#resultLength + groupCount + 1);
  }

  /** The slots of the leftmost match, 'none', or 'exhausted' when `limit` steps did not suffice. */
  exec(subject: string, from: number, budget: MatchBudget): Int32Array | 'none' | 'exhausted' {
    this.#subject = subject;
    this.#from = from;
    this.#steps = 0;
    this.#limit = Math.min(budget.perMatch, budget.remaining);
    const outcome = this.#search(from);
    this.#subject = '';
    if (this.#steps > this.#limit) {
      budget.spend(this.#limit);
      budget.exceeded = true;
      return 'exhausted';
    }
    budget.spend(this.#steps);
    return outcome ? this.#slots.slice(0, this.#resultLength) : 'none';
  }

  #search(from: number): boolean {
    const starts = this.#starts;
    for (let start = starts.next(this.#subject, from); start !== -1; start = starts.next(this.#subject, start + 1)) {
      this.#slots.fill(-1);
      this.#slots[0] = start;
      this.#depth = 0;
      const end = this.#run(this.#program.entry, start);
      if (end !== FAILED) {
        this.#slots[1] = end;
        return true;
      }
      if (this.#steps > this.#limit) return false;
    }
    return false;
  }

  /**
   * Runs from `entry` until `match` or `succeed` and answers the position there, or FAILED. On success what is left on the
   * stack above its own base can undo the captures; the choices among it are void.
   */
  #run(entry: number, start: number): number {
    const { ops, a, b, c, setWords } = this.#program;
    const subject = this.#subject;
    const base = this.#depth;
    let pc = entry;
    let at = start;
    for (;;) {
      if (++this.#steps > this.#limit) return FAILED;
      let next = FAILED;
      switch (ops[pc]) {
        case OP.match:
        case OP.succeed:
          return at;
        case OP.set:
          if (at < subject.length && takes(setWords, a[pc]!, subject.charCodeAt(at))) {
            at++;
            next = b[pc]!;
          }
          break;
        case OP.split:
          this.#push(b[pc]!, at);
          next = a[pc]!;
          break;
        case OP.save:
          this.#save(a[pc]!, at);
          next = b[pc]!;
          break;
        case OP.close:
          this.#save(2 * a[pc]!, this.#slots[c[pc]!]!);
          this.#save(2 * a[pc]! + 1, at);
          next = b[pc]!;
          break;
        case OP.claim:
          if (holds(CLAIMS[a[pc]!]!, beforeAt(subject, at), afterAt(subject, at), at === this.#from)) next = b[pc]!;
          break;
        case OP.atomic: {
          const inner = this.#depth;
          const end = this.#run(a[pc]!, at);
          if (end === FAILED) break;
          this.#dropChoices(inner);
          next = end === at ? b[pc]! : c[pc]!;
          at = end;
          break;
        }
        case OP.look: {
          const inner = this.#depth;
          const matched = this.#run(a[pc]!, at) !== FAILED;
          if (this.#steps > this.#limit) return FAILED;
          next = matched ? b[pc]! : c[pc]!;
          // What a negative look-around captured must not be seen outside.
          if (matched && next === FAILED) this.#undo(inner);
          else if (matched) this.#dropChoices(inner);
          break;
        }
        case OP.back:
          if (at >= a[pc]!) {
            at -= a[pc]!;
            next = b[pc]!;
          }
          break;
        case OP.reference: {
          const end = this.#reference(a[pc]! >> 1, (a[pc]! & 1) === 1, at);
          if (end === FAILED) break;
          next = end === at ? b[pc]! : c[pc]!;
          at = end;
          break;
        }
        case OP.ifSet:
          next = this.#slots[2 * a[pc]! + 1] === -1 ? c[pc]! : b[pc]!;
          break;
      }
      pc = next;
      if (pc !== FAILED) continue;
      // Back to the last choice; on the way the captures become what they were there.
      for (;;) {
        if (this.#depth === base) return FAILED;
        const value = this.#stack[--this.#depth]!;
        const what = this.#stack[--this.#depth]!;
        if (what >= 0) {
          pc = what;
          at = value;
          break;
        }
        this.#slots[-1 - what] = value;
      }
    }
  }

  /** Where the subject stops repeating the group's text, which may be empty; FAILED if it does not, or if the group is unset. */
  #reference(group: number, caseless: boolean, at: number): number {
    const start = this.#slots[2 * group]!;
    const end = this.#slots[2 * group + 1]!;
    if (start === -1 || end === -1) return FAILED;
    const length = end - start;
    if (at + length > this.#subject.length) return FAILED;
    for (let index = 0; index < length; index++) {
      let expected = this.#subject.charCodeAt(start + index);
      let found = this.#subject.charCodeAt(at + index);
      if (caseless) {
        expected = lowerCased(expected);
        found = lowerCased(found);
      }
      if (expected !== found) return FAILED;
    }
    this.#steps += length;
    return at + length;
  }

  #save(slot: number, value: number): void {
    this.#push(-1 - slot, this.#slots[slot]!);
    this.#slots[slot] = value;
  }

  #push(what: number, value: number): void {
    if (this.#depth + 2 > this.#stack.length) {
      const larger = new Int32Array(this.#stack.length * 2);
      larger.set(this.#stack);
      this.#stack = larger;
    }
    this.#stack[this.#depth++] = what;
    this.#stack[this.#depth++] = value;
  }

  /** Keeps, above `base`, only what undoes captures. */
  #dropChoices(base: number): void {
    let kept = base;
    for (let index = base; index < this.#depth; index += 2) {
      if (this.#stack[index]! >= 0) continue;
      this.#stack[kept++] = this.#stack[index]!;
      this.#stack[kept++] = this.#stack[index + 1]!;
    }
    this.#depth = kept;
  }

  /** Takes everything above `base` away and the captures back. */
  #undo(base: number): void {
    while (this.#depth > base) {
      const value = this.#stack[--this.#depth]!;
      const what = this.#stack[--this.#depth]!;
      if (what < 0) this.#slots[-1 - what] = value;
    }
  }
}

const FAILED = -1;

function lowerCased(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}
