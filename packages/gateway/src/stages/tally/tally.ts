/** How many of something there are at the moment: connections of an address, requests on a route. */
export interface Tally {
  /** Whether others add to it and take from it as well. */
  readonly isShared: boolean;
  /** One more. Gives how many there are now. */
  add(key: string): number;
  /** One less. */
  remove(key: string): void;
  count(key: string): number;
  /** Takes back what this process has added. */
  close(): void;
}

/** Of one process. */
export class LocalTally implements Tally {
  readonly isShared = false;
  readonly #counts = new Map<string, number>();

  add(key: string): number {
    const count = this.count(key) + 1;
    this.#counts.set(key, count);
    return count;
  }

  remove(key: string): void {
    const left = this.count(key) - 1;
    if (left > 0) this.#counts.set(key, left);
    else this.#counts.delete(key);
  }

  count(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  close(): void {
    this.#counts.clear();
  }
}
