/** Takes an address out of service that fails, and lets it come back: a circuit breaker. */
import type { BreakerConfig } from '../../config/sections/upstream/breaker.ts';

/** closed: in service. open: out. ready: the pause is over, one request may be tried. trying: that one is on its way. */
export type BreakerState = 'closed' | 'open' | 'ready' | 'trying';

export class Breaker {
  readonly #config: BreakerConfig;
  readonly #onChange: (state: BreakerState) => void;
  #state: BreakerState = 'closed';
  #failures = 0;
  #answered = 0;
  #windowEnd = 0;
  #pause: number;
  #timer: NodeJS.Timeout | undefined;
  /** Counts openings. Who began before the last one tells nothing about the address as it is now. */
  #epoch = 0;

  constructor(config: BreakerConfig, onChange: (state: BreakerState) => void) {
    this.#config = config;
    this.#onChange = onChange;
    this.#pause = config.pause;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** To be handed back with the outcome of a request that begins now. */
  get epoch(): number {
    return this.#epoch;
  }

  /** The one trial is on its way. */
  try(): void {
    this.#state = 'trying';
  }

  succeeded(epoch: number): void {
    if (this.#state === 'closed') {
      // Only while a window is open; most of the time this is all there is to do.
      if (this.#failures > 0) this.#answered++;
    } else if (epoch === this.#epoch) {
      this.close();
    }
  }

  failed(epoch: number, now: number = Date.now()): void {
    if (this.#config.failures === 0) return;
    if (this.#state === 'trying' && epoch === this.#epoch) {
      this.#pause = Math.min(this.#pause * 2, this.#config.longestPause);
      this.#open();
    } else if (this.#state === 'closed') {
      this.#count(now);
    }
  }

  /** The trial told nothing: the client went away. */
  abandoned(epoch: number): void {
    if (this.#state === 'trying' && epoch === this.#epoch) this.#enter('ready');
  }

  /** Back in service, whatever was. */
  close(): void {
    clearTimeout(this.#timer);
    this.#pause = this.#config.pause;
    this.#failures = 0;
    this.#enter('closed');
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #count(now: number): void {
    const { failures, window, share } = this.#config;
    if (this.#failures === 0 || now > this.#windowEnd) {
      this.#windowEnd = now + window;
      this.#failures = 0;
      this.#answered = 0;
    }
    this.#failures++;
    const all = this.#failures + this.#answered;
    if (this.#failures >= failures && this.#failures * 100 >= share * all) this.#open();
  }

  #open(): void {
    this.#epoch++;
    this.#timer = setTimeout(() => this.#enter('ready'), this.#pause).unref();
    this.#enter('open');
  }

  #enter(state: BreakerState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#onChange(state);
  }
}
