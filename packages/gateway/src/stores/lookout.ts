/** Milliseconds until an absent store is looked for again: the first time, and at most. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 1000;
/** A store that has been back for less than this many milliseconds goes on with the pauses it had. */
const TRUSTED_AFTER = 10_000;

/**
 * Looks in the background for a store that is away, after pauses that grow, until it is back (the half-open state of a circuit
 * breaker). No request waits for it.
 */
export class Lookout {
  readonly #probe: () => Promise<unknown>;
  readonly #onBack: () => void;
  #backSince = Number.NEGATIVE_INFINITY;
  #pause = FIRST_PAUSE;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** `probe` rejects while the store is away; `onBack` is called once for each `begin`. */
  constructor(probe: () => Promise<unknown>, onBack: () => void) {
    this.#probe = probe;
    this.#onBack = onBack;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The store has just gone away. To be called once, until it is back. */
  begin(): void {
    if (performance.now() - this.#backSince > TRUSTED_AFTER) this.#pause = FIRST_PAUSE;
    this.#lookLater();
  }

  /** Looks no more, and tells nobody any more. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #lookLater(): void {
    // Jitter, so that gates that lost the store together do not come back together.
    const pause = this.#pause * (1 - Math.random() / 5);
    this.#pause = Math.min(LONGEST_PAUSE, this.#pause * 2);
    this.#timer = setTimeout(() => void this.#look(), pause);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    try {
      await this.#probe();
    } catch {
      if (!this.#isClosed) this.#lookLater();
      return;
    }
    if (this.#isClosed) return;
    this.#backSince = performance.now();
    this.#onBack();
  }
}
