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

/** What a pattern said of the names that variables had last, by slot: spellings hardly ever change. */
export interface KnownPicks {
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

  /** What is remembered of a pattern. */
  picksOf(pattern: KeyPattern): KnownPicks {
    let picks = this.#picks.get(pattern);
    if (picks === undefined) {
      picks = {
        keys: new Array<undefined>(this.size).fill(undefined),
        isPicked: new Array<boolean>(this.size).fill(false),
        ofShared: new WeakMap(),
      };
      this.#picks.set(pattern, picks);
    }
    return picks;
  }
}
