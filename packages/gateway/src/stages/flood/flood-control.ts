import type { FloodsConfig } from '../../config/sections/floods.ts';
import { ERRORS, type ErrorKind, GateError } from '../../errors.ts';
import { clientNetwork } from '../../listener/client-network.ts';
import type { MalformedRequest } from '../../listener/malformed-request.ts';
import { type Networks, networksOf } from '../../listener/networks.ts';
import type { ClientAddress, LogLevel } from '../../logs/index.ts';
import type { Exchange } from '../../proxy/exchange.ts';
import { isBelow } from '../../proxy/route.ts';
import type { BanReason } from './ban-list.ts';
import { FloodCounts } from './flood-counts.ts';
import type { Account, FloodStore, FloodVerdict, Hit } from './hit.ts';
import { FloodHooks } from './hooks.ts';
import { loginHash, PathHash, principalOf, randomSeed } from './keys.ts';
import { NftablesSet } from './nftables-set.ts';
import { RedisCounts } from './redis-counts.ts';
import { SharedCounts } from './shared-counts.ts';
import { SteadyCounts } from './steady-counts.ts';
import { steadyTime } from './steady-time.ts';
import { UnchargedWork } from './uncharged-work.ts';

export interface FloodOptions {
  readonly config: FloodsConfig;
  /** Where processes count together; undefined: this one counts alone. */
  readonly folder: string | undefined;
  readonly say: (level: LogLevel, line: string) => void;
  /** Milliseconds; the same for all processes of the machine. */
  readonly now?: () => number;
}

/** A ban as people see it. */
export interface ListedBan {
  readonly address: string;
  readonly by: string;
  readonly reason: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly until: number;
}

/** What a refusal that is only observed is noted for. */
type Subject = Pick<Exchange | MalformedRequest, 'note'>;

/** Has a line of its own already. */
const SILENT: Subject = { note: () => '' };

/** Milliseconds between two looks at what other processes have written. */
const CATCH_UP_INTERVAL = 1000;

/** Flood control of one process: who is counted, who is banned, who is told. */
export class FloodControl {
  readonly config: FloodsConfig;
  readonly folder: string | undefined;
  readonly #store: FloodStore;
  readonly #shared: SharedCounts | undefined;
  readonly #allowed: Networks;
  readonly #seed: string;
  readonly #paths: PathHash;
  readonly #hooks: FloodHooks;
  readonly #nftables: NftablesSet | undefined;
  /** Where lines go; a reload may have changed it. */
  say: FloodOptions['say'];
  readonly #now: () => number;
  readonly #uncharged: UnchargedWork;
  readonly #points: ReadonlyMap<number, number>;
  readonly #timer: NodeJS.Timeout | undefined;

  /** Throws when the folder or the client library of the store cannot be used. */
  constructor({ config, folder, say, now = steadyTime }: FloodOptions) {
    this.config = config;
    this.folder = folder;
    this.say = say;
    this.#now = now;
    this.#allowed = networksOf(config.allow);
    const onTrouble = (reason: string): void =>
      this.say('error', `processes of this gate no longer count together: ${reason}; each counts for itself`);
    this.#shared = folder === undefined ? undefined : new SharedCounts({ config, folder, now, onTrouble });
    const local = this.#shared ?? new FloodCounts(config);
    this.#store = storeOf(config, local, (level, line) => this.say(level, line));
    // Gates of several machines must agree on the keys they count under.
    this.#seed = config.store.url !== undefined ? COMMON_SEED : (this.#shared?.seed ?? randomSeed());
    this.#paths = new PathHash(this.#seed);
    this.#hooks = new FloodHooks(config.hooks, (line) => this.say('error', `hook of a ban: ${line}`));
    const { nftables } = config.hooks;
    this.#nftables =
      nftables === undefined
        ? undefined
        : new NftablesSet({
            path: nftables,
            list: () => this.#store.list(this.#now()),
            now,
            onTrouble: (reason) => this.say('error', reason),
          });
    this.#uncharged = new UnchargedWork(config.work.time, config.entries);
    this.#points = new Map([...config.penalties.status].map(([status, points]) => [Number(status), points]));
    if (this.#shared !== undefined) {
      const shared = this.#shared;
      this.#timer = setInterval(() => shared.catchUp(), CATCH_UP_INTERVAL).unref();
    }
  }

