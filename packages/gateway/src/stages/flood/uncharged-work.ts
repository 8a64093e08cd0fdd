import { RecentMap } from './recent-map.ts';

/** Part of the limit that a process keeps to itself before it tells the others. */
const STEP = 1 / 100;

/**
 * Work of the rules that is not counted yet. Most requests cost a fraction of a millisecond; counting them together, a hundredth of
 * the limit at a time, spares ordinary clients a record in the shared log, or a question to Redis, for every request.
 */
export class UnchargedWork {
  readonly #step: number;
  readonly #microseconds: RecentMap<number>;

  /** `limit`: milliseconds. `capacity`: clients that are remembered. */
  constructor(limit: number, capacity: number) {
    this.#step = Math.max(1000, limit * 1000 * STEP);
    this.#microseconds = new RecentMap(capacity);
  }

  /** Adds to the work for a client. Gives the whole milliseconds that are due to be counted now, mostly none. */
  add(network: string, microseconds: number): number {
    const sum = (this.#microseconds.get(network) ?? 0) + microseconds;
    const due = sum < this.#step ? 0 : Math.floor(sum / 1000);
    this.#microseconds.set(network, sum - due * 1000);
    return due;
  }
}
