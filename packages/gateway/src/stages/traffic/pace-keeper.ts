/** Milliseconds of a rate that may be used at once. */
const BURST = 1000;

/**
 * Spreads units over time (generic cell rate algorithm, ITU-T I.371): what comes faster than the rate is told how long to wait.
 * A second's worth may come at once.
 */
export class PaceKeeper {
  readonly #interval: number;
  /** When the next unit is due if all come at the rate. */
  #due = Number.NEGATIVE_INFINITY;

  /** `rate`: units a second. */
  constructor(rate: number) {
    this.#interval = 1000 / rate;
  }

  /** Takes units and gives the milliseconds to wait, at most `longest`; undefined, and nothing taken, when it would be more. */
  take(units: number, now: number, longest: number = Number.POSITIVE_INFINITY): number | undefined {
    const due = Math.max(this.#due, now);
    const delay = Math.max(0, due + this.#interval - BURST - now);
    if (delay > longest) return undefined;
    this.#due = due + units * this.#interval;
    return delay;
  }

  /** It has been unused for so long that it can be forgotten. */
  isIdle(now: number): boolean {
    return this.#due <= now;
  }
}
