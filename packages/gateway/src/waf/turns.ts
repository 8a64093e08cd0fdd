/**
 * Milliseconds for everybody else between two turns. An ordinary request comes back to the event loop several times, and to its
 * upstream once: in this time it gets through all of that, where it would wait for a turn each time otherwise.
 */
const BETWEEN_TURNS = 2;

/**
 * Gives requests whose inspection takes long their turns: one at a time, in order of asking, with a pause in between, so that all
 * other requests wait for one turn or two, however many there are.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  /** The last turn was a moment ago: whoever had it has to wait for the next one like everybody. */
  #isResting = false;

  /** Resolves when it is the caller's turn. */
  readonly next = (): Promise<void> =>
    new Promise((resolve) => {
      if (this.#waiting.push(resolve) === 1 && !this.#isResting) setImmediate(this.#give);
    });

  readonly #give = (): void => {
    const resume = this.#waiting.shift();
    resume?.();
    if (this.#waiting.length > 0) {
      setTimeout(this.#give, BETWEEN_TURNS);
      return;
    }
    this.#isResting = true;
    setTimeout(this.#rested, BETWEEN_TURNS);
  };

  readonly #rested = (): void => {
    this.#isResting = false;
    if (this.#waiting.length > 0) this.#give();
  };
}
