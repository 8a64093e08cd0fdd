import type { WindowLimit } from '../../config/sections/floods/windows.ts';
import type { FloodsConfig } from '../../config/sections/floods.ts';
import { accountLimit } from './account.ts';
import { type Ban, BanList, type BanReason } from './ban-list.ts';
import { EvasiveTable } from './evasive-table.ts';
import type { Account, FloodStore, FloodVerdict, Hit } from './hit.ts';
import { WindowTable } from './window-table.ts';

/** Bans that are remembered. */
const MAXIMUM_BANS = 10_000;
/** The first time logins of a user are held back, in milliseconds. */
export const FIRST_HOLD = 1000;

/**
 * The counts of one process, and what follows from them. It depends on nothing but its configuration and what it is told, in
 * its order: processes that are told the same know the same.
 */
export class FloodCounts implements FloodStore {
  readonly #bans = new BanList(MAXIMUM_BANS);
  readonly #config: FloodsConfig;
  readonly #address: WindowTable;
  readonly #path: WindowTable;
  readonly #paths: readonly WindowTable[];
  readonly #principal: WindowTable;
  readonly #accounts: Readonly<Record<Account, WindowTable>>;
  readonly #logins: WindowTable;
  readonly #evasive: EvasiveTable;

  constructor(config: FloodsConfig) {
    const { entries, evasive } = config;
    this.#config = config;
    this.#address = new WindowTable(config.address.per, entries);
    this.#path = new WindowTable(config.path.per, entries);
    this.#paths = config.paths.map(({ per }) => new WindowTable(per, entries));
    this.#principal = new WindowTable(config.principal.per, entries);
    this.#accounts = {
      penalties: new WindowTable(config.penalties.per, entries),
      work: new WindowTable(config.work.per, entries),
    };
    this.#logins = new WindowTable(config.logins.per, entries);
    this.#evasive = new EvasiveTable(evasive, entries);
  }

  /** The ban a client is under, by its address or by what it calls itself. */
  findBan(network: string, principal: string, now: number): FloodVerdict | undefined {
    if (this.#bans.size === 0) return undefined;
    const ban =
      this.#bans.find(network, now) ?? (principal === '' ? undefined : this.#bans.find(principalKey(principal), now));
    return ban && { reason: ban.reason, until: ban.until, isNew: false };
  }

  count(hit: Hit): FloodVerdict | undefined {
    const { network, principal, at } = hit;
    const banned = this.findBan(network, principal, at);
    if (banned !== undefined) return banned;
    switch (this.#config.mode) {
      case 'off':
        return undefined;
      case 'evasive':
        return this.#countEvasively(hit);
      case 'window':
        return this.#countWindows(hit);
    }
  }

  charge(account: Account, network: string, amount: number, at: number): FloodVerdict | undefined {
    const { most, ban, text } = accountLimit(account, this.#config);
    if (most === 0 || this.#bans.find(network, at) !== undefined) return undefined;
    const table = this.#accounts[account];
    const sum = table.hit(network, at, amount);
    if (sum < most) return undefined;
    table.clear(network);
    return this.ban(network, { by: account, text: text.replace('%d', String(sum)) }, at, ban);
  }

  failLogin(network: string, user: string, at: number): FloodVerdict | undefined {
    const { perClient, perUser, per, ban } = this.#config.logins;
    if (perUser > 0 && user !== '') {
      const key = principalKey(user);
      const count = this.#logins.hit(key, at);
      const reason = { by: 'logins', text: `${count} failed logins of one user in ${per / 1000} s` };
      if (count > perUser) this.ban(key, reason, at, holdAfter(count - perUser, this.#config.logins));
    }
    if (perClient === 0) return undefined;
    const count = this.#logins.hit(network, at);
    if (count <= perClient) return undefined;
    this.#logins.clear(network);
    return this.ban(network, { by: 'logins', text: `${count} failed logins in ${per / 1000} s` }, at, ban);
  }

  ban(key: string, reason: BanReason, at: number, duration: number): FloodVerdict {
    const until = at + duration;
    this.#bans.add({ key, reason, since: at, until });
    return { reason, until, isNew: true };
  }

  release(network: string): boolean {
    const isHeld = this.#evasive.release(network);
    const isBanned = this.#bans.remove(network);
    const { penalties, work } = this.#accounts;
    for (const table of [this.#address, penalties, work, this.#logins, ...this.#paths]) table.clear(network);
    return isBanned || isHeld;
  }

  list(at: number): readonly Ban[] {
    const period = this.#config.evasive.blockingPeriod * 1000;
    // Holds are kept in seconds of the wall clock, bans on the steady one.
    const sinceEpoch = Date.now() - at;
    const holds = this.#evasive.holds.map(([key, second]): Ban => {
      const since = second * 1000 - sinceEpoch;
      return { key, reason: { by: 'evasive', text: 'on hold' }, since, until: since + period };
    });
    return [...this.#bans.list(at), ...holds.filter(({ until }) => until > at)];
  }

  close(): void {}

  #countEvasively({ network, path, at, second }: Hit): FloodVerdict | undefined {
    const outcome = this.#evasive.hit(network, path, second);
    if (outcome === 'pass') return undefined;
    const { pageCount, pageInterval, siteCount, siteInterval, blockingPeriod } = this.#config.evasive;
    const text =
      outcome === 'site'
        ? `DOSSiteCount ${siteCount} in DOSSiteInterval ${siteInterval}`
        : `DOSPageCount ${pageCount} in DOSPageInterval ${pageInterval}`;
    const reason = { by: outcome, text: outcome === 'hold' ? 'on hold' : text };
    return { reason, until: at + blockingPeriod * 1000, isNew: outcome !== 'hold' };
  }

  #countWindows({ network, path, watchedPath, principal, at }: Hit): FloodVerdict | undefined {
    const config = this.#config;
    // Every limit counts every request, so that what one refuses is not free for the others.
    const bans = config.ban > 0;
    const ofAddress = over(this.#address, network, config.address, at, bans);
    const ofPath = over(this.#path, network + path, config.path, at, bans);
    const watched = config.paths[watchedPath - 1];
    const table = this.#paths[watchedPath - 1];
    const ofWatched = watched && table && over(table, network, watched, at, bans);
    const ofPrincipal = principal === '' ? undefined : over(this.#principal, principal, config.principal, at, bans);
    if (ofAddress !== undefined) return this.#refuse(network, 'address', ofAddress, config.address, at);
    if (ofPath !== undefined) return this.#refuse(network, 'path', ofPath, config.path, at);
    if (ofWatched !== undefined)
      return this.#refuse(network, watched?.path ?? '', ofWatched, watched as WindowLimit, at);
    if (ofPrincipal === undefined) return undefined;
    return this.#refuse(principalKey(principal), 'principal', ofPrincipal, config.principal, at);
  }

  #refuse(key: string, by: string, count: number, { requests, per }: WindowLimit, at: number): FloodVerdict {
    const reason = { by, text: `${by}: ${count} requests in ${per / 1000} s, and ${requests} may be` };
    if (this.#config.ban > 0) return this.ban(key, reason, at, this.#config.ban);
    return { reason, until: at + per, isNew: false };
  }
}

/** The count when it is over the limit. Without a ban what is refused does not count, so that the limit is what gets through. */
function over(
  table: WindowTable,
  key: string,
  { requests }: WindowLimit,
  at: number,
  bans: boolean,
): number | undefined {
  if (requests === 0) return undefined;
  const count = table.hit(key, at);
  if (count <= requests) return undefined;
  if (!bans) table.takeBack(key);
  return count;
}

/** Milliseconds for which logins of a user are held back: a second, and twice as long with each failure. */
function holdAfter(failures: number, { longestHold }: FloodsConfig['logins']): number {
  return Math.min(longestHold, FIRST_HOLD * 2 ** Math.min(failures - 1, 30));
}

export function principalKey(principal: string): string {
  return `principal:${Buffer.from(principal, 'latin1').toString('hex')}`;
}
