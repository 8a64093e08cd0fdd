import type { MatchBudget } from './budget.ts';
import type { StateConstruction } from './state-construction.ts';
import type { StateHolder, StateMemory } from './state-memory.ts';

// Transitions that lead to no state. Rows begin behind them, so one comparison finds all of these.
export const UNKNOWN = 0;
/** The pattern has matched. */
export const MATCH = 1;
/** No byte that comes can lead to a match any more. */
export const DEAD = 2;
export const FIRST_ROW = 3;

const INITIAL_STATES = 8;
/** Fuel for building a state, on top of one step for each instruction looked at. */
const STATE_COST = 16;
/** Instructions all states of one automaton may hold together: 4 MB. Only long counted repeats come near it. */
const MAX_KERNEL_LENGTH = 1 << 20;
const NO_NUMBERS = new Int32Array(0);
const NO_BYTES = new Uint8Array(0);

/** More than there are kinds of places, as far as any claim can tell. */
const SIDES = 16;

/** What a state is made of. */
export interface SavedState<Side extends number> {
  readonly kernel: Int32Array;
  readonly side: Side;
}

/**
 * The states of an automaton, built when they are first needed and forgotten when there are too many.
 *
 * `table` has a row for each state and a column for each byte class; states are named by where their row begins. A transition
 * is a row, UNKNOWN, MATCH or DEAD.
 */
export class StateCache<Side extends number> implements StateHolder {
  readonly builder: StateConstruction<Side>;
  readonly stride: number;
  /** Replaced when it grows and when states are released: to be read anew after every `build`. */
  table: Int32Array = NO_NUMBERS;
  readonly #memory: StateMemory;
  #states = 0;
  /** Counts how often all states were thrown away, so that nobody writes into a row that is not his any more. */
  #generation = 0;
  /** What each state consists of: a slice of `#kernels`, and the byte beside it if the state has claims. */
  #kernels: Int32Array = NO_NUMBERS;
  #kernelEnds: Int32Array = NO_NUMBERS;
  #sides: Uint8Array = NO_BYTES;
  #hashes: Int32Array = NO_NUMBERS;
  /** Open addressing by hash of the instructions: number of the state plus 1, or 0. */
  #index: Int32Array = NO_NUMBERS;
  /** The states a search begins in, by what stands beside it. */
  readonly #initial: Int32Array = new Int32Array(SIDES);
  /** Marks the instructions of the state being looked up. */
  readonly #member: Int32Array;
  #lookup = 0;

  constructor(builder: StateConstruction<Side>, memory: StateMemory) {
    this.builder = builder;
    this.stride = builder.end + 1;
    this.#memory = memory;
    this.#member = new Int32Array(builder.waiting.length);
  }

  /** Counts how often all states were thrown away; rows of an earlier generation mean nothing any more. */
  get generation(): number {
    return this.#generation;
  }

  /** The state a search begins in beside `side`, or MATCH or DEAD. */
  initial(side: Side): number {
    let state = this.#initial[side]!;
    if (state === UNKNOWN) {
      state = this.builder.initial(side) === 'matched' ? MATCH : this.#intern(side);
      this.#initial[side] = state;
    }
    return state;
  }

