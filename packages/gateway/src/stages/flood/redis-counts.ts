import type { WindowLimit } from '../../config/sections/floods/windows.ts';
import type { FloodsConfig } from '../../config/sections/floods.ts';
import { RedisConnection, redisScript } from '../../stores/redis-connection.ts';
import { accountLimit } from './account.ts';
import type { Ban, BanReason } from './ban-list.ts';
import { FIRST_HOLD, principalKey } from './flood-counts.ts';
import type { Account, FloodStore, FloodVerdict, Hit } from './hit.ts';

/**
 * Looks for bans, counts in every window, and bans: one round trip, and nothing happens in between. Windows have 17 parts as in
 * `window-table.ts`, each a field of a hash; the clock is the server's, so that those of the machines do not matter.
 *
 * KEYS: for each limit the counter and the ban it leads to. ARGV: how many ban keys to look at first (they are the first KEYS),
 * then for each limit: window, requests, weight, length of the ban (all times in milliseconds), reason, and the longest ban where it
 * doubles with each further hit; 0 where it does not.
 * Answer: nothing, or { reason, milliseconds left, 1 when a ban begins now, place of the ban in KEYS or 0 }.
 */
const COUNT = redisScript(`
local bans = tonumber(ARGV[1])
for at = 1, bans do
  local reason = redis.call('GET', KEYS[at])
  if reason then return { reason, redis.call('PTTL', KEYS[at]), 0, at } end
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local answer = nil
local key, word = bans + 1, 2
while KEYS[key] do
  local window, limit = tonumber(ARGV[word]), tonumber(ARGV[word + 1])
  local part = math.floor(now * 16 / window)
  redis.call('HINCRBY', KEYS[key], part, ARGV[word + 2])
  redis.call('PEXPIRE', KEYS[key], math.ceil(window * 17 / 16))
  local fields, sum, old = redis.call('HGETALL', KEYS[key]), 0, {}
  for at = 1, #fields, 2 do
    if tonumber(fields[at]) > part - 17 then sum = sum + fields[at + 1] else old[#old + 1] = fields[at] end
  end
  if #old > 0 then redis.call('HDEL', KEYS[key], unpack(old)) end
  if sum > limit then
    local length, longest = tonumber(ARGV[word + 3]), tonumber(ARGV[word + 5])
    if longest > 0 then length = math.min(longest, length * 2 ^ math.min(sum - limit - 1, 30)) end
    local reason = string.gsub(ARGV[word + 4], '%%d', sum, 1)
    if length == 0 then
      redis.call('HINCRBY', KEYS[key], part, -ARGV[word + 2])
      if not answer then answer = { reason, window, 0, 0 } end
    elseif not answer or answer[3] == 0 then
      redis.call('SET', KEYS[key + 1], reason, 'PX', length)
      if longest == 0 then redis.call('DEL', KEYS[key]) end
      answer = { reason, length, 1, key + 1 }
    end
  end
  key, word = key + 2, word + 6
end
return answer
`);

/** Bans that a listing shows. */
const MAXIMUM_LISTED = 10_000;
const SCAN_STEP = 1000;

/**
 * Counts in Redis or Valkey, for the gates of several machines. Bans are remembered here too, so that a banned client costs no
 * round trip; one that is lifted elsewhere is noticed after a second.
 */
export class RedisCounts implements FloodStore {
  readonly description: string;
  readonly #config: FloodsConfig;
  readonly #connection: RedisConnection;
  readonly #known = new Map<string, Ban>();

  /** Connects in the background. Throws when the client library is not installed. */
  constructor(config: FloodsConfig, url: string) {
    this.#config = config;
    this.#connection = new RedisConnection({ url, timeout: config.store.timeout });
    this.description = this.#connection.description;
  }

  findBan(network: string, principal: string, now: number): FloodVerdict | undefined {
    if (this.#known.size === 0) return undefined;
    const ban = this.#known.get(network) ?? this.#known.get(principalKey(principal));
    if (ban === undefined) return undefined;
    if (now < Math.min(ban.until, ban.since + REMEMBERED)) {
      return { reason: ban.reason, until: ban.until, isNew: false };
    }
    this.#known.delete(ban.key);
    return undefined;
  }

  async count(hit: Hit): Promise<FloodVerdict | undefined> {
    const { network, principal, path, watchedPath, at } = hit;
    const config = this.#config;
    const of = principal === '' ? '' : principalKey(principal);
    const bans = of === '' ? [network] : [network, of];
    const limits: Counted[] = [];
    if (config.mode === 'window') {
      limits.push({ by: 'address', counter: network, ban: network, limit: config.address });
      limits.push({ by: 'path', counter: `${network} ${path}`, ban: network, limit: config.path });
      const watched = config.paths[watchedPath - 1];
      if (watched)
        limits.push({ by: watched.path, counter: `${network} ${watched.path}`, ban: network, limit: watched });
      if (of !== '') limits.push({ by: 'principal', counter: of, ban: of, limit: config.principal });
    }
    const counted = limits.filter(({ limit }) => limit.requests > 0);
    return this.#run(bans, counted, at);
  }

  async charge(account: Account, network: string, amount: number, at: number): Promise<FloodVerdict | undefined> {
    const { most, per, ban, text } = accountLimit(account, this.#config);
    if (most === 0) return undefined;
    const counter = `${network} ${account}`;
    const limit = { requests: most - 1, per };
    return this.#run([network], [{ by: account, counter, ban: network, limit, weight: amount, length: ban, text }], at);
  }

  async failLogin(network: string, user: string, at: number): Promise<FloodVerdict | undefined> {
    const { perClient, perUser, per, ban, longestHold } = this.#config.logins;
    const text = `%d failed logins in ${per / 1000} s`;
    const key = principalKey(user);
    if (perUser > 0 && user !== '') {
      const limit = { requests: perUser, per };
      const words = { by: 'logins', text: `%d failed logins of one user in ${per / 1000} s` };
      await this.#run(
        [],
        [{ ...words, counter: `${key} logins`, ban: key, limit, length: FIRST_HOLD, longest: longestHold }],
        at,
      );
    }
    if (perClient === 0) return undefined;
    const limit = { requests: perClient, per };
    return this.#run([], [{ by: 'logins', counter: `${network} logins`, ban: network, limit, length: ban, text }], at);
  }

  async ban(key: string, reason: BanReason, at: number, duration: number): Promise<FloodVerdict> {
    await this.#connection.send(
      'SET',
      this.#banKey(key),
      `${reason.by}\0${reason.text}`,
      'PX',
      String(Math.ceil(duration)),
    );
    return this.#remember(key, { reason, until: at + duration, isNew: true }, at);
  }

