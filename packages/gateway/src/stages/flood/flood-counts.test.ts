import { describe, expect, it } from 'vitest';
import { defaultsOf } from '../../config/field.ts';
import { type FloodsConfig, floods } from '../../config/sections/floods.ts';
import { FloodCounts } from './flood-counts.ts';
import type { Hit } from './hit.ts';

const DEFAULTS: FloodsConfig = defaultsOf(floods);

function hit(at: number, more: Partial<Hit> = {}): Hit {
  return {
    network: '192.0.2.1',
    path: 'pathhash',
    watchedPath: 0,
    principal: '',
    at,
    second: Math.floor(at / 1000),
    ...more,
  };
}

/** Hits at even distances; gives how many came through, and when the first was refused. */
function flood(
  counts: FloodCounts,
  perSecond: number,
  seconds: number,
  more?: Partial<Hit>,
): { passed: number; refusedAt: number } {
  let passed = 0;
  let refusedAt = Number.POSITIVE_INFINITY;
  for (let number = 0; number < perSecond * seconds; number++) {
    const at = (number * 1000) / perSecond;
    if (counts.count(hit(at, more)) === undefined) passed++;
    else refusedAt = Math.min(refusedAt, at);
  }
  return { passed, refusedAt };
}

describe('limits as they are without a configuration', () => {
  it('100 requests a second for one page: banned in less than a second', () => {
    const counts = new FloodCounts(DEFAULTS);
    expect(flood(counts, 100, 10)).toEqual({ passed: 50, refusedAt: 500 });
    expect(counts.list(1000)).toMatchObject([{ key: '192.0.2.1', reason: { by: 'path' }, since: 500, until: 60_500 }]);
  });

  it('a request every two seconds: never, in a whole day', () => {
    expect(flood(new FloodCounts(DEFAULTS), 0.5, 86_400).passed).toBe(43_200);
  });

  it('a page with a hundred parts, again and again: never', () => {
    const counts = new FloodCounts(DEFAULTS);
    for (let load = 0; load < 20; load++) {
      for (let part = 0; part < 100; part++) {
        expect(counts.count(hit(load * 3000 + part, { path: `part ${part}` }))).toBeUndefined();
      }
    }
  });

  it('300 requests a second for ever other pages: banned in 10 seconds', () => {
    const counts = new FloodCounts(DEFAULTS);
    let number = 0;
    while (counts.count(hit(number * (1000 / 300), { path: String(number) })) === undefined) number++;
    expect(number).toBe(2000);
  });
});

describe('limits', () => {
  const limit = (requests: number, per = 1000) => ({ requests, per });

  it.each([
    [
      'of a principal, from many addresses',
      { principal: { ...DEFAULTS.principal, ...limit(3) } },
      (at: number) => hit(at, { principal: 'someone!', network: `192.0.2.${at}`, path: String(at) }),
      'principal',
    ],
    [
      'of a watched path',
      {
        paths: [
          { path: '/a', ...limit(1) },
          { path: '/login', ...limit(3) },
        ],
      },
      (at: number) => hit(at, { watchedPath: 2, path: String(at) }),
      '/login',
    ],
    ['of an address', { address: limit(3) }, (at: number) => hit(at, { path: String(at) }), 'address'],
  ] as const)('%s', (_name, config, make, by) => {
    const counts = new FloodCounts({ ...DEFAULTS, ...config });
    const verdicts = [0, 1, 2, 3, 4].map((at) => counts.count(make(at)));
    expect(verdicts.map((one) => one?.reason.by)).toEqual([undefined, undefined, undefined, by, by]);
    expect(verdicts.map((one) => one?.isNew)).toEqual([undefined, undefined, undefined, true, false]);
  });

  it('without a ban only what is over the limit is refused, and does not count', () => {
    const counts = new FloodCounts({ ...DEFAULTS, ban: 0, path: limit(10) });
    const { passed } = flood(counts, 100, 10);
    // 10 in each window of 1 to 1 1/16 s.
    expect(passed).toBeGreaterThanOrEqual(94);
    expect(passed).toBeLessThanOrEqual(100);
    expect(counts.list(10_000)).toEqual([]);
  });

  it('a ban ends, and the limit holds again', () => {
    const counts = new FloodCounts({ ...DEFAULTS, ban: 5000, path: limit(2) });
    const passed = (at: number): boolean => counts.count(hit(at)) === undefined;
    expect([0, 1, 2, 3, 5001].map(passed)).toEqual([true, true, false, false, false]);
    expect([5002, 5003, 5004].map(passed)).toEqual([true, true, false]);
  });

  it('penalty points lead to a ban', () => {
    const counts = new FloodCounts({ ...DEFAULTS, penalties: { ...DEFAULTS.penalties, points: 10 } });
    expect(counts.charge('penalties', '192.0.2.1', 6, 0)).toBeUndefined();
    expect(counts.count(hit(1))).toBeUndefined();
    expect(counts.charge('penalties', '192.0.2.1', 6, 2)).toMatchObject({
      isNew: true,
      until: 600_002,
      reason: { by: 'penalties' },
    });
    expect(counts.count(hit(3))).toMatchObject({ isNew: false });
    expect(counts.charge('penalties', '192.0.2.1', 50, 4)).toBeUndefined();
  });

  it('work of the rules leads to a ban of its own length, within its window', () => {
    const counts = new FloodCounts({ ...DEFAULTS, work: { time: 1000, per: 16_000, ban: 5000 } });
    expect(counts.charge('work', '192.0.2.1', 999, 0)).toBeUndefined();
    expect(counts.charge('work', '192.0.2.1', 999, 17_000)).toBeUndefined();
    expect(counts.charge('work', '192.0.2.2', 999, 17_000)).toBeUndefined();
    expect(counts.charge('work', '192.0.2.1', 1, 17_001)).toEqual({
      isNew: true,
      until: 22_001,
      reason: { by: 'work', text: '1000 ms of rules in 16 s, and 1000 may be' },
    });
    expect(counts.count(hit(22_000))).toMatchObject({ isNew: false });
    expect(counts.count(hit(22_001))).toBeUndefined();
  });

  it('who is let go begins at nothing', () => {
    const counts = new FloodCounts({ ...DEFAULTS, address: limit(2), work: { time: 100, per: 1000, ban: 1000 } });
    counts.charge('work', '192.0.2.1', 99, 0);
    for (const at of [0, 1, 2]) counts.count(hit(at));
    expect(counts.release('192.0.2.1')).toBe(true);
    expect(counts.release('192.0.2.1')).toBe(false);
    expect(counts.count(hit(3))).toBeUndefined();
    expect(counts.charge('work', '192.0.2.1', 99, 4)).toBeUndefined();
  });

  it('bans by hand hold while nothing is counted', () => {
    const counts = new FloodCounts({ ...DEFAULTS, mode: 'off' });
    counts.ban('192.0.2.1', { by: 'manual', text: 'asked for' }, 0, 1000);
    expect(counts.count(hit(999))?.reason.text).toBe('asked for');
    expect(counts.count(hit(1000))).toBeUndefined();
  });

  it('evasive mode: holds are listed as bans', () => {
    const counts = new FloodCounts({ ...DEFAULTS, mode: 'evasive' });
    const now = Date.now();
    const verdicts = [0, 0, 0, 0, 1].map((at) => counts.count(hit(now + at)));
    expect(verdicts.map((one) => one?.isNew)).toEqual([undefined, undefined, undefined, true, false]);
    expect(counts.list(Date.now())).toMatchObject([{ key: '192.0.2.1', reason: { by: 'evasive' } }]);
  });
});
