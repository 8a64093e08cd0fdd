import { setTimeout as wait } from 'node:timers/promises';
import type { RouteTrafficConfig } from '../../config/sections/route-traffic.ts';
import { deadline } from '../../deadline.ts';
import { ERRORS, GateError } from '../../errors.ts';
import { clientNetwork } from '../../listener/client-network.ts';
import type { Exchange } from '../../proxy/exchange.ts';
import type { Tally } from '../tally/tally.ts';
import { ClientPaces } from './client-paces.ts';
import { PaceKeeper } from './pace-keeper.ts';
import { Places } from './places.ts';

/** Seconds after which a place is likely to be free. */
const RETRY_AFTER = 1;

/** What a request holds while it is with the application. */
export interface Passage {
  /** Called once, when the answer is over. */
  leave(): void;
  /** Milliseconds to wait after so many bytes of the answer. */
  delayAfter(bytes: number): number;
}

/** The traffic of one route: who waits for a place, who is slowed down. */
export class RouteTraffic {
  readonly #config: RouteTrafficConfig;
  readonly #places: Places;
  readonly #pace: PaceKeeper | undefined;
  readonly #clientPaces: ClientPaces | undefined;
  readonly #bytes: PaceKeeper | undefined;
  readonly #clientBytes: ClientPaces | undefined;
  #delayed = 0;

  /** Places are counted in `tally`, under `name`. */
  constructor(config: RouteTrafficConfig, tally: Tally, name: string) {
    const { requests, clientRequests, perSecond, clientPerSecond, bytesPerSecond, clientBytesPerSecond } = config;
    this.#config = config;
    this.#places = new Places(requests, clientRequests, tally, name);
    this.#pace = perSecond > 0 ? new PaceKeeper(perSecond) : undefined;
    this.#clientPaces = clientPerSecond > 0 ? new ClientPaces(clientPerSecond) : undefined;
    this.#bytes = bytesPerSecond > 0 ? new PaceKeeper(bytesPerSecond) : undefined;
    this.#clientBytes = clientBytesPerSecond > 0 ? new ClientPaces(clientBytesPerSecond) : undefined;
  }

  /**
   * Waits until the request may go to the application, where it has to. Clients in `floods.allow` do not wait. Throws, or
   * rejects, with 503 when too many wait, or one for too long.
   */
  enter(exchange: Exchange): undefined | Promise<void> {
    const { address } = exchange.client;
    // A WebSocket needs the application for as long as it is open, and no connection of the pool.
    if (exchange.head.isWebSocket || exchange.gate.floods.isAllowed(address)) return undefined;
    const client = clientNetwork(address);
    const delay = this.#delayOf(client);
    if (delay > 0 || !this.#places.tryEnter(client)) return this.#enterLater(exchange, client, delay);
    exchange.passage = this.#passage(client);
    return undefined;
  }

  async #enterLater(exchange: Exchange, client: string, delay: number): Promise<void> {
    const started = performance.now();
    if (delay > 0) {
      this.#delayed++;
      await wait(delay).finally(() => this.#delayed--);
    }
    if (!this.#places.tryEnter(client)) {
      await this.#waitForPlace(client, started + this.#config.wait - performance.now());
    }
    const passage = this.#passage(client);
    // Whoever has left meanwhile has been written down already, and nobody would give the place back.
    if (exchange.isFinished) passage.leave();
    else exchange.passage = passage;
  }

  #delayOf(client: string): number {
    if (this.#pace === undefined && this.#clientPaces === undefined) return 0;
    const now = performance.now();
    const { wait: longest } = this.#config;
    // Who would be refused by one must not use up the other.
    const own =
      this.#clientPaces?.of(client, now).take(1, now, longest) ?? (this.#clientPaces && refused('pace of one client'));
    const all = this.#pace?.take(1, now, longest) ?? (this.#pace && refused('pace'));
    const delay = Math.max(own ?? 0, all ?? 0);
    if (delay > 0 && this.#isLineFull()) refused('queue');
    return delay;
  }

  #isLineFull(): boolean {
    return this.#delayed + this.#places.waiting >= this.#config.queue;
  }

  #waitForPlace(client: string, longest: number): Promise<void> {
    if (this.#isLineFull()) refused('queue');
    return new Promise((resolve, reject) => {
      const giveUp = this.#places.line(client, () => {
        stopClock();
        resolve();
      });
      const stopClock = deadline(Math.max(0, longest), () => {
        giveUp();
        reject(busy(`waited ${this.#config.wait} ms`));
      });
    });
  }

  #passage(client: string): Passage {
    let isOver = false;
    return {
      leave: () => {
        if (!isOver) this.#places.leave(client);
        isOver = true;
      },
      delayAfter: (bytes) => {
        if (this.#bytes === undefined && this.#clientBytes === undefined) return 0;
        const now = performance.now();
        const own = this.#clientBytes?.of(client, now).take(bytes, now) ?? 0;
        return Math.max(own, this.#bytes?.take(bytes, now) ?? 0);
      },
    };
  }
}

function busy(what: string): GateError {
  return new GateError(ERRORS.routeBusy, what).withRetryAfter(RETRY_AFTER);
}

function refused(what: string): never {
  throw busy(what);
}

/** Undefined where a route has no such limits, which then cost nothing. `name`: the same in all processes. */
export function routeTrafficOf(config: RouteTrafficConfig, tally: Tally, name: string): RouteTraffic | undefined {
  const { requests, clientRequests, perSecond, clientPerSecond, bytesPerSecond, clientBytesPerSecond } = config;
  const limits = [requests, clientRequests, perSecond, clientPerSecond, bytesPerSecond, clientBytesPerSecond];
  return limits.some((limit) => limit > 0) ? new RouteTraffic(config, tally, name) : undefined;
}
