import type { UpstreamAddress } from './address.ts';

/** How often the share of warming addresses grows. */
const STEPS = 20;

/** Addresses that come into service begin with a small share of the requests, which grows to the whole. */
export class WarmUp {
  readonly #slowStart: number;
  readonly #warming = new Set<UpstreamAddress>();
  #timer: NodeJS.Timeout | undefined;

  /** `slowStart`: milliseconds until an address has its whole share; 0: at once. */
  constructor(slowStart: number) {
    this.#slowStart = slowStart;
  }

  begin(address: UpstreamAddress): void {
    if (this.#slowStart === 0) return;
    address.chill(Date.now());
    this.#warming.add(address);
    this.#timer ??= setInterval(() => this.#grow(Date.now()), this.#slowStart / STEPS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#warming.clear();
  }

  #grow(now: number): void {
    for (const address of this.#warming) if (address.warm(now, this.#slowStart)) this.#warming.delete(address);
    if (this.#warming.size === 0) this.stop();
  }
}
