import { SearchScratch } from './search-scratch.ts';

/** What can give automaton states back. */
export interface StateHolder {
  /** Forgets all states; they are built again when a match needs them. */
  releaseStates(): void;
}

/** Room for the automata of all patterns together, when the caller sets no other limit. */
const DEFAULT_BYTES = 32 * 1024 * 1024;
/**
 * States of one automaton. Fewer are not enough for 2,000 arguments made of beginnings of attacks: with 1,500 they took 2.8 times as
 * long as 1,000 of them, because patterns for commands forgot their states in every request. They held 11 MB in all, and 7 before.
 */
const DEFAULT_STATES = 4_096;

export interface StateMemoryLimits {
  readonly bytes?: number;
  readonly statesPerPattern?: number;
}

/**
 * The memory that lazily built automata may hold together. Who needs more than is left makes the others give theirs back,
 * the one that has not grown for longest first.
 */
export class StateMemory {
  readonly #limit: number;
  readonly statesPerPattern: number;
  #used = 0;
  /** Counts how often some automaton has thrown its states away: what is made of states of several is worth nothing then. */
  releases = 0;
  /** In order of the last growth. */
  readonly #holders = new Map<StateHolder, number>();
  #rows: Int32Array | undefined;
  /** For one search at a time. */
  readonly scratch: SearchScratch = new SearchScratch();

  constructor(limits: StateMemoryLimits = {}) {
    this.#limit = limits.bytes ?? DEFAULT_BYTES;
    this.statesPerPattern = limits.statesPerPattern ?? DEFAULT_STATES;
  }

  /** Bytes held by all automata. */
  get used(): number {
    return this.#used;
  }

  /** Room for the states along a stretch of a subject, for one search at a time. */
  rows(length: number): Int32Array {
    if (this.#rows === undefined || this.#rows.length < length) this.#rows = new Int32Array(length);
    return this.#rows;
  }

  /** Notes that `holder` now has `bytes`, and makes others release theirs while the sum is above the limit. */
  account(holder: StateHolder, bytes: number): void {
    this.#forget(holder);
    if (bytes > 0) this.#holders.set(holder, bytes);
    this.#used += bytes;
    for (const other of this.#holders.keys()) {
      if (this.#used <= this.#limit) return;
      if (other === holder) continue;
      this.#forget(other);
      other.releaseStates();
    }
  }

  #forget(holder: StateHolder): void {
    this.#used -= this.#holders.get(holder) ?? 0;
    this.#holders.delete(holder);
  }
}
