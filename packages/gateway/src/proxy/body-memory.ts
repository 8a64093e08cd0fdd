/** The memory that request bodies of a process share, and who waits for it. */
import { type EventLoopUtilization, performance } from 'node:perf_hooks';

/** Up to this size a body may take the last byte there is. */
const SMALL = 128 * 1024;
/**
 * Milliseconds a large body waits for memory while none comes back, before it goes to disk: slow clients have it. Where the process has been
 * busy meanwhile they are not to blame. Disks cost more work than rules do, and all would be slower who are to give memory back.
 */
export const STANDSTILL = 50;
/** Milliseconds it waits at most, however many others are done meanwhile. */
export const LONGEST_WAIT = 500;
/** Milliseconds between two looks at what has come back. Two of them, since behind a stall of the process the first one sees nothing. */
export const LOOK_AFTER: number = STANDSTILL / 2;
/** Share of the time the event loop is at work where it is the processor that is waited for. */
const BUSY = 0.5;

/** How busy the event loop was since an earlier look, or since it began; `performance.eventLoopUtilization`. */
export type Utilization = (since?: EventLoopUtilization) => EventLoopUtilization;
/** More than so many are not served in that time; who comes behind them does not wait in vain. */
export const LONGEST_LINE = 32;

interface Waiting {
  readonly bytes: number;
  readonly onTurn: (hasMemory: boolean) => void;
  readonly timer: NodeJS.Timeout;
  /** Looks so far, and those since memory came back last. */
  looks: number;
  looksInVain: number;
  /** At the last look: large bodies that were done, and the work of the event loop. */
  seen: number;
  utilization: EventLoopUtilization;
}

/**
 * The memory that all held bodies of a process share. A body that needs more of it than can be had goes to disk. Large ones get no more
 * than they leave to others, so a few of them cannot send all the small ones there. One that knows how much it needs may wait a moment
 * for others to be done (`line`).
 */
export class BodyMemory {
  #limit: number;
  #used = 0;
  /** In the order they came. */
  readonly #line = new Set<Waiting>();
  /** Somebody has waited in vain: slow clients have the memory. Nobody else waits until one of the large bodies is done. */
  #isHeldUp = false;
  /** Large bodies that gave their memory back. */
  #done = 0;
  readonly #utilization: Utilization;

  constructor(limit: number, utilization: Utilization = (since) => performance.eventLoopUtilization(since)) {
    this.#limit = limit;
    this.#utilization = utilization;
  }

  /** Bytes; a reload may change it. */
  get limit(): number {
    return this.#limit;
  }

  set limit(bytes: number) {
    this.#limit = bytes;
    this.#serveLine();
  }

  /** Bytes that are taken. */
  get used(): number {
    return this.#used;
  }

  /** For a body that has `held` bytes of it already. False when it may not have so many more. */
  take(bytes: number, held: number): boolean {
    if (!this.#isFair(bytes, held, this.#used)) return false;
    this.#used += bytes;
    return true;
  }

  /**
   * Waits for `bytes` that could not be taken, for a body that has none. `onTurn` hears once, later, whether it has them now: what is given
   * back goes to the first for whom it is enough. Gives a function that leaves the line, after which nothing is heard; undefined where
   * waiting is no use.
   */
  line(bytes: number, onTurn: (hasMemory: boolean) => void): (() => void) | undefined {
    const isHopeless = this.#isHeldUp || this.#line.size >= LONGEST_LINE || !this.#isFair(bytes, 0, 0);
    if (bytes <= SMALL || isHopeless) return undefined;
    const timer = setTimeout(() => this.#look(waiting), LOOK_AFTER);
    const utilization = this.#utilization();
    const waiting: Waiting = { bytes, onTurn, timer, looks: 0, looksInVain: 0, seen: this.#done, utilization };
    this.#line.add(waiting);
    return () => {
      this.#line.delete(waiting);
      clearTimeout(timer);
    };
  }

  giveBack(bytes: number): void {
    this.#used -= bytes;
    if (bytes > SMALL) {
      this.#isHeldUp = false;
      this.#done++;
    }
    if (bytes > 0) this.#serveLine();
  }

  #look(waiting: Waiting): void {
    waiting.looks++;
    const isBusy = this.#utilization(waiting.utilization).utilization > BUSY;
    waiting.looksInVain = waiting.seen === this.#done && !isBusy ? waiting.looksInVain + 1 : 0;
    waiting.seen = this.#done;
    waiting.utilization = this.#utilization();
    if (waiting.looksInVain * LOOK_AFTER < STANDSTILL && waiting.looks * LOOK_AFTER < LONGEST_WAIT) {
      waiting.timer.refresh();
      return;
    }
    this.#line.delete(waiting);
    this.#isHeldUp = true;
    waiting.onTurn(false);
  }

  #isFair(bytes: number, held: number, used: number): boolean {
    const left = this.#limit - used - bytes;
    const size = held + bytes;
    return left >= 0 && (size <= SMALL || size <= left);
  }

  #serveLine(): void {
    for (const waiting of this.#line) {
      if (!this.take(waiting.bytes, 0)) continue;
      this.#line.delete(waiting);
      clearTimeout(waiting.timer);
      waiting.onTurn(true);
    }
  }
}
