import type { MatchBudget } from './budget.ts';
import { BEFORE, type Before, beforeAt } from './claims.ts';
import type { Program } from './program.ts';
import { StateBuilder } from './state-builder.ts';
import { FIRST_ROW, MATCH, StateCache, UNKNOWN } from './state-cache.ts';
import type { StateMemory } from './state-memory.ts';

const NEWLINE = 0x0a;
/** Positions whose states are held while a match is looked for: 256 KB for all patterns together. */
const HELD = 1 << 16;

/**
 * Says whether a program matches anywhere in a subject, in linear time: a deterministic automaton that reads every byte once.
 *
 * The program must consist of `set`, `split`, `save`, `claim` and `match`, and must not ask for `searchStart`.
 */
export class LazyDfa {
  readonly #builder: StateBuilder;
  /** The states, for automata made of several. */
  readonly cache: StateCache<Before>;
  readonly #memory: StateMemory;
  /** Byte to column. */
  readonly classOf: Uint8Array;
  /** Whether a newline that is the last byte has a column of its own. */
  readonly needsFinalNewline: boolean;

  constructor(program: Program, memory: StateMemory) {
    const builder = new StateBuilder(program);
    this.#builder = builder;
    this.cache = new StateCache(builder, memory);
    this.#memory = memory;
    this.classOf = builder.classes.classOf;
    this.needsFinalNewline = builder.classes.needsFinalNewline;
  }

  /** The column of a newline that is the last byte. */
  get finalNewline(): number {
    return this.#builder.finalNewline;
  }

  /** The column of the end of the subject. */
  get end(): number {
    return this.#builder.end;
  }

  /** Whether a match begins at or after `from`. False as well when the budget ran out, which it then says. */
  test(subject: string, budget?: MatchBudget, from = 0): boolean {
    const last = this.#lastInner(subject.length, from, subject.charCodeAt(subject.length - 1));
    const stop = budget === undefined ? last : Math.min(last, from + budget.remaining);
    const cache = this.cache;
    let state = cache.initial(beforeAt(subject, from));
    if (state < FIRST_ROW) return state === MATCH;

    const classOf = this.classOf;
    let table = cache.table;
    let at = from;
    while (at < stop) {
      const column = classOf[subject.charCodeAt(at++) & 0xff]!;
      let next = table[state + column]!;
      if (next < FIRST_ROW) {
        if (next === UNKNOWN) {
          next = cache.build(state, column, budget);
          table = cache.table;
        }
        if (next < FIRST_ROW) return this.#answer(next, at - from, budget);
      }
      state = next;
    }
    return this.#finish(state, at - from, stop < last, last < subject.length, budget);
  }

  /**
   * Where to look for the leftmost match that begins at or after `from`: it begins at or after `begin`, and some match ends by
   * `end`. Where no match is in progress the search might as well have begun; `begin` is the last such place, as far back as
   * is held. Undefined when there is no match, or the budget ran out, which it then says.
   */
  narrow(
    subject: string,
    from: number,
    budget?: MatchBudget,
  ): { readonly begin: number; readonly end: number } | undefined {
    const last = this.#lastInner(subject.length, from, subject.charCodeAt(subject.length - 1));
    const stop = budget === undefined ? last : Math.min(last, from + budget.remaining);
    const cache = this.cache;
    let state = cache.initial(beforeAt(subject, from));
    if (state < FIRST_ROW) return state === MATCH ? { begin: from, end: from } : undefined;

    const rows = this.#memory.rows(HELD);
    const classOf = this.classOf;
    let { generation, table } = cache;
    /** The rows of positions before this one are not held any more. */
    let held = from + 1;
    let at = from;
    while (at < stop) {
      const column = classOf[subject.charCodeAt(at++) & 0xff]!;
      let next = table[state + column]!;
      if (next === UNKNOWN) {
        next = cache.build(state, column, budget);
        table = cache.table;
        if (generation !== cache.generation) {
          generation = cache.generation;
          held = at;
        }
      }
      if (next < FIRST_ROW) {
        if (!this.#answer(next, at - from, budget)) return undefined;
        return { begin: this.#lastRestart(subject, Math.max(held, at - HELD), at) ?? from, end: at };
      }
      rows[at % HELD] = next;
      state = next;
    }
    if (!this.#finish(state, at - from, stop < last, last < subject.length, budget)) return undefined;
    if (generation !== cache.generation) held = at;
    return { begin: this.#lastRestart(subject, Math.max(held, at + 1 - HELD), at) ?? from, end: at };
  }

  /** The last position from `first` up to but not including `end` at which no match is in progress. */
  #lastRestart(subject: string, first: number, end: number): number | undefined {
    const { restartBytes } = this.#builder;
    const rows = this.#memory.rows(HELD);
    for (let at = end - 1; at >= first; at--) {
      if (restartBytes[subject.charCodeAt(at - 1) & 0xff] === 0 && this.cache.size(rows[at % HELD]!) === 0) return at;
    }
    return undefined;
  }

  /** As `test`, over the first `length` bytes of a buffer. */
  testBytes(bytes: Uint8Array, length: number, budget?: MatchBudget): boolean {
    const last = this.#lastInner(length, 0, bytes[length - 1]);
    const stop = budget === undefined ? last : Math.min(last, budget.remaining);
    const cache = this.cache;
    let state = cache.initial(BEFORE.start);
    if (state < FIRST_ROW) return state === MATCH;

    const classOf = this.classOf;
    let table = cache.table;
    let at = 0;
    while (at < stop) {
      const column = classOf[bytes[at++]!]!;
      let next = table[state + column]!;
      if (next < FIRST_ROW) {
        if (next === UNKNOWN) {
          next = cache.build(state, column, budget);
          table = cache.table;
        }
        if (next < FIRST_ROW) return this.#answer(next, at, budget);
      }
      state = next;
    }
    return this.#finish(state, at, stop < last, last < length, budget);
  }

  /** How far the inner loop may go: a newline that ends the subject has its own column if a claim asks for it. */
  #lastInner(length: number, from: number, lastByte: number | undefined): number {
    return this.needsFinalNewline && length > from && lastByte === NEWLINE ? length - 1 : length;
  }

  /** What no byte inside the subject leads to: the final newline and the end. */
  #finish(state: number, bytes: number, isCut: boolean, hasFinalNewline: boolean, budget?: MatchBudget): boolean {
    if (isCut) {
      budget?.exhaust();
      return false;
    }
    const { builder } = this.cache;
    let next = state;
    if (hasFinalNewline) next = this.follow(next, builder.finalNewline, budget);
    if (next >= FIRST_ROW) next = this.follow(next, builder.end, budget);
    return this.#answer(next, bytes, budget);
  }

  #answer(next: number, bytes: number, budget?: MatchBudget): boolean {
    return (budget === undefined || budget.spend(bytes)) && next === MATCH;
  }

  /** Where a column leads from the row of a state: a row, MATCH or DEAD; DEAD as well when the budget ran out, which it then says. */
  follow(state: number, column: number, budget?: MatchBudget): number {
    const next = this.cache.table[state + column]!;
    return next === UNKNOWN ? this.cache.build(state, column, budget) : next;
  }
}
