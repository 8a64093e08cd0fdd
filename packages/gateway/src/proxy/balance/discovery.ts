/** Looks a host name up again and again, and tells which addresses it stands for. */
import { Resolver } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { ResolveConfig } from '../../config/sections/upstream/resolve.ts';
import { type Place, resolvedPlace } from './place.ts';

/** A name with no time to live is not looked up more often than this. */
const SHORTEST = 1000;
/** A name server gets so long for an answer, and is asked so often. */
const TIMEOUT = 2000;
const TRIES = 2;

interface Found {
  readonly places: readonly Place[];
  /** Milliseconds the answer may be used; undefined when nobody said. */
  readonly lifetime?: number;
}

/** Whether there is anything to look up: a host name, and no socket or address. */
export function isNamed({ socketPath, origin }: Place): boolean {
  return socketPath === undefined && isIP(new URL(origin).hostname.replace(/^\[|\]$/g, '')) === 0;
}

export class Discovery {
  readonly #place: Place;
  readonly #config: ResolveConfig;
  readonly #onFound: (places: readonly Place[]) => void;
  readonly #onFailure: (message: string) => void;
  readonly #resolver: InstanceType<typeof Resolver>;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  /** `onFound` gets every answer, changed or not; it is never given an empty one. */
  constructor(
    place: Place,
    config: ResolveConfig,
    onFound: (places: readonly Place[]) => void,
    onFailure: (message: string) => void,
  ) {
    this.#place = place;
    this.#config = config;
    this.#onFound = onFound;
    this.#onFailure = onFailure;
    this.#resolver = new Resolver({ timeout: TIMEOUT, tries: TRIES });
    if (config.servers.length > 0) this.#resolver.setServers([...config.servers]);
  }

  start(): void {
    void this.#look();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#resolver.cancel();
  }

  async #look(): Promise<void> {
    const { interval } = this.#config;
    let next = interval;
    const { hostname } = new URL(this.#place.origin);
    try {
      const { places, lifetime = interval } = await this.#find(hostname);
      if (this.#isStopped) return;
      next = Math.max(SHORTEST, Math.min(interval, lifetime));
      if (places.length > 0) this.#onFound(places);
      else this.#onFailure(`${hostname} has no address`);
    } catch (cause) {
      if (this.#isStopped) return;
      this.#onFailure(`${hostname}: ${(cause as Error).message}`);
    }
    this.#timer = setTimeout(() => void this.#look(), next).unref();
  }

  #find(hostname: string): Promise<Found> {
    switch (this.#config.by) {
      case 'system':
        return this.#askSystem(hostname);
      case 'dns':
        return this.#askDns(hostname);
      case 'srv':
        return this.#askSrv(hostname);
    }
  }

  async #askSystem(hostname: string): Promise<Found> {
    const all = await lookup(hostname, { all: true });
    return { places: distinct(all.map(({ address }) => resolvedPlace(this.#place, address))) };
  }

  async #askDns(hostname: string): Promise<Found> {
    const records = await this.#records(hostname);
    return {
      places: distinct(records.map(({ address }) => resolvedPlace(this.#place, address))),
      lifetime: 1000 * Math.min(...records.map(({ ttl }) => ttl)),
    };
  }

  /** Both families; an error of one is none while the other has addresses. */
  async #records(hostname: string): Promise<readonly { readonly address: string; readonly ttl: number }[]> {
    type Records = { address: string; ttl: number }[];
    const ask = (family: 4 | 6): Promise<Records> =>
      new Promise((resolve, reject) => {
        const done = (error: Error | null, records: Records): void => (error ? reject(error) : resolve(records));
        if (family === 4) this.#resolver.resolve4(hostname, { ttl: true }, done);
        else this.#resolver.resolve6(hostname, { ttl: true }, done);
      });
    const [four, six] = await Promise.allSettled([ask(4), ask(6)]);
    const found = [four, six].flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    if (found.length === 0 && four.status === 'rejected') throw four.reason;
    return found;
  }

  /** RFC 2782: the lowest priority serves, higher ones stand by. A record without weight still gets a little. */
  async #askSrv(hostname: string): Promise<Found> {
    const records = await new Promise<{ name: string; port: number; priority: number; weight: number }[]>(
      (resolve, reject) =>
        this.#resolver.resolveSrv(hostname, (error, found) => (error ? reject(error) : resolve(found))),
    );
    const first = Math.min(...records.map(({ priority }) => priority));
    const places = await Promise.all(
      records.map(async ({ name, port, priority, weight }) => {
        const isBackup = this.#place.isBackup || priority > first;
        const place = { ...this.#place, isBackup, weight: Math.min(1000, Math.max(1, weight)) };
        return (await this.#records(name)).map(({ address }) => resolvedPlace(place, address, port));
      }),
    );
    return { places: distinct(places.flat()) };
  }
}

function distinct(places: readonly Place[]): readonly Place[] {
  return [...new Map(places.map((place) => [place.url, place])).values()];
}
