import type { MatchBudget } from './budget.ts';
import { BEFORE } from './claims.ts';
import type { LazyDfa } from './lazy-dfa.ts';
import { FIRST_ROW, MATCH, resized } from './state-cache.ts';
import type { StateHolder, StateMemory } from './state-memory.ts';

const NEWLINE = 0x0a;
/** States are numbers of 16 bits; behind so many all are forgotten. */
const MAX_STATES = 1024;
const INITIAL_STATES = 16;
/** Fuel for a transition, on top of one step for each automaton. */
const TRANSITION_COST = 16;
/** Transitions that may be worked out: to begin with and at most, and one more behind so many bytes of subjects. */
const PATIENCE = 1024;
const BYTES_PER_TRANSITION = 32;
const NO_NUMBERS = new Int32Array(0);
const NO_STATES = new Uint16Array(0);
/** No pattern matches. */
const NOBODY: readonly number[] = [];

/**
 * Says of several patterns which of them may match somewhere in a subject, and reads it once: an automaton whose states are made of a
 * state of each.
 *
 * Subjects that are alike need few of those. Others need more than is worth making, and then it says nothing: a transition takes as long
 * as it takes to read a byte with each automaton, and the number of states is limited.
 */
export class JointDfa implements StateHolder {
  readonly #parts: readonly LazyDfa[];
  readonly #memory: StateMemory;
  /** Byte to column; behind the columns of bytes is that of a newline that is the last byte. */
  readonly #classOf: Uint8Array;
  readonly #columns: number;
  readonly #needsFinalNewline: boolean;
  /** By column and part: the column of the part, and that of the end of a subject behind all others. */
  readonly #columnsOfParts: Int32Array;
  /** By state and column: the next state plus one, 0 where nobody has been. */
  #table: Uint16Array = NO_STATES;
  /** By state and part: the row of the part, or that it matches, or cannot match any more. */
  #rows: Int32Array = NO_NUMBERS;
  /** By state: which parts match a subject that ends here, as far as one did. */
  #outcomes: (readonly number[] | undefined)[] = [];
  #count = 0;
  /** By hash of its rows: the states that may be the one that is looked for. */
  readonly #index = new Map<number, number[]>();
  readonly #next: Int32Array;
  /** Of `StateMemory.releases`, when the first state was made; any other says that the rows are nobody's any more. */
  #releases = -1;
  #patience = PATIENCE;

  /** @param parts share one memory, and are two at least */
  constructor(parts: readonly LazyDfa[], memory: StateMemory) {
    this.#parts = parts;
    this.#memory = memory;
    this.#needsFinalNewline = parts.some(({ needsFinalNewline }) => needsFinalNewline);
    const { classOf, examples } = commonClasses(parts);
    this.#classOf = classOf;
    this.#columns = examples.length + 1;
    const columns = examples.map((byte) => parts.map((part) => part.classOf[byte]!));
    columns.push(parts.map((part) => (part.needsFinalNewline ? part.finalNewline : part.classOf[NEWLINE]!)));
    columns.push(parts.map((part) => part.end));
    this.#columnsOfParts = Int32Array.from(columns.flat());
    this.#next = new Int32Array(parts.length);
  }

  /**
   * The numbers of the patterns that may match: those whose automata say so. Undefined when it cannot be told like this, for want of states
   * or fuel; then each has to be asked.
   */
  matching(subject: string, budget: MatchBudget): readonly number[] | undefined {
    if (subject.length > budget.remaining) return undefined;
    this.#patience = Math.min(PATIENCE, this.#patience + (1 + subject.length) / BYTES_PER_TRANSITION);
    if (!this.#isHeld && !this.#begin()) return undefined;
    const hasFinalNewline = this.#needsFinalNewline && subject.charCodeAt(subject.length - 1) === NEWLINE;
    const last = hasFinalNewline ? subject.length - 1 : subject.length;
    const columns = this.#columns;
    const classOf = this.#classOf;
    let table = this.#table;
    let state = 0;
    for (let at = 0; at < last; at++) {
      const column = classOf[subject.charCodeAt(at) & 0xff]!;
      let next = table[state * columns + column]!;
      if (next === 0) {
        next = this.#build(state, column, budget);
        if (next === 0) return undefined;
        table = this.#table;
      }
      state = next - 1;
    }
    if (hasFinalNewline) {
      const next = table[state * columns + columns - 1]! || this.#build(state, columns - 1, budget);
      if (next === 0) return undefined;
      state = next - 1;
    }
    budget.spend(subject.length);
    return this.#outcomes[state] ?? this.#conclude(state, budget);
  }

  releaseStates(): void {
    this.#releases = -1;
    this.#count = 0;
    this.#table = NO_STATES;
    this.#rows = NO_NUMBERS;
    this.#outcomes = [];
    this.#index.clear();
  }

  /** Whether all parts still have the states this one is made of. */
  get #isHeld(): boolean {
    return this.#releases === this.#memory.releases;
  }

