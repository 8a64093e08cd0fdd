import { RecentMap } from './recent-map.ts';

/** The settings of mod_evasive. Intervals and period are whole seconds. */
export interface EvasiveLimits {
  readonly pageCount: number;
  readonly pageInterval: number;
  readonly siteCount: number;
  readonly siteInterval: number;
  readonly blockingPeriod: number;
}

interface Node {
  second: number;
  count: number;
}

/** `hold`: the client was on hold already. */
export type EvasiveOutcome = 'pass' | 'hold' | 'page' | 'site';

/**
 * Request counting as mod_evasive does it, in the form its maintained fork has (jvdmr/mod_evasive, 2025): one clock of whole
 * seconds, the time between two hits and not the number in a window, a first hit that is free, and a hold that every further
 * request begins anew. Its known oddities belong to it: one hit every two seconds trips an interval of three.
 */
export class EvasiveTable {
  readonly #limits: EvasiveLimits;
  readonly #nodes: RecentMap<Node>;
  readonly #holds: RecentMap<number>;

  constructor(limits: EvasiveLimits, capacity: number) {
    this.#limits = limits;
    this.#nodes = new RecentMap(capacity);
    this.#holds = new RecentMap(capacity);
  }

  /** `page`: the path without query. `second`: whole seconds of the wall clock. */
  hit(network: string, page: string, second: number): EvasiveOutcome {
    const { pageCount, pageInterval, siteCount, siteInterval, blockingPeriod } = this.#limits;
    const held = this.#holds.get(network);
    if (held !== undefined && second - held < blockingPeriod) {
      this.#holds.set(network, second);
      return 'hold';
    }
    const isPageFull = this.#count(`${network} ${page}`, second, pageCount, pageInterval);
    const isSiteFull = this.#count(network, second, siteCount, siteInterval);
    if (!isPageFull && !isSiteFull) return 'pass';
    this.#holds.set(network, second);
    return isPageFull ? 'page' : 'site';
  }

  /** Who is on hold, and since which second. */
  get holds(): readonly (readonly [network: string, second: number])[] {
    return this.#holds.entries();
  }

  release(network: string): boolean {
    return this.#holds.delete(network);
  }

  #count(key: string, second: number, limit: number, interval: number): boolean {
    const node = this.#nodes.get(key);
    if (node === undefined) {
      this.#nodes.set(key, { second, count: 0 });
      return false;
    }
    const isRecent = second - node.second < interval;
    const isFull = isRecent && node.count >= limit;
    if (!isRecent) node.count = 0;
    node.second = second;
    node.count++;
    return isFull;
  }
}
