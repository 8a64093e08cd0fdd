/** How long to wait before a worker that keeps ending is started again: 1, 2, 4 … 60 seconds. */
const FIRST = 1000;
const LONGEST = 60_000;
/** A worker that served this long was healthy, and the next delay is the first again. */
const HEALTHY_AFTER = 60_000;

export class BackOff {
  #next = FIRST;

  /** The delay before the next start, in milliseconds, after a worker that served for `served` milliseconds (0: never). */
  delayAfter(served: number): number {
    if (served >= HEALTHY_AFTER) this.#next = FIRST;
    const delay = this.#next;
    this.#next = Math.min(LONGEST, this.#next * 2);
    return delay;
  }
}
