import type { MatchBudget } from './budget.ts';
import { beforeAt } from './claims.ts';
import type { Program } from './program.ts';
import { StateBuilder } from './state-builder.ts';
import { FIRST_ROW, MATCH, StateCache, UNKNOWN } from './state-cache.ts';
import type { StateMemory } from './state-memory.ts';

const NEWLINE = 0x0a;

/** Finds out how far to the right a search for the leftmost match may begin, in linear time. */
export class StartBound {
  readonly #cache: StateCache;

  constructor(program: Program, memory: StateMemory) {
    this.#cache = new StateCache(new StateBuilder(program, 'separate'), memory);
  }

  /**
   * A position at or after `from` that no match begins before: the last one, ahead of where the first match ends, at which
   * nothing that began earlier was under way. -1 when there is no match, or when the budget ran out.
   */
  find(subject: string, from: number, budget?: MatchBudget): number {
    const cache = this.#cache;
    const { builder } = cache;
    const { classOf, needsFinalNewline } = builder.classes;
    const end = subject.length;
    let state = cache.initial(beforeAt(subject, from));
    let bound = from;
    let at = from;
    for (; at <= end && state >= FIRST_ROW; at++) {
      if (cache.isAtRest(state)) bound = at;
      const byte = subject.charCodeAt(at) & 0xff;
      const isFinalNewline = needsFinalNewline && byte === NEWLINE && at === end - 1;
      const column = at === end ? builder.end : isFinalNewline ? builder.finalNewline : classOf[byte]!;
      const next = cache.table[state + column]!;
      state = next === UNKNOWN ? cache.build(state, column, budget) : next;
    }
    if (budget !== undefined && !budget.spend(at - from)) return -1;
    return state === MATCH ? bound : -1;
  }
}
