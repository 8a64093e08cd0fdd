/** An application behind the gate: its addresses, who of them gets the next request, and who waits for one. */
import { isDeepStrictEqual } from 'node:util';
import { type AddressState, applicationOf } from '../config/sections/upstream/url.ts';
import type { UpstreamConfig } from '../config/sections/upstream.ts';
import { ERRORS, GateError } from '../errors.ts';
import type { LogLevel } from '../logs/index.ts';
import { UpstreamAddress } from './balance/address.ts';
import type { Asker } from './balance/asker.ts';
import { consistentHash } from './balance/consistent-hash.ts';
import { Discovery, isNamed } from './balance/discovery.ts';
import { HealthCheck } from './balance/health-check.ts';
import { leastBusy } from './balance/least-busy.ts';
import { type Place, placeOf } from './balance/place.ts';
import type { Policy } from './balance/policy.ts';
import { RetryBudget } from './balance/retry-budget.ts';
import { roundRobin } from './balance/round-robin.ts';
import { statusSet } from './balance/status-ranges.ts';
import { Sticky } from './balance/sticky.ts';
import { type Claimant, WaitingLine } from './balance/waiting-line.ts';
import { WarmUp } from './balance/warm-up.ts';
import { FastCgiPool } from './fastcgi/pool.ts';

/** Where changes of addresses are written down. */
export type Reporter = (level: LogLevel, line: string) => void;

export interface AddressStatus {
  readonly url: string;
  readonly state: AddressState;
  readonly isServing: boolean;
  readonly isHealthy: boolean;
  readonly breaker: string;
  readonly pending: number;
}

export class Upstream {
  readonly name: string;
  readonly config: UpstreamConfig;
  readonly budget: RetryBudget;
  readonly sticky: Sticky | undefined;
  /** Answers that count as failures of the address. */
  readonly failureStatuses: ReadonlySet<number> | undefined;
  #report: Reporter;
  readonly #policy: Policy;
  #addresses: readonly UpstreamAddress[] = [];
  #serving: readonly UpstreamAddress[] = [];
  /** Addresses whose pause is over: the next request is a trial. */
  #ready = 0;
  readonly #line: WaitingLine;
  readonly #warmUp: WarmUp;
  readonly #checks = new Map<UpstreamAddress, HealthCheck>();
  /** Addresses of applications, as they were last announced. */
  readonly #announced = new Map<string, readonly UpstreamAddress[]>();
  /** Addresses that are gone and finish what they have. */
  readonly #leaving = new Set<UpstreamAddress>();
  readonly #discoveries: readonly Discovery[];
  /** Names that have not been looked up yet; requests wait for that. */
  #unresolved: number;
  #isWatching = false;

  /** Throws when a certificate file cannot be read. */
  constructor(name: string, config: UpstreamConfig, report: Reporter) {
    this.name = name;
    this.config = config;
    this.#report = report;
    this.budget = new RetryBudget(config.retry.share);
    this.sticky = config.sticky && new Sticky(config.sticky);
    this.failureStatuses = config.breaker.status.length > 0 ? statusSet(config.breaker.status) : undefined;
    this.#policy = policyOf(config);
    this.#line = new WaitingLine(name, config.queueTimeout);
    this.#warmUp = new WarmUp(config.slowStart);
    const announced = config.urls.filter(({ url }) => applicationOf(url) !== undefined);
    const places = config.urls.filter((one) => !announced.includes(one)).map(placeOf);
    const { resolve } = config;
    const named = resolve === undefined ? [] : places.filter(isNamed);
    this.#discoveries = named.map((place) => this.#discover(place, resolve as NonNullable<typeof resolve>));
    this.#unresolved = named.length + announced.length;
    const fixed = places.filter((place) => !named.includes(place));
    this.#addresses = fixed.map((place) => this.#create(place));
    this.#arrange();
  }

