import { PaceKeeper } from './pace-keeper.ts';

/** Clients that are remembered; more than this are cleared of those that are idle. */
const MAXIMUM = 10_000;

/** A pace for each client. */
export class ClientPaces {
  readonly #rate: number;
  readonly #paces = new Map<string, PaceKeeper>();

  constructor(rate: number) {
    this.#rate = rate;
  }

  of(network: string, now: number): PaceKeeper {
    const known = this.#paces.get(network);
    if (known !== undefined) return known;
    if (this.#paces.size >= MAXIMUM) this.#clear(now);
    const pace = new PaceKeeper(this.#rate);
    this.#paces.set(network, pace);
    return pace;
  }

  #clear(now: number): void {
    for (const [network, pace] of this.#paces) {
      if (pace.isIdle(now)) this.#paces.delete(network);
    }
    // None is idle: then all begin anew, and nobody is refused.
    if (this.#paces.size >= MAXIMUM) this.#paces.clear();
  }
}
