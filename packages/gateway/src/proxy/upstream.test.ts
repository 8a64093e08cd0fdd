import { setImmediate as behindSockets } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parseConfig } from '../config/load.ts';
import { GateError } from '../errors.ts';
import type { UpstreamAddress } from './balance/address.ts';
import type { Asker } from './balance/asker.ts';
import type { Claimant } from './balance/waiting-line.ts';
import { Upstream } from './upstream.ts';

function upstream(written: string, lines: string[] = []): Upstream {
  const { config, mistakes } = parseConfig(`upstreams: { app: { ${written} } }`, 'gate.yaml', {});
  if (config === undefined) throw new Error(mistakes.map(({ message }) => message).join('; '));
  const one = new Upstream('app', config.upstreams.get('app') as never, (_level, line) => lines.push(line));
  onTestFinished(() => one.close());
  return one;
}

interface Wish {
  readonly address?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a request shows of itself. Only what balancing reads is there. */
function asker({ address = '192.0.2.1', path = '/', headers = {} }: Wish = {}): Asker & { isClientGone: boolean } {
  const head = {
    lowerNames: Object.keys(headers),
    names: Object.keys(headers),
    values: Object.values(headers),
    target: { pathAndQuery: path },
  };
  return { client: { address }, head: head as never, scheme: 'http', isClientGone: false };
}

/** The last letter of the address chosen, one for each of `count` requests that stay. */
function turns(one: Upstream, count: number, wish?: (at: number) => Wish): string {
  let chosen = '';
  for (let at = 0; at < count; at++) {
    const address = one.pick(asker(wish?.(at)));
    if (address !== undefined) address.pending++;
    chosen += address?.url.at(-1) ?? '-';
  }
  return chosen;
}

const three = 'urls: ["http://a", "http://b", "http://c"]';

function count(text: string, letter: string): number {
  return text.split(letter).length - 1;
}

function breakOpen(address: UpstreamAddress | undefined): void {
  for (let failures = 0; failures < 5; failures++) address?.breaker.failed(address.breaker.epoch);
}

/** Takes out the address of that name. */
function fell(one: Upstream, url: string): void {
  const found = new Set<UpstreamAddress>();
  for (let tries = 0; tries < 20; tries++) {
    const address = one.pick(asker({ address: String(tries) }));
    if (address !== undefined) found.add(address);
  }
  breakOpen([...found].find((address) => address.url === url));
}

describe('round robin', () => {
  it.each([
    [three, 'abcabc'],
    ['urls: [{ url: "http://a", weight: 5 }, "http://b", "http://c"]', 'aabacaaaabacaa'],
    ['urls: [{ url: "http://a", weight: 3 }, "http://b"]', 'aabaaaba'],
    ['urls: "http://a"', 'aaa'],
    ['urls: [{ url: "http://a", state: down }, "http://b"]', 'bbb'],
    ['urls: [{ url: "http://a", state: drain }, "http://b"]', 'bbb'],
    ['urls: [{ url: "http://a", backup: true }, "http://b"]', 'bbb'],
    ['connections: 1, urls: ["http://a", "http://b"]', 'ab--'],
  ])('%s: %s', (written, expected) => {
    expect(turns(upstream(written), expected.length)).toBe(expected);
  });
});

describe('least busy', () => {
  it('goes to who has the fewest for its weight', () => {
    expect([...turns(upstream(`balance: least_busy, ${three}`), 6)].sort().join('')).toBe('aabbcc');
    const weighted = turns(upstream('balance: least_busy, urls: [{ url: "http://a", weight: 2 }, "http://b"]'), 30);
    expect(count(weighted, 'a')).toBe(20);
  });
});

describe('consistent hash', () => {
  const hash = `balance: hash, ${three}`;

  it.each<[by: string, same: Wish, others: (at: number) => Wish]>([
    ['address', { address: '::1', path: '/x' }, (at) => ({ address: `192.0.2.${at}` })],
    ['uri', { path: '/a', address: '1' }, (at) => ({ path: `/${at}` })],
    ['header:X-User', { headers: { 'x-user': 'eve' } }, (at) => ({ headers: { 'x-user': String(at) } })],
    ['cookie:id', { headers: { cookie: 'a=1; id=7' } }, (at) => ({ headers: { cookie: `id=${at}` } })],
  ])('by %s: the same key goes to the same address, others are spread', (by, same, others) => {
    const one = upstream(`${hash}, hash_by: "${by}"`);
    const first = one.pick(asker(same));
    for (let tries = 0; tries < 20; tries++) expect(one.pick(asker(same))).toBe(first);
    const spread = [...Array(300).keys()].map((at) => one.pick(asker(others(at)))?.url.at(-1)).join('');
    for (const letter of 'abc') expect(count(spread, letter)).toBeGreaterThan(60);
  });

  it('an address that goes takes only its own keys away', () => {
    fc.assert(
      fc.property(fc.array(fc.ipV4(), { minLength: 1, maxLength: 50 }), (addresses) => {
        const whole = upstream(hash);
        const without = upstream(`balance: hash, urls: ["http://a", { url: "http://b", state: down }, "http://c"]`);
        for (const address of addresses) {
          const before = whole.pick(asker({ address }))?.url;
          if (before !== 'http://b') expect(without.pick(asker({ address }))?.url).toBe(before);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('one key alone does not drown an address', () => {
    const chosen = turns(upstream(hash), 60, () => ({ address: '::1' }));
    for (const letter of 'abc') expect(count(chosen, letter)).toBeLessThanOrEqual(Math.ceil((1.25 * 60) / 3));
  });
});

describe('addresses that fail', () => {
  it('get nothing; backups help out when nobody else is left', () => {
    const lines: string[] = [];
    const one = upstream('urls: ["http://a", "http://b", { url: "http://c", backup: true }]', lines);
    fell(one, 'http://a');
    expect(turns(one, 3)).toBe('bbb');
    fell(one, 'http://b');
    expect(turns(one, 3)).toBe('ccc');
    expect(lines[0]).toBe('app: http://a is taken out, it fails too often');
  });

  it('are used all the same when all are out, unless that is not wanted', () => {
    const tried = upstream('urls: "http://a"');
    breakOpen(tried.pick(asker()));
    expect(turns(tried, 2)).toBe('aa');
    const refused = upstream('urls: "http://a", breaker: { when_all_out: refuse }');
    breakOpen(refused.pick(asker()));
    expect(turns(refused, 2)).toBe('--');
    expect(() => refused.assign(claimant(asker()), 10)).toThrow('no address of the application is in service');
  });

  it('get one request for a trial, and come back when it succeeds', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const one = upstream('urls: ["http://a", "http://b"], breaker: { pause: 1 s }');
    fell(one, 'http://a');
    expect(turns(one, 3)).toBe('bbb');
    vi.advanceTimersByTime(1000);
    const trial = one.pick(asker());
    expect(trial?.url).toBe('http://a');
    expect(turns(one, 3)).toBe('bbb');
    trial?.breaker.succeeded(trial.breaker.epoch);
    expect([...turns(one, 4)].sort().join('')).toBe('aabb');
  });

  it('come back slowly where that is wanted', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const one = upstream('urls: ["http://a", "http://b"], connections: 1000, slow_start: 10 s');
    one.setState('http://a', 'down');
    one.setState('http://a', 'up');
    const cold = count(turns(one, 100), 'a');
    expect(cold).toBeLessThan(15);
    vi.advanceTimersByTime(5000);
    const warmer = count(turns(one, 100), 'a');
    expect(warmer).toBeGreaterThan(25);
    vi.advanceTimersByTime(6000);
    expect(count(turns(one, 100), 'a')).toBe(50);
  });
});

describe('sticky sessions', () => {
  const sticky = `${three}, sticky: { cookie: way, secret: "0123456789abcdef" }`;

  function cookieOf(one: Upstream, address: UpstreamAddress | undefined): string {
    return /^way=([^;]+)/.exec(one.sticky?.cookieFor(address as UpstreamAddress, asker()) ?? '')?.[1] ?? '';
  }

  it('the cookie leads back and tells nothing', () => {
    const one = upstream(sticky);
    for (const expected of 'abc') {
      const address = one.pick(asker());
      const value = cookieOf(one, address);
      expect(value).toMatch(/^[\w-]{16}$/);
      const bound = asker({ headers: { cookie: `x=1; way=${value}` } });
      for (let tries = 0; tries < 4; tries++) expect(one.pick(bound)?.url.at(-1)).toBe(expected);
      expect(one.sticky?.cookieFor(address as UpstreamAddress, bound)).toBeUndefined();
    }
    expect(one.sticky?.cookieFor(one.pick(asker()) as UpstreamAddress, { ...asker(), scheme: 'https' })).toMatch(
      /^way=[\w-]{16}; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
    );
  });

  it('another secret makes other values; made-up ones are ignored', () => {
    const one = upstream(sticky);
    const other = upstream(sticky.replace('0123', '4567'));
    const value = cookieOf(one, one.pick(asker()));
    expect(cookieOf(other, other.pick(asker()))).not.toBe(value);
    expect(turns(other, 3, () => ({ headers: { cookie: `way=${value}` } }))).toBe('bca');
  });

  it('a draining address keeps its sessions, one that is down or failing does not', () => {
    const one = upstream(sticky);
    const address = one.pick(asker());
    const bound = asker({ headers: { cookie: `way=${cookieOf(one, address)}` } });
    one.setState('http://a', 'drain');
    expect(one.pick(bound)).toBe(address);
    expect(turns(one, 4)).not.toContain('a');
    one.setState('http://a', 'down');
    expect(one.pick(bound)).not.toBe(address);
    one.setState('http://a', 'up');
    breakOpen(address);
    expect(one.pick(bound)).not.toBe(address);
    expect(one.setState('http://z', 'up')).toBe(false);
  });
});

function claimant(exchange: Claimant['exchange'], log: string[] = []): Claimant {
  return {
    exchange,
    begin: (address) => log.push(address.url),
    refuse: (error) => log.push(error.kind.code),
  };
}

/** Three may wait for the one connection there is. */
function line(one: Upstream): {
  readonly log: readonly string[];
  join(name: string): { isClientGone: boolean };
  release(): void;
} {
  const log: string[] = [];
  let given: UpstreamAddress | undefined;
  return {
    log,
    join: (name) => {
      const exchange = asker();
      const begin = (address: UpstreamAddress): void => {
        log.push(name);
        given = address;
      };
      one.assign({ ...claimant(exchange), exchange, begin }, 3);
      return exchange;
    },
    release: () => one.release(given as UpstreamAddress),
  };
}

describe('waiting for a connection', () => {
  it('who came first is served first; who has left is passed over', () => {
    const one = upstream('urls: "http://a", connections: 1');
    const { log, join, release } = line(one);
    join('first');
    join('second');
    const gone = join('gone');
    join('third');
    expect(log).toEqual(['first']);
    expect(() => join('too many')).toThrow(GateError);
    gone.isClientGone = true;
    release();
    expect(log).toEqual(['first', 'second']);
    release();
    expect(log).toEqual(['first', 'second', 'third']);
    release();
    expect(one.addresses[0]?.pending).toBe(0);
  });

  it('who has left takes no place from those who come', () => {
    const { log, join, release } = line(upstream('urls: "http://a", connections: 1'));
    join('first');
    join('second');
    join('gone').isClientGone = true;
    join('third');
    join('fourth');
    expect(() => join('too many')).toThrow(GateError);
    for (let times = 0; times < 4; times++) release();
    expect(log).toEqual(['first', 'second', 'third', 'fourth']);
  });

  it('not longer than so long', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const one = upstream('urls: "http://a", connections: 1, queue_timeout: 2 s');
    const log: string[] = [];
    one.assign(claimant(asker(), log), 5);
    one.assign(claimant(asker(), log), 5);
    // The clock runs out, and what has come by then is read.
    vi.advanceTimersByTime(2010);
    expect(log).toEqual(['http://a', 'SP2008']);
  });

  it('not in vain, where an answer that makes room came while the gate stood still', async () => {
    const { log, join, release } = line(upstream('urls: "http://a", connections: 1, queue_timeout: 20 ms'));
    join('first');
    join('second');
    // From here on timers come first, and what has come of sockets behind them.
    await behindSockets();
    for (const until = performance.now() + 60; performance.now() < until; );
    await behindSockets();
    release();
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(log).toEqual(['first', 'second']);
  });
});
