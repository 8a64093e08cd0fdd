/** Work all matches of a transaction may do together, when the caller sets no other limit: some tenths of a second. */
const DEFAULT_STEPS = 50_000_000;
/** Steps of one backtracking match, when the caller sets no other limit. */
const DEFAULT_PER_MATCH = 500_000;

export interface MatchLimits {
  /** Steps of all matches together: bytes read, automaton states built, instructions tried. */
  readonly steps?: number;
  /** Steps of one match that has to backtrack, the meaning of `SecPcreMatchLimit`. Linear matches are not limited by it. */
  readonly perMatch?: number;
}

/**
 * Fuel for the matches of one transaction. It counts work, not time, so a slow machine decides as a fast one. A match that
 * runs out of it answers "no match" and sets `exceeded`; what that means for the request is the caller's decision.
 */
export class MatchBudget {
  readonly #steps: number;
  #remaining: number;
  /** Steps one backtracking match may take. */
  readonly perMatch: number;
  /** True once a match ended because of a limit. Set back by whoever has dealt with it. */
  exceeded = false;

  constructor(limits: MatchLimits = {}) {
    this.#steps = limits.steps ?? DEFAULT_STEPS;
    this.#remaining = this.#steps;
    this.perMatch = limits.perMatch ?? DEFAULT_PER_MATCH;
  }

  /** Steps left for all further matches. */
  get remaining(): number {
    return this.#remaining;
  }

  /** Takes `steps`; false, with `exceeded` set and nothing left, when there are fewer. */
  spend(steps: number): boolean {
    if (steps <= this.#remaining) {
      this.#remaining -= steps;
      return true;
    }
    this.exhaust();
    return false;
  }

  /** Grants more steps, for input that has come in since. */
  allow(steps: number): void {
    this.#remaining += steps;
  }

  /** Takes all that is left, for a match that was cut short. */
  exhaust(): void {
    this.#remaining = 0;
    this.exceeded = true;
  }

  /** Starts again with the full budget. */
  reset(): void {
    this.#remaining = this.#steps;
    this.exceeded = false;
  }
}
