/**
 * How far the round of the event loop is that goes on. Each reads what has come on sockets first (libuv's poll phase); behind that come
 * immediates (its check phase), in which those who waited for each other take their steps. What is known there saves rounds: all that
 * had come is read in the very next one, and what the steps leave to be done can be done as soon as they are over.
 */
export class Round {
  #hasRead = false;
  #atEnd: (() => void)[] = [];

  /** The steps behind the reading go on at this moment. */
  get hasRead(): boolean {
    return this.#hasRead;
  }

  /** Calls `step` when all that has come is read. It and the promises it resolves, with all that follows from them at once, are the steps. */
  behindReading(step: () => void): void {
    setImmediate(() => {
      this.#hasRead = true;
      // A tick comes behind all promises that are settled by then, if it is asked for in one of them, and before the next immediate.
      queueMicrotask(() => process.nextTick(this.#end));
      step();
    });
  }

  /** Calls `work` when the steps that go on are over. To be called within them. */
  atEnd(work: () => void): void {
    this.#atEnd.push(work);
  }

  readonly #end = (): void => {
    this.#hasRead = false;
    const works = this.#atEnd;
    if (works.length === 0) return;
    this.#atEnd = [];
    for (const work of works) work();
  };
}

/** One per thread, as the event loop is. */
export const eventRound: Round = new Round();
