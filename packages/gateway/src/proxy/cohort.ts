import { eventRound, type Round } from '../round.ts';

/** Of those who seem to be alone every so many-th finds out whether others come in the same round. */
const ASKS = 8;

/**
 * Lets those who come in one round of the event loop take their next step together, behind the reading of sockets. One after the other they
 * find the code of that step in the processor's caches, where between reads and writes of the network each would find it gone.
 */
export class Cohort {
  readonly #isAlone: () => boolean;
  readonly #isLast: boolean;
  readonly #round: Round;
  #assembled: Promise<void> | undefined;
  #leave: (() => void) | undefined;
  /** In the cohort that assembles, or left last. */
  #members = 0;
  #lone = 0;

  /**
   * `isAlone`: whether there seems to be nobody to wait for. `isLast`: who comes in the middle of others' steps goes on as soon as those are
   * over, rather than a round later.
   */
  constructor(isAlone: () => boolean, isLast = false, round: Round = eventRound) {
    this.#isAlone = isAlone;
    this.#isLast = isLast;
    this.#round = round;
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
    const endsRound = this.#isLast && this.#round.hasRead;
    if (!endsRound && this.#isAlone() && !this.#expectsCompany()) return undefined;
    this.#members = 1;
    this.#assembled = new Promise((resolve) => (this.#leave = resolve));
    if (endsRound) this.#round.atEnd(this.#onAssembled);
    else this.#round.behindReading(this.#onAssembled);
    return this.#assembled;
  }

  /**
   * Whose steps are over before the next socket is read, as those of refused requests are, never meets another, however many come: the last
   * cohort tells whether somebody would have come.
   */
  #expectsCompany(): boolean {
    return this.#members > 1 || ++this.#lone % ASKS === 0;
  }

  readonly #onAssembled = (): void => {
    this.#assembled = undefined;
    this.#leave?.();
  };
}
