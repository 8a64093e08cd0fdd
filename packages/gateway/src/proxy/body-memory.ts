/** Up to this size a body may take the last byte there is. */
const SMALL = 128 * 1024;

/**
 * The memory that all held bodies of a process share. A body that needs more of it than can be had goes to disk. Large ones get no more
 * than they leave to others, so a few of them cannot send all the small ones there.
 */
export class BodyMemory {
  /** Bytes; a reload may change it. */
  limit: number;
  #used = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Bytes that are taken. */
  get used(): number {
    return this.#used;
  }

  /** For a body that has `held` bytes of it already. False when it may not have so many more. */
  take(bytes: number, held: number): boolean {
    const left = this.limit - this.#used - bytes;
    const size = held + bytes;
    if (left < 0 || (size > SMALL && size > left)) return false;
    this.#used += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#used -= bytes;
  }
}
