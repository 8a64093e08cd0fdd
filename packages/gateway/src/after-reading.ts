import { eventRound, type Round } from './round.ts';

/** Milliseconds. In a longer round of the event loop others worked, and what came meanwhile has not been read. */
const SHORT_ROUND = 5;
/** Rounds in which nothing is short: the gate is overloaded, and waiting would make it worse. */
const MOST_ROUNDS = 4;

/**
 * Holds things back until what had come on connections by the time they were added has been read: so a kept connection is found to have
 * been sent an answer nobody asked for before the next request takes it for its own, and who was in time is not judged late after a
 * standstill. In an overloaded gate it gives up after some rounds of the event loop.
 */
export class AfterReading<Item> {
  readonly #onRead: (item: Item) => void;
  readonly #round: Round;
  /** Added behind the reading of the last round: what had come by then is read in the one that goes on. */
  #next: Item[] = [];
  /** Added before the round that goes on. */
  #waiting: Item[] = [];
  /** Added since: what had come by then may be read in the next round only. */
  #added: Item[] = [];
  #rounds = 0;
  #roundBegan = 0;
  #isScheduled = false;

  /** `onRead` gets the items in the order they were added, except that those added behind the reading of a round wait one round less. */
  constructor(onRead: (item: Item) => void, round: Round = eventRound) {
    this.#onRead = onRead;
    this.#round = round;
  }

  add(item: Item): void {
    if (this.#round.hasRead) {
      if (this.#next.push(item) === 1) setImmediate(this.#endNext);
      return;
    }
    this.#added.push(item);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(this.#endRound);
  }

  readonly #endNext = (): void => {
    const items = this.#next;
    this.#next = [];
    for (const item of items) this.#onRead(item);
  };

  /** Between two of these calls the system is asked once what has come. */
  readonly #endRound = (): void => {
    const isRead = performance.now() - this.#roundBegan < SHORT_ROUND;
    if (this.#waiting.length > 0 && (isRead || this.#rounds === MOST_ROUNDS)) {
      const items = this.#waiting;
      this.#waiting = [];
      this.#rounds = 0;
      for (const item of items) this.#onRead(item);
    }
    if (this.#waiting.length === 0) {
      this.#waiting = this.#added;
      this.#added = [];
    } else if (this.#added.length > 0) this.#waiting.push(...this.#added.splice(0));
    this.#isScheduled = this.#waiting.length > 0;
    if (!this.#isScheduled) return;
    this.#rounds++;
    this.#roundBegan = performance.now();
    setImmediate(this.#endRound);
  };
}