  /** How its addresses are, for people and programs. */
  get addresses(): readonly AddressStatus[] {
    return this.#addresses.map(({ url, state, isServing, isHealthy, breaker, pending }) => ({
      url,
      state,
      isServing,
      isHealthy,
      breaker: breaker.state,
      pending,
    }));
  }

  /** Begins to look names up and to check addresses; does nothing the second time. */
  watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    for (const discovery of this.#discoveries) discovery.start();
    for (const address of this.#addresses) this.#startCheck(address);
  }

  /** Writes to another log from now on. */
  reportTo(report: Reporter): void {
    this.#report = report;
  }

  /** Puts an address in or out of service by hand, until the next change of the configuration. False when there is no such address. */
  setState(url: string, state: AddressState): boolean {
    const address = this.#addresses.find((one) => one.url === url);
    if (address === undefined) return false;
    if (address.state !== state) {
      this.#report('notice', `${this.name}: ${url} is set to "${state}"`);
      address.state = state;
      if (state === 'up') this.#warmUp.begin(address);
      this.#arrange();
    }
    return true;
  }

  /** Gives the claimant an address, now or when there is room. `queue`: how many may wait. Throws when it cannot. */
  assign(claimant: Claimant, queue: number): void {
    const address = this.#line.isEmpty ? this.pick(claimant.exchange) : undefined;
    if (address !== undefined) {
      address.take();
      claimant.begin(address);
      return;
    }
    if (this.#serving.length === 0 && this.#ready === 0 && this.#unresolved === 0)
      throw new GateError(ERRORS.upstreamOut, this.name);
    this.#line.join(claimant, queue);
  }

  /** Another address, for a second attempt; the same one where `alone` allows it and there is no other. Undefined when nobody has room. */
  assignOther(exchange: Asker, besides: UpstreamAddress, alone: boolean): UpstreamAddress | undefined {
    const other = this.pick(exchange, besides);
    const address = other ?? (alone && besides.hasRoom ? besides : undefined);
    if (address !== undefined) address.take();
    return address;
  }

  /** The claimant is done with its address. */
  release(address: UpstreamAddress): void {
    address.pending--;
    if (!this.#line.isEmpty) this.#line.serve(this.#pick);
  }

  /** The places of an application this upstream stands for, whenever they change; requests wait for the first time. */
  announce(application: string, urls: readonly string[]): void {
    for (const written of this.config.urls) {
      if (applicationOf(written.url) !== application) continue;
      const known = this.#announced.get(application);
      if (known === undefined) this.#unresolved--;
      const places = urls.map((url) => placeOf({ ...written, url }));
      this.#announced.set(application, this.#replace(known ?? [], places, known === undefined));
      if (places.length === 0) this.#refuseWaiting();
    }
  }

  /** What each address of an application has been sent so far; those that are gone count until their last exchange is over. */
  get load(): readonly { readonly url: string; readonly begun: number; readonly pending: number }[] {
    const all = [...[...this.#announced.values()].flat(), ...this.#leaving];
    return all.map(({ url, begun, pending }) => ({ url, begun, pending }));
  }

  /** Keeps no idle connections that others may wait for: this process is about to end. */
  letGo(): void {
    for (const { dispatcher } of this.#addresses) if (dispatcher instanceof FastCgiPool) dispatcher.letGo();
  }

  /** Resolves when running and waiting exchanges are over. */
  async close(): Promise<void> {
    for (const discovery of this.#discoveries) discovery.stop();
    for (const check of this.#checks.values()) check.stop();
    await this.#line.empty();
    this.#warmUp.stop();
    await Promise.all(this.#addresses.map((address) => address.close()));
  }

  /** Whose turn it is; nobody is told yet. */
  pick(exchange: Asker, besides?: UpstreamAddress): UpstreamAddress | undefined {
    if (this.sticky !== undefined) {
      const bound = this.sticky.addressOf(exchange);
      if (bound !== undefined && bound !== besides && bound.takesSessions && bound.hasRoom) return bound;
    }
    if (this.#ready > 0 && besides === undefined) {
      const trial = this.#addresses.find((one) => one.breaker.state === 'ready' && one.state === 'up' && one.hasRoom);
      if (trial !== undefined) {
        trial.breaker.try();
        this.#ready--;
        return trial;
      }
    }
    const serving = this.#serving;
    if (serving.length !== 1) return this.#policy.pick(serving, exchange, besides);
    const only = serving[0] as UpstreamAddress;
    return only !== besides && only.hasRoom ? only : undefined;
  }

  readonly #pick = (exchange: Asker): UpstreamAddress | undefined => this.pick(exchange);

  #create(place: Place): UpstreamAddress {
    return new UpstreamAddress(this.name, place, this.config, this.#onBreaker);
  }

  readonly #onBreaker = (address: UpstreamAddress): void => {
    const { state } = address.breaker;
    if (state === 'open') this.#report('error', `${this.name}: ${address.url} is taken out, it fails too often`);
    if (state === 'closed') {
      this.#report('notice', `${this.name}: ${address.url} is back in service`);
      this.#warmUp.begin(address);
    }
    this.#arrange();
  };

  readonly #onCheck = (address: UpstreamAddress, isHealthy: boolean, reason: string): void => {
    address.isHealthy = isHealthy;
    if (isHealthy) {
      // A look at it says more than the failures before.
      if (address.breaker.state !== 'closed') address.breaker.close();
      else this.#warmUp.begin(address);
    }
    this.#report(
      isHealthy ? 'notice' : 'error',
      `${this.name}: ${address.url} is ${isHealthy ? 'healthy' : 'not healthy'}: ${reason}`,
    );
    this.#arrange();
  };

  /** Who serves now: what is up and well; the backups when nothing else is; and when nothing at all is, maybe everybody. */
  #arrange(): void {
    const usable = this.#addresses.filter((one) => one.isUsable);
    const first = usable.filter((one) => !one.place.isBackup);
    let serving = first.length > 0 ? first : usable;
    if (serving.length === 0 && this.config.breaker.whenAllOut === 'try')
      serving = this.#addresses.filter((one) => one.state === 'up');
    for (const address of this.#addresses) address.isServing = serving.includes(address);
    this.#serving = serving;
    this.#ready = this.#addresses.filter((one) => one.breaker.state === 'ready' && one.state === 'up').length;
    this.#policy.arrange?.(this.#addresses);
    this.sticky?.arrange(this.#addresses);
    if (!this.#line.isEmpty) this.#line.serve(this.#pick);
  }

  #startCheck(address: UpstreamAddress): void {
    const { health } = this.config;
    if (health === undefined) return;
    const check = new HealthCheck(address, this.config, health, this.#onCheck);
    this.#checks.set(address, check);
    check.start();
  }

  #discover(place: Place, config: NonNullable<UpstreamConfig['resolve']>): Discovery {
    let known: readonly UpstreamAddress[] = [];
    let isFirst = true;
    const once = (): void => {
      if (isFirst) this.#unresolved--;
      isFirst = false;
    };
    return new Discovery(
      place,
      config,
      (places) => {
        const isStart = isFirst;
        once();
        known = this.#replace(known, places, isStart);
      },
      (message) => {
        once();
        const kept = known.length === 0 ? 'there are no addresses yet' : 'the addresses found before stay';
        this.#report('error', `${this.name}: looking up ${message}; ${kept}`);
        if (known.length === 0) this.#refuseWaiting();
      },
    );
  }

  /** Addresses that are new join, those that are gone finish what they have. */
  #replace(known: readonly UpstreamAddress[], places: readonly Place[], isStart: boolean): readonly UpstreamAddress[] {
    const gone = known.filter((one) => !places.some((place) => isDeepStrictEqual(place, one.place)));
    const fresh = places.filter((place) => !known.some((one) => isDeepStrictEqual(place, one.place)));
    if (gone.length === 0 && fresh.length === 0) return known;
    const added = fresh.map((place) => this.#create(place));
    this.#addresses = [...this.#addresses.filter((one) => !gone.includes(one)), ...added];
    for (const address of added) {
      if (!isStart) this.#warmUp.begin(address);
      this.#startCheck(address);
    }
    this.#arrange();
    if (!isStart) {
      const names = (all: readonly UpstreamAddress[]): string => all.map(({ url }) => url).join(', ') || 'none';
      this.#report('notice', `${this.name}: new addresses: ${names(added)}; gone: ${names(gone)}`);
    }
    for (const address of gone) {
      this.#checks.get(address)?.stop();
      this.#checks.delete(address);
      this.#leaving.add(address);
      address
        .close()
        .catch((cause: unknown) => this.#report('error', `${this.name}: closing ${address.url}: ${String(cause)}`))
        .finally(() => this.#leaving.delete(address));
    }
    return [...known.filter((one) => !gone.includes(one)), ...added];
  }

  /** Nobody will serve those who wait for the first look-up. */
  #refuseWaiting(): void {
    if (this.#serving.length === 0 && this.#unresolved === 0) this.#line.refuseAll();
  }
}

function policyOf({ balance, hashBy }: UpstreamConfig): Policy {
  switch (balance) {
    case 'round_robin':
      return roundRobin;
    case 'least_busy':
      return leastBusy();
    case 'hash':
      return consistentHash(hashBy);
  }
}
