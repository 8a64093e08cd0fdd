import { type EventLoop, nodeEventLoop } from './event-loop.ts';

/**
 * Looks in a row at which nothing has come for others: they are taken to need nothing then. Takes a tenth of a millisecond, in which
 * many an application has answered.
 */
const QUIET_LOOKS = 4;
/** Milliseconds that others have behind a turn at least, where they need them, however short it was. */
const SHORTEST_REST = 2;

/**
 * Gives requests whose inspection takes long their turns: one at a time, in order of asking. Behind a turn come all others, with what
 * is short: until they have nothing to do, or have had as much time as the turn took. So they have half of the thread where they need it,
 * and wait for one turn at each of their steps, however many long inspections there are; where they do not, long ones have nearly all
 * of it.
 */
export class Turns {
  readonly #loop: EventLoop;
  readonly #waiting: (() => void)[] = [];
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

  /** Resolves when it is the caller's turn. */
  readonly next = (): Promise<void> =>
    new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#isTaken) return;
      this.#isTaken = true;
      // Others come first here as well.
      this.#turnBegan = this.#loop.now();
      this.#beginRest();
    });

  readonly #give = (): void => {
    const resume = this.#waiting.shift();
    this.#isTaken = resume !== undefined;
    if (resume === undefined) return;
    this.#turnBegan = this.#loop.now();
    resume();
    this.#loop.afterWork(this.#beginRest);
  };

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
