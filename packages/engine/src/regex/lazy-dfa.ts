import type { MatchBudget } from './budget.ts';
import { BEFORE, type Before, beforeAt } from './claims.ts';
import type { Program } from './program.ts';
import { StateBuilder } from './state-builder.ts';
import type { StateHolder, StateMemory } from './state-memory.ts';

// Entries of the transition table that name no state. Rows of states begin behind them: one comparison finds all of these.
const UNKNOWN = 0;
const MATCH = 1;
const DEAD = 2;
const FIRST_ROW = 3;

const INITIAL_STATES = 8;
const NEWLINE = 0x0a;
/** Fuel for building a state, on top of one step for each instruction looked at. */
const STATE_COST = 16;
/** Instructions all states of one automaton may hold together: 4 MB. Only long counted repeats come near it. */
const MAX_KERNEL_LENGTH = 1 << 20;

/**
 * Says whether a program matches anywhere in a subject, in linear time: a deterministic automaton whose states are built
 * when a subject first needs them and forgotten when there are too many.
 *
 * The program must consist of `set`, `split`, `save`, `claim` and `match`, and must not ask for `searchStart`.
 */
export class LazyDfa implements StateHolder {
  readonly #builder: StateBuilder;
  readonly #memory: StateMemory;
  readonly #classOf: Uint8Array;
  readonly #stride: number;

  /** Transitions: a row for each state, a column for each byte class. States are named by where their row begins. */
  #table: Int32Array = new Int32Array(0);
  #states = 0;
  /** Counts how often all states were thrown away, so that nobody writes into a row that is not his any more. */
  #generation = 0;
  /** What each state consists of: a slice of `#kernels`, and what stood before if the state has claims. */
  #kernels: Int32Array = new Int32Array(0);
  #kernelEnds: Int32Array = new Int32Array(0);
  #befores: Uint8Array = new Uint8Array(0);
  #hashes: Int32Array = new Int32Array(0);
  /** Open addressing by hash of the instructions: number of the state plus 1, or 0. */
  #index: Int32Array = new Int32Array(0);
  /** The states a search begins in, by what stands before it. */
  readonly #initial: Int32Array = new Int32Array(4);
  /** Marks the instructions of the state being looked up. */
  readonly #member: Int32Array;
  #lookup = 0;

  constructor(program: Program, memory: StateMemory) {
    this.#builder = new StateBuilder(program);
    this.#memory = memory;
    this.#classOf = this.#builder.classes.classOf;
    this.#stride = this.#builder.end + 1;
    this.#member = new Int32Array(program.length);
  }

  /** Whether a match begins at or after `from`. False as well when the budget ran out, which it then says. */
  test(subject: string, budget?: MatchBudget, from = 0): boolean {
    const last = this.#lastInner(subject.length, from, subject.charCodeAt(subject.length - 1));
    const stop = budget === undefined ? last : Math.min(last, from + budget.remaining);
    let state = this.#initialState(beforeAt(subject, from));
    if (state < FIRST_ROW) return state === MATCH;

    const classOf = this.#classOf;
    let table = this.#table;
    let at = from;
    while (at < stop) {
      const column = classOf[subject.charCodeAt(at++) & 0xff]!;
      let next = table[state + column]!;
      if (next < FIRST_ROW) {
        if (next === UNKNOWN) {
          next = this.#build(state, column, budget);
          table = this.#table;
        }
        if (next < FIRST_ROW) return this.#answer(next, at - from, budget);
      }
      state = next;
    }
    return this.#finish(state, at - from, stop < last, last < subject.length, budget);
  }

  /** As `test`, over the first `length` bytes of a buffer. */
  testBytes(bytes: Uint8Array, length: number, budget?: MatchBudget): boolean {
    const last = this.#lastInner(length, 0, bytes[length - 1]);
    const stop = budget === undefined ? last : Math.min(last, budget.remaining);
    let state = this.#initialState(BEFORE.start);
    if (state < FIRST_ROW) return state === MATCH;

    const classOf = this.#classOf;
    let table = this.#table;
    let at = 0;
    while (at < stop) {
      const column = classOf[bytes[at++]!]!;
      let next = table[state + column]!;
      if (next < FIRST_ROW) {
        if (next === UNKNOWN) {
          next = this.#build(state, column, budget);
          table = this.#table;
        }
        if (next < FIRST_ROW) return this.#answer(next, at, budget);
      }
      state = next;
    }
    return this.#finish(state, at, stop < last, last < length, budget);
  }

  releaseStates(): void {
    this.#generation++;
    this.#states = 0;
    this.#table = new Int32Array(0);
    this.#kernels = new Int32Array(0);
    this.#kernelEnds = new Int32Array(0);
    this.#befores = new Uint8Array(0);
    this.#hashes = new Int32Array(0);
    this.#index = new Int32Array(0);
    this.#initial.fill(UNKNOWN);
  }