  /** Counts a request. Throws, or rejects, with the refusal. */
  admit(exchange: Exchange): void | Promise<void> {
    const { config } = this;
    const { address } = exchange.client;
    if (this.#allowed.contains(address)) return undefined;
    const path = exchange.head.target?.path ?? exchange.request.url ?? '';
    return this.#admit(exchange, clientNetwork(address), path, principalOf(exchange, config.principal, this.#seed));
  }

  /** The same for a request that the parser refused: who sends nothing else is a flood too. */
  admitMalformed(request: MalformedRequest): void | Promise<void> {
    const { address } = request.client;
    return this.#allowed.contains(address) ? undefined : this.#admit(request, clientNetwork(address), request.path, '');
  }

  /**
   * Counts what was no request at all, such as a stream of HTTP/2 with forbidden fields. Whether its client is to be refused; where
   * counting takes a while only later requests are.
   */
  isFloodedBy(address: string): boolean {
    if (this.#allowed.contains(address)) return false;
    try {
      const counted = this.#admit(SILENT, clientNetwork(address), '', '');
      counted?.catch(() => {});
      return false;
    } catch {
      return true;
    }
  }

  #admit(subject: Subject, network: string, path: string, principal: string): void | Promise<void> {
    const { config } = this;
    const at = this.#now();
    if (config.mode !== 'evasive') {
      const banned = this.#store.findBan(network, principal, at);
      if (banned !== undefined) return this.#refuse(subject, network, banned, at);
    }
    if (config.mode === 'off') return undefined;
    if (config.exceptPaths.some((prefix) => isBelow(path, prefix))) return undefined;
    const hit: Hit = {
      network,
      path: this.#paths.of(path),
      watchedPath: config.paths.findIndex(({ path: prefix }) => isBelow(path, prefix)) + 1,
      principal,
      at,
      second: Math.floor(Date.now() / 1000),
    };
    const verdict = this.#store.count(hit);
    if (!(verdict instanceof Promise)) return verdict && this.#refuse(subject, network, verdict, at);
    return verdict.then(
      (one) => one && this.#refuse(subject, network, one, at),
      (cause: unknown) => {
        throw new GateError(ERRORS.floodStoreAway, undefined, cause);
      },
    );
  }

  /** Seconds for which a client must not log in as a user; undefined: it may. `user`: byte string. */
  loginHold(address: string, user: string): number | undefined {
    if (this.config.observe || this.#allowed.contains(address)) return undefined;
    const at = this.#now();
    const held = this.#store.findBan(clientNetwork(address), loginHash(user, this.#seed), at);
    return held && Math.max(1, Math.ceil((held.until - at) / 1000));
  }

  /** Counts a failed login of a client, and of a user where the name is known. The request itself has been refused already. */
  loginFailed(address: string, user: string | undefined): void {
    if (this.#allowed.contains(address)) return;
    const network = clientNetwork(address);
    const failed = this.#store.failLogin(network, user === undefined ? '' : loginHash(user, this.#seed), this.#now());
    const act = (one: FloodVerdict | undefined): void => {
      if (one?.isNew) this.#began(network, one, this.#now());
    };
    if (failed instanceof Promise) failed.then(act, () => {});
    else act(failed);
  }

  /** Adds up the points of an exchange that is over. */
  settle({ client, decidedBy, status }: Pick<Exchange | MalformedRequest, 'client' | 'decidedBy' | 'status'>): void {
    const { penalties } = this.config;
    if (penalties.points === 0 || decidedBy?.stage === 'flood') return;
    const refused = decidedBy?.stage === 'waf' ? penalties.refused : 0;
    const points = refused + (this.#points.get(status) ?? 0);
    if (points > 0 && !this.#allowed.contains(client.address)) {
      this.#charge('penalties', clientNetwork(client.address), points);
    }
  }

  /** Adds what the rules have worked for a client: so many microseconds more. */
  chargeWork({ address }: ClientAddress, microseconds: number): void {
    const { mode, work } = this.config;
    if (mode === 'off' || work.time === 0 || microseconds <= 0 || this.#allowed.contains(address)) return;
    const network = clientNetwork(address);
    const milliseconds = this.#uncharged.add(network, microseconds);
    if (milliseconds > 0) this.#charge('work', network, milliseconds);
  }

  /** Between two turns of the rules, and before long ones: throws the refusal when the client was banned meanwhile. */
  reconsider(exchange: Exchange): void {
    const { address } = exchange.client;
    if (this.config.mode === 'off' || this.#allowed.contains(address)) return;
    const network = clientNetwork(address);
    const at = this.#now();
    const banned = this.#store.findBan(network, '', at);
    if (banned !== undefined && !this.config.observe) this.#refuse(exchange, network, banned, at);
  }

  /** Whether a client is on the list of those that nothing is held against. */
  isAllowed(address: string): boolean {
    return this.#allowed.contains(address);
  }

  async list(): Promise<readonly ListedBan[]> {
    const now = this.#now();
    const sinceEpoch = Date.now() - now;
    return (await this.#store.list(now)).map(({ key, reason, since, until }) => ({
      address: key,
      by: reason.by,
      reason: reason.text,
      since: Math.round(since + sinceEpoch),
      until: Math.round(until + sinceEpoch),
    }));
  }

  /** Bans an address, with its /64 in IPv6, for so many milliseconds. */
  async add(address: string, milliseconds: number, text: string): Promise<void> {
    const network = clientNetwork(address);
    const at = this.#now();
    this.#began(network, await this.#store.ban(network, { by: 'manual', text }, at, milliseconds), at);
  }

  /** Bans an address again that was banned by hand before this process began, where no ban is in force; `until`: since the epoch. */
  async restore(address: string, until: number, text: string): Promise<void> {
    const network = clientNetwork(address);
    const at = this.#now();
    const left = until - Date.now();
    if (left <= 0 || this.#store.findBan(network, '', at) !== undefined) return;
    await this.#store.ban(network, { by: 'manual', text }, at, left);
    this.say('notice', `${network} stays banned for ${Math.ceil(left / 1000)} s: ${text}`);
    // Hooks were called when it began; the list is written anew with each start.
    this.#nftables?.changed();
  }

  /** `address` may also be what a listing shows. False when it was not banned. */
  async remove(address: string): Promise<boolean> {
    const key = address.endsWith('::/64') || address.startsWith('principal:') ? address : clientNetwork(address);
    const wasBanned = await this.#store.release(key, this.#now());
    this.#nftables?.changed();
    return wasBanned;
  }

  /** Takes over the bans of the control that was in force before; counts begin at nothing. */
  async inherit(earlier: FloodControl): Promise<void> {
    const now = this.#now();
    if (this.#shared !== undefined || this.config.store.url !== undefined) return;
    for (const { key, reason, until } of await earlier.#store.list(now))
      await this.#store.ban(key, reason, now, until - now);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#hooks.close();
    await this.#nftables?.close();
    await this.#store.close();
  }

  #charge(account: Account, network: string, amount: number): void {
    const verdict = this.#store.charge(account, network, amount, this.#now());
    const act = (one: FloodVerdict | undefined): void => {
      if (one?.isNew) this.#began(network, one, this.#now());
    };
    if (verdict instanceof Promise) verdict.then(act, () => {});
    else act(verdict);
  }

  #refuse(subject: Subject, network: string, verdict: FloodVerdict, at: number): void {
    if (verdict.isNew) this.#began(network, verdict, at);
    const { reason, until } = verdict;
    if (this.config.observe) {
      subject.note('info', `would refuse: ${reason.text}`);
      return;
    }
    throw new GateError(this.#kindOf(reason), reason.text).withRetryAfter(Math.max(1, Math.ceil((until - at) / 1000)));
  }

  #kindOf({ by }: BanReason): ErrorKind {
    const { action, status } = this.config;
    const kind = by === 'work' ? ERRORS.overworked : ERRORS.flooded;
    if (action === 'deny') return { ...kind, status };
    return by === 'work' ? { ...kind, isSilent: true } : ERRORS.floodDropped;
  }

  #began(network: string, { reason, until }: FloodVerdict, at: number): void {
    const key = reason.by === 'principal' ? `${network} (principal)` : network;
    const seconds = Math.ceil((until - at) / 1000);
    const verb = this.config.observe ? 'would be banned' : 'banned';
    this.say('warn', `${key} ${verb} for ${seconds} s: ${reason.text}`);
    if (this.config.observe) return;
    this.#hooks.began({ key: network, reason }, until - at);
    this.#nftables?.changed();
  }
}

/** Nobody outside of the store sees the keys, and a collision there would only join the counts of two paths of one client. */
const COMMON_SEED = '73616c6c79706f7274206b6579732031';

function storeOf(config: FloodsConfig, local: FloodStore, say: FloodOptions['say']): FloodStore {
  const { url, whenAway } = config.store;
  if (url === undefined) return local;
  return new SteadyCounts({ remote: new RedisCounts(config, url), local, whenAway, say });
}
