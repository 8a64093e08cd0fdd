/** So many ends within so many milliseconds are no accident. */
const ENDS = 5;
const WITHIN = 60_000;

/** Tells single crashes from a series of them: somebody has to be woken up for that. */
export class CrashAlarm {
  /** When the last of them happened, the oldest first. */
  #ends: number[] = [];

  /** A worker has ended by itself at `now` (milliseconds, steady). Gives the alarm where this is one too many; then counts anew. */
  note(now: number): string | undefined {
    this.#ends = this.#ends.filter((at) => now - at < WITHIN);
    if (this.#ends.push(now) < ENDS) return undefined;
    this.#ends = [];
    return `${ENDS} workers have ended by themselves within ${WITHIN / 1000} s`;
  }
}