  async release(key: string): Promise<boolean> {
    this.#known.delete(key);
    const counters = ['', ' penalties', ' work', ' logins', ...this.#config.paths.map(({ path }) => ` ${path}`)];
    const removed = await this.#connection.send('DEL', this.#banKey(key));
    await this.#connection.send('DEL', ...counters.map((end) => `${this.#config.store.prefix}n:${key}${end}`));
    return removed === 1;
  }

  async list(at: number): Promise<readonly Ban[]> {
    const prefix = this.#banKey('');
    const found: Ban[] = [];
    let cursor = '0';
    do {
      const reply = await this.#connection.send(
        'SCAN',
        cursor,
        'MATCH',
        `${escapeGlob(prefix)}*`,
        'COUNT',
        String(SCAN_STEP),
      );
      const [next, keys] = reply as [Buffer, Buffer[]];
      cursor = next.toString('latin1');
      for (const name of keys) {
        const full = name.toString('latin1');
        const [text, left] = await Promise.all([
          this.#connection.send('GET', full),
          this.#connection.send('PTTL', full),
        ]);
        if (!Buffer.isBuffer(text) || typeof left !== 'number' || left < 0) continue;
        found.push({ key: full.slice(prefix.length), reason: reasonOf(text), since: at, until: at + left });
      }
    } while (cursor !== '0' && found.length < MAXIMUM_LISTED);
    return found;
  }

  /** Writes something that ends at once. */
  async probe(): Promise<void> {
    await this.#connection.send('SET', `${this.#config.store.prefix}probe`, '1', 'PX', '1');
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #run(bans: readonly string[], limits: readonly Counted[], at: number): Promise<FloodVerdict | undefined> {
    const { ban, store } = this.#config;
    const keys = bans.map((key) => this.#banKey(key));
    const words = [String(bans.length)];
    for (const { by, counter, ban: key, limit, weight = 1, length = ban, longest = 0, text } of limits) {
      keys.push(`${store.prefix}n:${counter}`, this.#banKey(key));
      const seconds = limit.per / 1000;
      const reason = text ?? `${by}: %d requests in ${seconds} s, and ${limit.requests} may be`;
      words.push(String(limit.per), String(limit.requests), String(weight), String(length), `${by}\0${reason}`);
      words.push(String(longest));
    }
    const reply = await this.#connection.run(COUNT, keys, words);
    if (!Array.isArray(reply)) return undefined;
    const [reason, left, isNew, place] = reply as [Buffer, number, number, number];
    const verdict = { reason: reasonOf(reason), until: at + left, isNew: isNew === 1 };
    const banned = keys[place - 1]?.slice(this.#banKey('').length);
    return banned === undefined ? verdict : this.#remember(banned, verdict, at);
  }

  #remember(key: string, verdict: FloodVerdict, at: number): FloodVerdict {
    if (this.#known.size >= this.#config.entries) this.#known.clear();
    this.#known.set(key, { key, reason: verdict.reason, since: at, until: verdict.until });
    return verdict;
  }

  #banKey(key: string): string {
    return `${this.#config.store.prefix}b:${key}`;
  }
}

/** How long a ban is taken for granted, in milliseconds. */
const REMEMBERED = 1000;

interface Counted {
  readonly by: string;
  readonly counter: string;
  /** Who is banned when it is too much. */
  readonly ban: string;
  readonly limit: WindowLimit;
  readonly weight?: number;
  readonly length?: number;
  /** The ban doubles with each further hit, up to this. */
  readonly longest?: number;
  /** Reason in words; `%d` is the count. */
  readonly text?: string;
}

function reasonOf(stored: Buffer): BanReason {
  const text = stored.toString('latin1');
  const end = text.indexOf('\0');
  return { by: text.slice(0, Math.max(0, end)), text: text.slice(end + 1) };
}

function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&');
}
