/** What clients have asked of this process: how many requests have begun, and how many are under way. */
export class Activity {
  #begun = 0;
  #running = 0;
  #limit = Number.POSITIVE_INFINITY;
  #onLimit: (() => void) | undefined;

  /** Requests since the start; each on a kept-alive connection counts. */
  get begun(): number {
    return this.#begun;
  }

  /** Requests whose answer is not complete, and open WebSockets. */
  get running(): number {
    return this.#running;
  }

  begin(): void {
    this.#running++;
    if (++this.#begun === this.#limit) this.#onLimit?.();
  }

  /** Bound, because it serves as an event listener for every request. */
  readonly end = (): void => {
    this.#running--;
  };

  /** Calls back once, when so many requests have begun. */
  whenBegun(count: number, callback: () => void): void {
    this.#limit = count;
    this.#onLimit = callback;
  }
}