  /** A transition whose entry is UNKNOWN. DEAD as well when the budget does not allow to find out. */
  build(row: number, column: number, budget: MatchBudget | undefined): number {
    const builder = this.builder;
    const state = this.#numberOf(row);
    const side = this.#sides[state] as Side;
    const result = builder.step(this.#kernels, this.#kernelStart(state), this.#kernelEnds[state]!, side, column);
    if (budget !== undefined && !budget.spend(builder.looked + STATE_COST)) return DEAD;
    const generation = this.#generation;
    const next = result === 'matched' ? MATCH : column === builder.end ? DEAD : this.#intern(builder.sideOf(column));
    if (generation === this.#generation) this.table[row + column] = next;
    return next;
  }

  /** An entry of the state, counted from its beginning; from its end when negative. */
  entry(row: number, index: number): number {
    const state = this.#numberOf(row);
    return this.#kernels[index < 0 ? this.#kernelEnds[state]! + index : this.#kernelStart(state) + index]!;
  }

  /** How many entries the state has. */
  size(row: number): number {
    const state = this.#numberOf(row);
    return this.#kernelEnds[state]! - this.#kernelStart(state);
  }

  /** Lets the builder make a transition once more, for what it says besides the result. */
  step(row: number, column: number): void {
    const state = this.#numberOf(row);
    const side = this.#sides[state] as Side;
    this.builder.step(this.#kernels, this.#kernelStart(state), this.#kernelEnds[state]!, side, column);
  }

  /** The state apart from its row, to outlive the generation. */
  save(row: number): SavedState<Side> {
    const state = this.#numberOf(row);
    return {
      kernel: this.#kernels.slice(this.#kernelStart(state), this.#kernelEnds[state]),
      side: this.#sides[state] as Side,
    };
  }

  /** The row a saved state has now. */
  restore({ kernel, side }: SavedState<Side>): number {
    this.builder.waiting.set(kernel);
    this.builder.count = kernel.length;
    return this.#intern(side);
  }

  releaseStates(): void {
    this.#generation++;
    this.#memory.releases++;
    this.#states = 0;
    this.table = NO_NUMBERS;
    this.#kernels = NO_NUMBERS;
    this.#kernelEnds = NO_NUMBERS;
    this.#sides = NO_BYTES;
    this.#hashes = NO_NUMBERS;
    this.#index = NO_NUMBERS;
    this.#initial.fill(UNKNOWN);
  }

  /** The state that consists of what the builder just found. */
  #intern(beside: Side): number {
    const { waiting, count, isAnchored, isOrdered } = this.builder;
    if (count === 0 && isAnchored) return DEAD;
    // Without claims nobody asks what stands beside it: one state does for all.
    const side = this.builder.hasClaims() ? beside : 0;
    let hash = Math.imul(side + 1, 0x9e3779b1) ^ count;
    this.#lookup++;
    for (let index = 0; index < count; index++) {
      const pc = waiting[index]!;
      this.#member[pc] = this.#lookup;
      const mixed = Math.imul(pc + 1, 0x85ebca6b);
      // Where the order of the instructions is no part of the state, it must not show in the hash.
      if (isOrdered) hash = Math.imul(hash, 31);
      hash = (hash + Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35)) | 0;
    }
    const known = this.#find(hash, side, count);
    if (known !== -1) return FIRST_ROW + known * this.stride;
    const isFull = this.#states >= this.#memory.statesPerPattern || this.#kernelLength() + count > MAX_KERNEL_LENGTH;
    if (isFull && this.#states > 0) this.releaseStates();
    return FIRST_ROW + this.#append(hash, side) * this.stride;
  }

  #find(hash: number, side: number, count: number): number {
    if (this.#states === 0) return -1;
    const mask = this.#index.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const state = this.#index[slot]! - 1;
      if (state === -1) return -1;
      const isLike = this.#hashes[state] === hash && this.#sides[state] === side;
      if (isLike && this.#consistsOfMembers(state, count)) return state;
    }
  }

  #consistsOfMembers(state: number, count: number): boolean {
    const from = this.#kernelStart(state);
    const to = this.#kernelEnds[state]!;
    if (to - from !== count) return false;
    if (this.builder.isOrdered) {
      const { waiting } = this.builder;
      for (let index = 0; index < count; index++) if (this.#kernels[from + index] !== waiting[index]) return false;
      return true;
    }
    for (let index = from; index < to; index++) if (this.#member[this.#kernels[index]!] !== this.#lookup) return false;
    return true;
  }

  #append(hash: number, side: number): number {
    const { waiting, count } = this.builder;
    const start = this.#kernelLength();
    if (this.#states === this.#hashes.length || start + count > this.#kernels.length) this.#grow(start + count);
    const state = this.#states++;
    this.#kernels.set(waiting.subarray(0, count), start);
    this.#kernelEnds[state] = start + count;
    this.#sides[state] = side;
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

  #numberOf(row: number): number {
    return (row - FIRST_ROW) / this.stride;
  }

  #kernelStart(state: number): number {
    return state === 0 ? 0 : this.#kernelEnds[state - 1]!;
  }

  #kernelLength(): number {
    return this.#kernelStart(this.#states);
  }

  /** Makes room for one more state and for `kernelLength` instructions in all. */
  #grow(kernelLength: number): void {
    if (this.#states === this.#hashes.length) {
      const wanted = Math.min(Math.max(this.#states * 2, INITIAL_STATES), this.#memory.statesPerPattern);
      const capacity = Math.max(wanted, this.#states + 1);
      this.table = resized(this.table, FIRST_ROW + capacity * this.stride);
      this.#kernelEnds = resized(this.#kernelEnds, capacity);
      this.#hashes = resized(this.#hashes, capacity);
      const sides = new Uint8Array(capacity);
      sides.set(this.#sides);
      this.#sides = sides;
      this.#index = new Int32Array(1 << (32 - Math.clz32(capacity * 2)));
      for (let state = 0; state < this.#states; state++) this.#enter(state);
    }
    if (kernelLength > this.#kernels.length) this.#kernels = resized(this.#kernels, kernelLength * 2);
    const words = this.table.length + this.#kernels.length + 2 * this.#hashes.length + this.#index.length;
    this.#memory.account(this, 4 * words + this.#sides.length);
  }
}

/** The same numbers in a longer array. */
export function resized(array: Int32Array, length: number): Int32Array {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}
