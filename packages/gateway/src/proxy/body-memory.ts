/** The memory that all held bodies of a process share: one is given what is left of it, and goes to disk where nothing is. */
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

  /** False when there is no room for so many bytes. */
  take(bytes: number): boolean {
    if (this.#used + bytes > this.limit) return false;
    this.#used += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#used -= bytes;
  }
}
