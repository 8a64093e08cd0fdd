import { type ByteClasses, byteClasses } from './byte-classes.ts';
import { AFTER, type After, BEFORE, type Before, CLAIMS, holds } from './claims.ts';
import { OP, type Program } from './program.ts';
import { beforeColumn, type StateConstruction, type StepResult } from './state-construction.ts';

const NEWLINE = 0x0a;
/** Added to what stands before a position where that is the one the search began at, for `\G`. */
const SEARCH_START = Object.keys(BEFORE).length;

/** What stands before a state's position, and whether the search began there. */
export type Place = number;

export const searchStart = (before: Before): Place => before + SEARCH_START;

/**
 * A construction whose states are lists: the instructions that backtracking would go on with behind the last byte, in the
 * order in which it would try them. What comes behind a match that is already found is left out of the list, so the last
 * match found is the one backtracking would find first.
 *
 * The last entry may be something else: `found` says that a match ends before the last byte, `start` that matches may still
 * begin.
 */
export class PreferenceBuilder implements StateConstruction<Place> {
  readonly classes: ByteClasses;
  readonly finalNewline: number;
  readonly end: number;
  readonly waiting: Int32Array;
  count = 0;
  looked = 0;
  /** Matches begin only where `start` is in the list, so an empty one leads nowhere. */
  readonly isAnchored = true;
  readonly isOrdered = true;
  /** For each entry of the last result the index, in the list before, of the entry that led to it. */
  readonly parents: Int32Array;
  readonly start: number;
  readonly found: number;

  readonly #program: Program;
  readonly #hasClaims: boolean;
  /** Instructions reached in this step, and those it has listed. */
  readonly #seen: Int32Array;
  readonly #listed: Int32Array;
  #generation = 0;
  readonly #stack: Int32Array;
  /** What `start` leads to over a column, computed once. */
  readonly #startSteps: (Int32Array | undefined)[] = [];

  constructor(program: Program) {
    this.#program = program;
    this.classes = byteClasses(program);
    this.finalNewline = this.classes.count;
    this.end = this.classes.count + 1;
    this.#hasClaims = program.ops.includes(OP.claim);
    this.start = program.length;
    this.found = program.length + 1;
    this.waiting = new Int32Array(program.length + 2);
    this.parents = new Int32Array(program.length + 2);
    this.#seen = new Int32Array(program.length);
    this.#listed = new Int32Array(program.length + 2);
    this.#stack = new Int32Array(program.length + 1);
  }

  hasClaims(): boolean {
    return this.#hasClaims;
  }

  sideOf(column: number): Place {
    return beforeColumn(this.classes, column);
  }

  initial(): StepResult {
    this.waiting[0] = this.start;
    this.count = 1;
    return 'waiting';
  }

  /** Never says 'matched': a better match may follow. */
  step(kernel: Int32Array, from: number, to: number, place: Place, column: number): StepResult {
    this.looked = 0;
    // First of all, because it may have to be computed with the same scratch arrays.
    const startStep = kernel[to - 1] === this.start ? this.#startStep(place, column) : undefined;
    this.#begin();
    for (let index = from; index < to; index++) {
      const pc = kernel[index]!;
      if (pc === this.start) for (const next of startStep!) this.#list(next, index - from);
      else if (pc !== this.found && this.#follow(pc, index - from, place, column)) break;
    }
    return 'waiting';
  }

  #startStep(place: Place, column: number): Int32Array {
    const key = this.#hasClaims ? place * (this.end + 1) + column : column;
    let known = this.#startSteps[key];
    if (known === undefined) {
      this.#begin();
      const isFound = this.#follow(this.#program.entry, 0, place, column);
      if (!isFound && column !== this.end) this.#list(this.start, 0);
      known = this.waiting.slice(0, this.count);
      this.#startSteps[key] = known;
    }
    return known;
  }

  /** Lists what an instruction leads to over the byte of the column, best first; true when it leads to a match before it. */
  #follow(from: number, parent: number, place: Place, column: number): boolean {
    const { ops, a, b } = this.#program;
    const { members, count, classOf } = this.classes;
    const byteClass = column === this.finalNewline ? classOf[NEWLINE]! : column;
    const isSearchStart = place >= SEARCH_START;
    const before = (isSearchStart ? place - SEARCH_START : place) as Before;
    const after = this.#afterOf(column);
    const stack = this.#stack;
    let depth = 0;
    let pc = from;
    for (;;) {
      let next = -1;
      if (this.#seen[pc] !== this.#generation) {
        this.#seen[pc] = this.#generation;
        this.looked++;
        switch (ops[pc]) {
          case OP.match:
            this.#list(this.found, parent);
            return true;
          case OP.set:
            if (column !== this.end && members[a[pc]! * count + byteClass] === 1) this.#list(b[pc]!, parent);
            break;
          case OP.split:
            stack[depth++] = b[pc]!;
            next = a[pc]!;
            break;
          case OP.save:
            next = b[pc]!;
            break;
          case OP.claim:
            if (holds(CLAIMS[a[pc]!]!, before, after, isSearchStart)) next = b[pc]!;
            break;
        }
      }
      if (next !== -1) pc = next;
      else if (depth === 0) return false;
      else pc = stack[--depth]!;
    }
  }

  #afterOf(column: number): After {
    if (column === this.end) return AFTER.end;
    return column === this.finalNewline ? AFTER.finalNewline : this.classes.after[column]!;
  }

  #begin(): void {
    this.#generation++;
    this.count = 0;
  }

  #list(pc: number, parent: number): void {
    if (this.#listed[pc] === this.#generation) return;
    this.#listed[pc] = this.#generation;
    this.waiting[this.count] = pc;
    this.parents[this.count++] = parent;
  }
}
