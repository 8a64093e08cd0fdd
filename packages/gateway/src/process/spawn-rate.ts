/**
 * How many workers may be started: 1 in the first second, then 2, 4 … 32 a second as long as more are wanted, like the children of
 * Apache's prefork. A second in which none is wanted begins anew.
 */
const FASTEST = 32;
const SECOND = 1000;

export class SpawnRate {
  #allowed = 1;
  #left = 1;
  #since = Number.NEGATIVE_INFINITY;

  /** How many of `wanted` may be started at `now` (milliseconds, monotonic). */
  take(wanted: number, now: number): number {
    if (now - this.#since >= SECOND) {
      const isContinuing = now - this.#since < 2 * SECOND;
      this.#allowed = isContinuing ? Math.min(FASTEST, this.#allowed * 2) : 1;
      this.#left = this.#allowed;
      if (wanted > 0) this.#since = now;
    }
    const taken = Math.min(wanted, this.#left);
    this.#left -= taken;
    return taken;
  }
}
