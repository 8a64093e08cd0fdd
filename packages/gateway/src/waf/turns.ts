import { type EventLoop, nodeEventLoop } from './event-loop.ts';

/**
 * Looks in a row at which nothing has come for others: they are taken to need nothing then. Takes a tenth of a millisecond, in which
 * many an application has answered.
 */
const QUIET_LOOKS = 4;
/** Milliseconds that others have behind a turn at least, where they need them, however short it was. */
const SHORTEST_REST = 2;

/** One who waits for a turn. */
interface Waiting {
  /** What has been worked for it so far, in microseconds. */
  readonly work: number;
  readonly resume: () => void;
}

/**
 * Gives requests whose inspection takes long their turns: one at a time, by turns to who has had least so far and to who waits longest.
 * So what is a little too long, or was only interrupted by another process, does not wait for all that are much longer. Behind a turn
 * come all others, with what is short: until they have nothing to do, or have had as much time as the turn took. So they have half of
 * the thread where they need it, and wait for one turn at each of their steps, however many long inspections there are; where they do
 * not, long ones have nearly all of it.
 */
export class Turns {
  readonly #loop: EventLoop;
  /** In order of asking. */
  readonly #waiting: Waiting[] = [];
  #isForOldest = false;
  /** There is a turn, or the rest behind one: whoever had it has to wait for the next one like everybody. */
  #isTaken = false;
  #turnBegan = 0;
  /** When others have had their share. */
  #restEnds = 0;
  /** Events when it was looked at last, and how often there were no more of them. */
  #events = 0;
  #quietLooks = 0;

  constructor(loop: EventLoop = nodeEventLoop) {
    this.#loop = loop;
  }

  /** Resolves when it is the caller's turn. `work`: microseconds that it has had so far. */
  next(work: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ work, resume: resolve });
      if (this.#isTaken) return;
      this.#isTaken = true;
      // Others come first here as well.
      this.#turnBegan = this.#loop.now();
      this.#beginRest();
    });
  }

  readonly #give = (): void => {
    const next = this.#choose();
    this.#isTaken = next !== undefined;
    if (next === undefined) return;
    this.#turnBegan = this.#loop.now();
    next.resume();
    this.#loop.afterWork(this.#beginRest);
  };

  /** Takes the one out of the line whose turn it is. */
  #choose(): Waiting | undefined {
    const waiting = this.#waiting;
    let chosen = 0;
    if (!this.#isForOldest) {
      for (let index = 1; index < waiting.length; index++) {
        if (waiting[index]!.work < waiting[chosen]!.work) chosen = index;
      }
    }
    this.#isForOldest = !this.#isForOldest;
    return waiting.splice(chosen, 1)[0];
  }

  readonly #beginRest = (): void => {
    const now = this.#loop.now();
    this.#restEnds = now + Math.max(SHORTEST_REST, now - this.#turnBegan);
    this.#quietLooks = 0;
    this.#events = this.#loop.events();
    this.#loop.afterReading(this.#rest);
  };

  readonly #rest = (): void => {
    const events = this.#loop.events();
    this.#quietLooks = events === this.#events ? this.#quietLooks + 1 : 0;
    this.#events = events;
    if (this.#quietLooks < QUIET_LOOKS && this.#loop.now() < this.#restEnds) this.#loop.afterReading(this.#rest);
    else this.#give();
  };
}
