/**
 * Gives requests whose inspection takes long their turns: one of them between two rounds of the event loop, in order of
 * asking, so that all other requests wait for one turn at most, however many there are.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];

  /** Resolves when it is the caller's turn. */
  readonly next = (): Promise<void> =>
    new Promise((resolve) => {
      if (this.#waiting.push(resolve) === 1) setImmediate(this.#give);
    });

  readonly #give = (): void => {
    const resume = this.#waiting.shift();
    resume?.();
    if (this.#waiting.length > 0) setImmediate(this.#give);
  };
}
