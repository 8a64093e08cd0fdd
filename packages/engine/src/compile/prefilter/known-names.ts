import { lowerCase } from '../../bytes/ascii.ts';
import { internalized } from '../../bytes/internalized.ts';
import type { MatchBudget } from '../../regex/index.ts';
import type { Member } from '../../registry/member.ts';

/** The variables `capture` writes. */
export const CAPTURE_NAMES: readonly string[] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** A pattern for names. */
export interface KeyPattern {
  test(key: string, budget?: MatchBudget): boolean;
}

/** A variable and its place in the order of arrival. */
export interface Arrival {
  readonly member: Member;
  readonly order: number;
}

/** What a pattern said of the names that variables have. */
export interface KnownPicks {
  /** Slots whose usual spelling it picks, and how many usual spellings it was asked about. */
  readonly usual: number[];
  asked: number;
  /** By slot, of maps where one is spelled otherwise: the spelling it was asked about last, and the answer. */
  readonly keys: (string | undefined)[];
  readonly isPicked: boolean[];
  /** Of variables without a slot that many maps share: those it picks, by their map. */
  readonly ofShared: WeakMap<ReadonlyMap<string, Arrival>, readonly Arrival[]>;
}

/** Names of variables known at load, as small numbers: a map that knows them keeps their values in an array. */
export class KnownNames {
  readonly #slots = new Map<string, number>();
  readonly size: number;
  readonly #hasCaptures: boolean;
  readonly #picks = new WeakMap<KeyPattern, KnownPicks>();
  /** By slot: how the name is spelled as a rule, which is how it arrived first in any map. */
  readonly #usual: (string | undefined)[] = [];
  /** The slots that have one, in order. */
  readonly #arrived: number[] = [];

  /** Spellings that differ in case share a slot. */
  constructor(names: Iterable<string>) {
    let size = 0;
    for (const name of names) {
      const lower = internalized(lowerCase(name));
      let slot = this.#slots.get(lower);
      if (slot === undefined) {
        slot = size++;
        this.#slots.set(lower, slot);
      }
      // The spelling of the rules, so that most look-ups need not fold it.
      this.#slots.set(internalized(name), slot);
    }
    this.size = size;
    this.#hasCaptures = CAPTURE_NAMES.every((name, group) => this.#slots.get(name) === group);
  }

  /** The number of a group's name: groups have the first numbers, where they come first among the names. */
  slotOfCapture(group: number): number | undefined {
    return this.#hasCaptures ? group : undefined;
  }

  /**
   * The number of a name as it is spelled here, or in lower case; undefined for other spellings, and for names that come up
   * while rules run.
   */
  slotOf(name: string): number | undefined {
    return this.size === 0 ? undefined : this.#slots.get(name);
  }

  /** Whether a name that arrives in a map has its usual spelling. */
  isUsual(slot: number, key: string): boolean {
    const usual = this.#usual[slot];
    if (usual !== undefined) return usual === key;
    this.#usual[slot] = key;
    this.#arrived.push(slot);
    return true;
  }

  /** Slots whose usual spelling a pattern picks; undefined where the budget did not allow to ask. */
  usualPicks(pattern: KeyPattern, budget: MatchBudget): readonly number[] | undefined {
    const picks = this.picksOf(pattern);
    while (picks.asked < this.#arrived.length) {
      const slot = this.#arrived[picks.asked]!;
      const isPicked = pattern.test(this.#usual[slot]!, budget);
      if (budget.exceeded) return undefined;
      picks.asked++;
      if (isPicked) picks.usual.push(slot);
    }
    return picks.usual;
  }

  /** What is remembered of a pattern. */
  picksOf(pattern: KeyPattern): KnownPicks {
    let picks = this.#picks.get(pattern);
    if (picks === undefined) {
      picks = {
        usual: [],
        asked: 0,
        keys: new Array<undefined>(this.size).fill(undefined),
        isPicked: new Array<boolean>(this.size).fill(false),
        ofShared: new WeakMap(),
      };
      this.#picks.set(pattern, picks);
    }
    return picks;
  }
}
