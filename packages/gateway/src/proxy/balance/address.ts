import type { Dispatcher } from 'undici';
import type { AddressState } from '../../config/sections/upstream/url.ts';
import type { UpstreamConfig } from '../../config/sections/upstream.ts';
import type { DecidedBy } from '../../errors.ts';
import { Breaker } from './breaker.ts';
import { createPool, type Place } from './place.ts';

/** An address on its way back starts with so much of its weight. */
const COLD_SHARE = 0.1;

/** One address of an upstream: its connections, what it has to do, and how it is. */
export class UpstreamAddress {
  readonly place: Place;
  readonly dispatcher: Dispatcher;
  /** What answers from here are put down to. */
  readonly decidedBy: DecidedBy;
  readonly breaker: Breaker;
  /** Exchanges at once, at most. */
  readonly limit: number;
  /** Requests it has been given and not yet answered. */
  pending = 0;
  /** Requests it has been given in all. */
  begun = 0;
  /** As the configuration says, until somebody changes it at run time. */
  state: AddressState;
  /** What active checks say. */
  isHealthy = true;
  /** It is among those that get the next requests. */
  isServing = false;
  /** Weight at the moment: less than its own while it warms up. */
  weight: number;
  /** Turn of the smooth weighted round robin. */
  turn = 0;
  #warmFrom = 0;

  /** `onChange` hears of every change of the breaker. */
  constructor(name: string, place: Place, config: UpstreamConfig, onChange: (address: UpstreamAddress) => void) {
    this.place = place;
    this.dispatcher = createPool(place, config);
    this.decidedBy = { stage: 'upstream', reason: name };
    this.breaker = new Breaker(config.breaker, () => onChange(this));
    this.limit = config.connections;
    this.state = place.state;
    this.weight = place.weight;
  }

  get url(): string {
    return this.place.url;
  }

  get hasRoom(): boolean {
    return this.pending < this.limit;
  }

  /** It gets a request. */
  take(): void {
    this.pending++;
    this.begun++;
  }

  get isUsable(): boolean {
    return this.state === 'up' && this.isHealthy && this.breaker.state === 'closed';
  }

  /** Sessions bound to it may go on here. */
  get takesSessions(): boolean {
    return this.state !== 'down' && this.isHealthy && this.breaker.state === 'closed';
  }

  /** Begins with a small share of the requests. */
  chill(now: number): void {
    this.#warmFrom = now;
    this.weight = this.place.weight * COLD_SHARE;
  }

  /** Grows the share; true when it is whole. */
  warm(now: number, slowStart: number): boolean {
    const share = Math.min(1, Math.max(COLD_SHARE, (now - this.#warmFrom) / slowStart));
    this.weight = this.place.weight * share;
    return share === 1;
  }

  /** Lets running exchanges finish, then closes. */
  close(): Promise<void> {
    this.breaker.stop();
    return this.dispatcher.close();
  }
}
