/** Of those who seem to be alone every so many-th finds out whether others come in the same round. */
const ASKS = 8;

/**
 * Lets those who come in one round of the event loop take their next step together, behind the reading of sockets. One after the other they
 * find the code of that step in the processor's caches, where between reads and writes of the network each would find it gone.
 */
export class Cohort {
  readonly #isAlone: () => boolean;
  #assembled: Promise<void> | undefined;
  #leave: (() => void) | undefined;
  /** In the cohort that assembles, or left last. */
  #members = 0;
  #lone = 0;

  /** `isAlone`: whether there seems to be nobody to wait for. */
  constructor(isAlone: () => boolean) {
    this.#isAlone = isAlone;
  }

  /**
   * Resolves when all that has come by now is read; those who wait go on in the order of their calls. Undefined for who is alone, and goes on
   * at once.
   */
  assembled(): Promise<void> | undefined {
    if (this.#assembled !== undefined) {
      this.#members++;
      return this.#assembled;
    }
    if (this.#isAlone() && !this.#expectsCompany()) return undefined;
    this.#members = 1;
    this.#assembled = new Promise((resolve) => (this.#leave = resolve));
    setImmediate(this.#onRead);
    return this.#assembled;
  }

  /**
   * Whose steps are over before the next socket is read, as those of refused requests are, never meets another, however many come: the last
   * cohort tells whether somebody would have come.
   */
  #expectsCompany(): boolean {
    return this.#members > 1 || ++this.#lone % ASKS === 0;
  }

  readonly #onRead = (): void => {
    this.#assembled = undefined;
    this.#leave?.();
  };
}
