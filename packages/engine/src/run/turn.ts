import type { MatchBudget } from '../regex/index.ts';

/** Work of one turn, in steps of the budget: some milliseconds. */
const STEPS = 250_000;
/** What is not counted in steps is noticed by the clock, in milliseconds, looked at behind work on about so many bytes. */
const MILLISECONDS = 5;
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
  /** Bytes since the clock was looked at. */
  #bytes = 0;

  constructor(budget: MatchBudget, yieldControl: () => Promise<void>) {
    this.#budget = budget;
    this.#yieldControl = yieldControl;
  }

  /** `now` is what `performance.now()` says. */
  begin(now: number): void {
    this.#lastSteps = this.#budget.remaining - STEPS;
    this.#deadline = now + MILLISECONDS;
  }

  /** Whether it is over behind work on a value of so many bytes. */
  isOverBehind(bytes: number): boolean {
    if (this.#budget.remaining < this.#lastSteps) return true;
    this.#bytes += BYTES_PER_CHECK + bytes;
    if (this.#bytes < BYTES_PER_LOOK) return false;
    this.#bytes = 0;
    return performance.now() > this.#deadline;
  }

  /** Resolves when it is this request's turn again. */
  async giveWay(): Promise<void> {
    await this.#yieldControl();
    this.begin(performance.now());
  }
}
