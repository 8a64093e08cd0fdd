import type { MatchBudget } from '../regex/index.ts';

/** Work of one turn, in steps of the budget: some milliseconds. */
const STEPS = 250_000;
/** Steps are not all the work, nor equally long: the clock has a say, in milliseconds. */
const MILLISECONDS = 2;
/** It is looked at behind work of so many steps, or on so many bytes. */
const STEPS_PER_LOOK = 25_000;
const BYTES_PER_LOOK = 8192;
/** What a check counts for, however short the value was. */
const BYTES_PER_CHECK = 128;

/**
 * Keeps one request from keeping all others waiting: tells when it has had the thread for some milliseconds, and gives it away.
 * An ordinary request is over long before that and pays a comparison here and there.
 */
export class Turn {
  readonly #budget: MatchBudget;
  readonly #yieldControl: () => Promise<void>;
  /** What is left of the budget when the turn ends, and when it ends at the latest. */
  #lastSteps = 0;
  #deadline = 0;
  /** What is left of the budget when the clock is to be looked at, and bytes since it was. */
  #nextLook = 0;
  #bytes = 0;

  constructor(budget: MatchBudget, yieldControl: () => Promise<void>) {
    this.#budget = budget;
    this.#yieldControl = yieldControl;
  }

  /** `now` is what `performance.now()` says. */
  begin(now: number): void {
    const { remaining } = this.#budget;
    this.#lastSteps = remaining - STEPS;
    this.#nextLook = remaining - STEPS_PER_LOOK;
    this.#deadline = now + MILLISECONDS;
  }

  /** Whether it is over behind work on a value of so many bytes. */
  isOverBehind(bytes: number): boolean {
    const { remaining } = this.#budget;
    if (remaining < this.#lastSteps) return true;
    this.#bytes += BYTES_PER_CHECK + bytes;
    if (this.#bytes < BYTES_PER_LOOK && remaining >= this.#nextLook) return false;
    this.#nextLook = remaining - STEPS_PER_LOOK;
    this.#bytes = 0;
    return performance.now() > this.#deadline;
  }

  /** Resolves when it is this request's turn again. */
  async giveWay(): Promise<void> {
    await this.#yieldControl();
    this.begin(performance.now());
  }
}
