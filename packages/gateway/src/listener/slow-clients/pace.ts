/** How long a stage of a connection may take, after Apache's mod_reqtimeout. All times are milliseconds. */
export interface PaceLimit {
  /** Time the stage has at first; 0: no limit. */
  readonly time: number;
  /** Bytes per second. Each byte earns a little more time; 0: nothing does, and `time` is all there is. */
  readonly minimumRate: number;
  /** Time at most, however many bytes come; 0: no such end. */
  readonly maximum: number;
}

/**
 * The clock of one stage: `T` ends after T, `T,MinRate=r` is put off by 1/r seconds for each byte, `T-M,MinRate=r` likewise
 * but ends after M at the latest (RequestReadTimeout of Apache httpd).
 *
 * One thing is stricter: a clock never stands farther away than `patience` from the last byte. In Apache a fast start
 * earns time without bound, and who has sent 1 MB may then be silent for half an hour.
 */
export class Pace {
  readonly #earnedPerByte: number;
  readonly #patience: number;
  #end: number;
  #deadline: number;
  #startedAt: number;
  #lastByteAt: number;
  #pausedAt: number | undefined;
  #bytes = 0;

  /** `now`: milliseconds of any steady clock, the same in all calls. */
  constructor({ time, minimumRate, maximum }: PaceLimit, now: number, patience: number = Number.POSITIVE_INFINITY) {
    this.#earnedPerByte = minimumRate > 0 ? 1000 / minimumRate : 0;
    this.#patience = patience;
    this.#startedAt = now;
    this.#lastByteAt = now;
    this.#end = now + (maximum > 0 ? maximum : Number.POSITIVE_INFINITY);
    this.#deadline = now + (time > 0 ? time : Number.POSITIVE_INFINITY);
  }

  /** When the stage is too slow if nothing more comes; never while it is paused. */
  get deadline(): number {
    if (this.#pausedAt !== undefined) return Number.POSITIVE_INFINITY;
    return Math.min(this.#deadline, this.#end, this.#lastByteAt + this.#patience);
  }

  /** Nothing has come for as long as is allowed; otherwise it was too little. */
  get isSilent(): boolean {
    return this.#lastByteAt + this.#patience <= Math.min(this.#deadline, this.#end);
  }

  get bytes(): number {
    return this.#bytes;
  }

  take(bytes: number, now: number): void {
    if (bytes <= 0) return;
    this.#bytes += bytes;
    this.#lastByteAt = now;
    const earned = Math.min(this.#deadline + bytes * this.#earnedPerByte, now + this.#patience);
    this.#deadline = Math.max(this.#deadline, earned);
  }

  /** Stops the clock: it is not the other side that is waited for. */
  pause(now: number): void {
    this.#pausedAt ??= now;
  }

  resume(now: number): void {
    if (this.#pausedAt === undefined) return;
    const pause = now - this.#pausedAt;
    this.#pausedAt = undefined;
    this.#deadline += pause;
    this.#end += pause;
    this.#lastByteAt += pause;
    this.#startedAt += pause;
  }

  /** `1200 bytes in 30.5 s`, for log lines; pauses left out. */
  describe(now: number): string {
    return `${this.#bytes} bytes in ${(((this.#pausedAt ?? now) - this.#startedAt) / 1000).toFixed(1)} s`;
  }
}