  /** How far the inner loop may go: a newline that ends the subject has its own column if a claim asks for it. */
  #lastInner(length: number, from: number, lastByte: number | undefined): number {
    const isSpecial = this.#builder.classes.needsFinalNewline && length > from && lastByte === NEWLINE;
    return isSpecial ? length - 1 : length;
  }

  /** What no byte inside the subject leads to: the final newline and the end. */
  #finish(state: number, bytes: number, isCut: boolean, hasFinalNewline: boolean, budget?: MatchBudget): boolean {
    if (isCut) {
      budget?.exhaust();
      return false;
    }
    let next = state;
    if (hasFinalNewline) next = this.#follow(next, this.#builder.finalNewline, budget);
    if (next >= FIRST_ROW) next = this.#follow(next, this.#builder.end, budget);
    return this.#answer(next, bytes, budget);
  }

  #answer(next: number, bytes: number, budget?: MatchBudget): boolean {
    return (budget === undefined || budget.spend(bytes)) && next === MATCH;
  }

  #follow(state: number, column: number, budget?: MatchBudget): number {
    const next = this.#table[state + column]!;
    return next === UNKNOWN ? this.#build(state, column, budget) : next;
  }

  #initialState(before: Before): number {
    let state = this.#initial[before]!;
    if (state === UNKNOWN) {
      state = this.#builder.initial(before) === 'matched' ? MATCH : this.#intern(before);
      this.#initial[before] = state;
    }
    return state;
  }

  /** A transition not taken before: MATCH, DEAD (also when the budget does not allow it) or the row of a state. */
  #build(row: number, column: number, budget: MatchBudget | undefined): number {
    const builder = this.#builder;
    const state = (row - FIRST_ROW) / this.#stride;
    const from = state === 0 ? 0 : this.#kernelEnds[state - 1]!;
    const result = builder.step(this.#kernels, from, this.#kernelEnds[state]!, this.#befores[state] as Before, column);
    if (budget !== undefined && !budget.spend(builder.looked + STATE_COST)) return DEAD;
    const generation = this.#generation;
    const next = result === 'matched' ? MATCH : column === builder.end ? DEAD : this.#intern(builder.beforeOf(column));
    if (generation === this.#generation) this.#table[row + column] = next;
    return next;
  }

  /** The state that consists of what the builder just found. */
  #intern(before: Before): number {
    const builder = this.#builder;
    const { waiting, count } = builder;
    if (count === 0 && builder.isAnchored) return DEAD;
    const relevantBefore = builder.hasClaims() ? before : BEFORE.other;
    let hash = Math.imul(relevantBefore + 1, 0x9e3779b1) ^ count;
    this.#lookup++;
    for (let index = 0; index < count; index++) {
      const pc = waiting[index]!;
      this.#member[pc] = this.#lookup;
      // The order of the instructions is no part of the state, so it must not show in the hash.
      const mixed = Math.imul(pc + 1, 0x85ebca6b);
      hash = (hash + Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35)) | 0;
    }
    const known = this.#find(hash, relevantBefore, count);
    if (known !== -1) return FIRST_ROW + known * this.#stride;
    const isFull = this.#states >= this.#memory.statesPerPattern || this.#kernelLength() + count > MAX_KERNEL_LENGTH;
    if (isFull && this.#states > 0) this.releaseStates();
    return FIRST_ROW + this.#append(hash, relevantBefore) * this.#stride;
  }

  #find(hash: number, before: Before, count: number): number {
    if (this.#states === 0) return -1;
    const mask = this.#index.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const state = this.#index[slot]! - 1;
      if (state === -1) return -1;
      if (this.#hashes[state] === hash && this.#befores[state] === before && this.#consistsOfMembers(state, count)) {
        return state;
      }
    }
  }

  #consistsOfMembers(state: number, count: number): boolean {
    const from = state === 0 ? 0 : this.#kernelEnds[state - 1]!;
    const to = this.#kernelEnds[state]!;
    if (to - from !== count) return false;
    for (let index = from; index < to; index++) if (this.#member[this.#kernels[index]!] !== this.#lookup) return false;
    return true;
  }

  #append(hash: number, before: Before): number {
    const { waiting, count } = this.#builder;
    const start = this.#kernelLength();
    if (this.#states === this.#hashes.length || start + count > this.#kernels.length) this.#grow(start + count);
    const state = this.#states++;
    this.#kernels.set(waiting.subarray(0, count), start);
    this.#kernelEnds[state] = start + count;
    this.#befores[state] = before;
    this.#hashes[state] = hash;
    this.#enter(state);
    return state;
  }

  #enter(state: number): void {
    const mask = this.#index.length - 1;
    let slot = this.#hashes[state]! & mask;
    while (this.#index[slot] !== 0) slot = (slot + 1) & mask;
    this.#index[slot] = state + 1;
  }

  #kernelLength(): number {
    return this.#states === 0 ? 0 : this.#kernelEnds[this.#states - 1]!;
  }

  /** Makes room for one more state and for `kernelLength` instructions in all. */
  #grow(kernelLength: number): void {
    if (this.#states === this.#hashes.length) {
      const limit = this.#memory.statesPerPattern;
      const capacity = Math.max(Math.min(Math.max(this.#states * 2, INITIAL_STATES), limit), this.#states + 1);
      this.#table = resized(this.#table, FIRST_ROW + capacity * this.#stride);
      this.#kernelEnds = resized(this.#kernelEnds, capacity);
      this.#hashes = resized(this.#hashes, capacity);
      const befores = new Uint8Array(capacity);
      befores.set(this.#befores);
      this.#befores = befores;
      this.#index = new Int32Array(1 << (32 - Math.clz32(capacity * 2)));
      for (let state = 0; state < this.#states; state++) this.#enter(state);
    }
    if (kernelLength > this.#kernels.length) this.#kernels = resized(this.#kernels, kernelLength * 2);
    const words = this.#table.length + this.#kernels.length + this.#kernelEnds.length + this.#hashes.length;
    this.#memory.account(this, 4 * (words + this.#index.length) + this.#befores.length);
  }
}

function resized(array: Int32Array, length: number): Int32Array {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}
