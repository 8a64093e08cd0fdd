/** Up to this size a body may take the last byte there is. */
const SMALL = 128 * 1024;
/** Milliseconds a large body waits for memory before it goes to disk, which costs as much work again as its rules. */
export const LONGEST_WAIT = 50;
/** More than so many are not served in that time; who comes behind them does not wait in vain. */
export const LONGEST_LINE = 32;

interface Waiting {
  readonly bytes: number;
  readonly onTurn: (hasMemory: boolean) => void;
  readonly timer: NodeJS.Timeout;
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

  constructor(limit: number) {
    this.#limit = limit;
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
    const timer = setTimeout(() => {
      this.#line.delete(waiting);
      this.#isHeldUp = true;
      onTurn(false);
    }, LONGEST_WAIT);
    const waiting: Waiting = { bytes, onTurn, timer };
    this.#line.add(waiting);
    return () => {
      this.#line.delete(waiting);
      clearTimeout(timer);
    };
  }

  giveBack(bytes: number): void {
    this.#used -= bytes;
    if (bytes > SMALL) this.#isHeldUp = false;
    if (bytes > 0) this.#serveLine();
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