  /** From the state a search begins in, which has the number 0. False when making it has cost some part its states. */
  #begin(): boolean {
    this.releaseStates();
    this.#releases = this.#memory.releases;
    for (let part = 0; part < this.#parts.length; part++) {
      this.#next[part] = this.#parts[part]!.cache.initial(BEFORE.start);
    }
    this.#intern();
    return this.#isHeld;
  }

  /** A transition that is not in the table, plus one; 0 when it may not be made. */
  #build(state: number, column: number, budget: MatchBudget): number {
    if (!this.#advance(state, column, budget)) return 0;
    const next = this.#intern();
    if (next === -1 || !this.#isHeld) return 0;
    this.#table[state * this.#columns + column] = next + 1;
    return next + 1;
  }

  /** What a subject comes to that ends in a state. */
  #conclude(state: number, budget: MatchBudget): readonly number[] | undefined {
    if (!this.#advance(state, this.#columns, budget)) return undefined;
    const matching: number[] = [];
    for (let part = 0; part < this.#parts.length; part++) if (this.#next[part] === MATCH) matching.push(part);
    const outcome = matching.length === 0 ? NOBODY : matching;
    this.#outcomes[state] = outcome;
    return outcome;
  }

  /** Takes all parts over the byte of a column, into `#next`. False when that is too much, or has cost others their states. */
  #advance(state: number, column: number, budget: MatchBudget): boolean {
    const parts = this.#parts;
    if (this.#patience < 1 || !budget.spend(parts.length + TRANSITION_COST)) return false;
    this.#patience--;
    for (let part = 0; part < parts.length; part++) {
      const row = this.#rows[state * parts.length + part]!;
      this.#next[part] =
        row < FIRST_ROW ? row : parts[part]!.follow(row, this.#columnsOfParts[column * parts.length + part]!, budget);
    }
    return !budget.exceeded && this.#isHeld;
  }

  /** Number of the state with the rows of `#next`; -1 where there is no room for one more. */
  #intern(): number {
    const next = this.#next;
    let hash = 0;
    for (let part = 0; part < next.length; part++) hash = Math.imul(hash ^ next[part]!, 0x9e3779b1) ^ (hash >>> 15);
    const alike = this.#index.get(hash);
    for (const state of alike ?? []) if (this.#isMadeOfNext(state)) return state;
    if (this.#count === MAX_STATES) {
      this.#releases = -1;
      return -1;
    }
    const state = this.#count++;
    if (state * this.#columns === this.#table.length) this.#grow();
    this.#rows.set(next, state * next.length);
    if (alike === undefined) this.#index.set(hash, [state]);
    else alike.push(state);
    return state;
  }

  #isMadeOfNext(state: number): boolean {
    const next = this.#next;
    for (let part = 0; part < next.length; part++) {
      if (this.#rows[state * next.length + part] !== next[part]) return false;
    }
    return true;
  }

  #grow(): void {
    const capacity = Math.max(INITIAL_STATES, this.#count * 2);
    const table = new Uint16Array(capacity * this.#columns);
    table.set(this.#table);
    this.#table = table;
    this.#rows = resized(this.#rows, capacity * this.#parts.length);
    this.#memory.account(this, table.byteLength + this.#rows.byteLength);
  }
}

/** The classes of bytes that no part tells apart, each with a byte that is in it. */
function commonClasses(parts: readonly LazyDfa[]): { readonly classOf: Uint8Array; readonly examples: number[] } {
  const classOf = new Uint8Array(256);
  const known = new Map<string, number>();
  const examples: number[] = [];
  for (let byte = 0; byte < 256; byte++) {
    const key = parts.map((part) => part.classOf[byte]).join();
    let number = known.get(key);
    if (number === undefined) {
      number = examples.push(byte) - 1;
      known.set(key, number);
    }
    classOf[byte] = number;
  }
  return { classOf, examples };
}
