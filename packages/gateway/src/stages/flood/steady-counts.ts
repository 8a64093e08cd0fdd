import { Lookout } from '../../stores/lookout.ts';
import type { Ban, BanReason } from './ban-list.ts';
import type { Account, FloodStore, FloodVerdict, Hit } from './hit.ts';
import type { RedisCounts } from './redis-counts.ts';

export interface SteadyCountsOptions {
  readonly remote: RedisCounts;
  /** Counts while the store is away. */
  readonly local: FloodStore;
  readonly whenAway: 'local' | 'pass' | 'refuse';
  readonly say: (level: 'warn' | 'notice', line: string) => void;
}

/**
 * Counts in a store that may be away. The first failure turns to the other way of working; only requests under way notice it,
 * and none waits longer than the time the store has for one command. Meanwhile it is looked for in the background.
 */
export class SteadyCounts implements FloodStore {
  readonly #remote: RedisCounts;
  readonly #local: FloodStore;
  readonly #whenAway: SteadyCountsOptions['whenAway'];
  readonly #say: SteadyCountsOptions['say'];
  readonly #lookout: Lookout;
  #awaySince: number | undefined;

  constructor({ remote, local, whenAway, say }: SteadyCountsOptions) {
    this.#remote = remote;
    this.#local = local;
    this.#whenAway = whenAway;
    this.#say = say;
    this.#lookout = new Lookout(
      () => remote.probe(),
      () => this.#return(),
    );
    remote.probe().catch((cause: unknown) => this.#leave(cause));
  }

  get isAway(): boolean {
    return this.#awaySince !== undefined;
  }

  findBan(network: string, principal: string, now: number): FloodVerdict | undefined {
    const store = this.isAway && this.#whenAway === 'local' ? this.#local : this.#remote;
    return store.findBan(network, principal, now);
  }

  count(hit: Hit): FloodVerdict | undefined | Promise<FloodVerdict | undefined> {
    const away = (): FloodVerdict | undefined | Promise<FloodVerdict | undefined> => {
      if (this.#whenAway === 'refuse') return Promise.reject(new Error(`${this.#remote.description} is away`));
      return this.#whenAway === 'local' ? this.#local.count(hit) : undefined;
    };
    return this.#try(() => this.#remote.count(hit), away);
  }

  charge(
    account: Account,
    network: string,
    amount: number,
    at: number,
  ): FloodVerdict | undefined | Promise<FloodVerdict | undefined> {
    const away = (): FloodVerdict | undefined | Promise<FloodVerdict | undefined> =>
      this.#whenAway === 'local' ? this.#local.charge(account, network, amount, at) : undefined;
    return this.#try(() => this.#remote.charge(account, network, amount, at), away);
  }

  failLogin(network: string, user: string, at: number): FloodVerdict | undefined | Promise<FloodVerdict | undefined> {
    const away = (): FloodVerdict | undefined | Promise<FloodVerdict | undefined> =>
      this.#local.failLogin(network, user, at);
    return this.#try(() => this.#remote.failLogin(network, user, at), away);
  }

  ban(key: string, reason: BanReason, at: number, duration: number): FloodVerdict | Promise<FloodVerdict> {
    return this.#try(
      () => this.#remote.ban(key, reason, at, duration),
      () => this.#local.ban(key, reason, at, duration),
    );
  }

  release(key: string, at: number): boolean | Promise<boolean> {
    return this.#try(
      () => this.#remote.release(key),
      () => this.#local.release(key, at),
    );
  }

  list(at: number): readonly Ban[] | Promise<readonly Ban[]> {
    return this.#try(
      () => this.#remote.list(at),
      () => this.#local.list(at),
    );
  }

  async close(): Promise<void> {
    this.#lookout.close();
    await this.#remote.close();
    await this.#local.close();
  }

  #try<T>(remote: () => Promise<T>, away: () => T | Promise<T>): T | Promise<T> {
    if (this.isAway) return away();
    return remote().catch((cause: unknown) => {
      this.#leave(cause);
      return away();
    });
  }

  #leave(cause: unknown): void {
    if (this.isAway || this.#lookout.isClosed) return;
    this.#awaySince = performance.now();
    const consequence = {
      local: 'counting on this machine, from nothing, until it is back',
      pass: 'nothing is counted until it is back',
      refuse: 'every request is refused until it is back',
    }[this.#whenAway];
    const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
    this.#say('warn', `${this.#remote.description} cannot be used (${reason}); ${consequence}`);
    this.#lookout.begin();
  }

  #return(): void {
    if (this.#awaySince === undefined) return;
    const seconds = ((performance.now() - this.#awaySince) / 1000).toFixed(1);
    this.#awaySince = undefined;
    this.#say('notice', `${this.#remote.description} is back after ${seconds} s; counting there again`);
  }
}
