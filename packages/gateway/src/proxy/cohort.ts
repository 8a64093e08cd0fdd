/**
 * Lets those who come in one round of the event loop take their next step together, behind the reading of sockets. One after the other they
 * find the code of that step in the processor's caches, where between reads and writes of the network each would find it gone.
 */
export class Cohort {
  readonly #isAlone: () => boolean;
  #assembled: Promise<void> | undefined;
  #leave: (() => void) | undefined;

  /** `isAlone`: whether there is nobody to wait for. */
  constructor(isAlone: () => boolean) {
    this.#isAlone = isAlone;
  }

  /**
   * Resolves when all that has come by now is read; those who wait go on in the order of their calls. Undefined for who is alone, and goes on
   * at once.
   */
  assembled(): Promise<void> | undefined {
    if (this.#assembled === undefined && this.#isAlone()) return undefined;
    if (this.#assembled === undefined) {
      this.#assembled = new Promise((resolve) => (this.#leave = resolve));
      setImmediate(this.#onRead);
    }
    return this.#assembled;
  }

  readonly #onRead = (): void => {
    this.#assembled = undefined;
    this.#leave?.();
  };
}
