/**
 * Holds things back until what had come on connections by the time they were added has been read, so that an answer nobody has asked for
 * is not taken for that to the next request.
 */

/** Milliseconds. In a longer round of the event loop others worked, and what came meanwhile has not been read. */
const SHORT_ROUND = 5;
/** Rounds in which nothing is short: the gate is overloaded, and waiting would make it worse. */
const MOST_ROUNDS = 4;

export class AfterReading<Item> {
  readonly #onRead: (item: Item) => void;
  #items: Item[] = [];
  #rounds = 0;
  #roundBegan = 0;

  /** `onRead` gets the items in the order they were added. */
  constructor(onRead: (item: Item) => void) {
    this.#onRead = onRead;
  }

  add(item: Item): void {
    if (this.#items.push(item) > 1) return;
    this.#rounds = 0;
    setImmediate(this.#endRound);
  }

  /** Between two of these calls the system is asked what has come, once; before the first of them it may not have been. */
  readonly #endRound = (): void => {
    const now = performance.now();
    const isAllRead = this.#rounds > 0 && now - this.#roundBegan < SHORT_ROUND;
    if (!isAllRead && this.#rounds < MOST_ROUNDS) {
      this.#rounds++;
      this.#roundBegan = now;
      setImmediate(this.#endRound);
      return;
    }
    const items = this.#items;
    this.#items = [];
    for (const item of items) this.#onRead(item);
  };
}
