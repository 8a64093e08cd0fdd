import { describe, expect, it } from 'vitest';
import { type EvasiveLimits, EvasiveTable } from './evasive-table.ts';

const DEFAULTS: EvasiveLimits = { pageCount: 2, pageInterval: 1, siteCount: 50, siteInterval: 1, blockingPeriod: 10 };

/** Outcomes of hits `[second, page]`. */
function play(limits: Partial<EvasiveLimits>, hits: readonly (readonly [second: number, page: string])[]): string {
  const table = new EvasiveTable({ ...DEFAULTS, ...limits }, 1000);
  return hits.map(([second, page]) => table.hit('192.0.2.1', page, 1_000_000 + second)).join(' ');
}

describe('counting like mod_evasive', () => {
  it('DOSPageCount 2 lets three hits of a second through: the first is free', () => {
    const hits = Array.from({ length: 6 }, () => [0, '/a'] as const);
    expect(play({}, hits)).toBe('pass pass pass page hold hold');
  });

  it('one hit every two seconds trips an interval of three at the fourth', () => {
    const hits = [0, 2, 4, 6].map((second) => [second, '/a'] as const);
    expect(play({ pageInterval: 3 }, hits)).toBe('pass pass pass page');
  });

  it('a hold holds for other pages too (in 1.10.1 the first one did not)', () => {
    expect(
      play({}, [
        [0, '/a'],
        [0, '/a'],
        [0, '/a'],
        [0, '/a'],
        [1, '/b'],
      ]),
    ).toBe('pass pass pass page hold');
  });

  it.each([
    [
      'every request begins the hold anew',
      {},
      [
        [0, '/a'],
        [0, '/a'],
        [0, '/a'],
        [0, '/a'],
        [9, '/b'],
        [18, '/b'],
      ],
      'pass pass pass page hold hold',
    ],
    [
      'a hold ends with its period',
      {},
      [
        [0, '/a'],
        [0, '/a'],
        [0, '/a'],
        [0, '/a'],
        [10, '/b'],
      ],
      'pass pass pass page pass',
    ],
    [
      'a pause of the interval begins at nothing',
      {},
      [
        [0, '/a'],
        [0, '/a'],
        [0, '/a'],
        [1, '/a'],
        [1, '/a'],
        [1, '/a'],
      ],
      'pass pass pass pass pass page',
    ],
    [
      'any page counts for the site',
      { siteCount: 3 },
      [0, 1, 2, 3, 4].map((at) => [0, `/${at}`]),
      'pass pass pass pass site',
    ],
    ['page comes before site', { siteCount: 2 }, [0, 0, 0, 0].map((at) => [at, '/a']), 'pass pass pass page'],
  ] as const)('%s', (_name, limits, hits, outcomes) => {
    expect(play(limits, hits as readonly (readonly [number, string])[])).toBe(outcomes);
  });

  it('tells who is on hold, and lets go', () => {
    const table = new EvasiveTable({ ...DEFAULTS, pageCount: 0 }, 1000);
    table.hit('a', '/', 100);
    expect(table.hit('a', '/', 100)).toBe('page');
    expect(table.holds).toEqual([['a', 100]]);
    expect(table.release('a')).toBe(true);
    expect(table.hit('a', '/x', 101)).toBe('pass');
  });

  it('is bounded', () => {
    const table = new EvasiveTable({ ...DEFAULTS, pageCount: 1 }, 4);
    for (let at = 0; at < 100; at++) table.hit(`n${at}`, '/', 5);
    // Forgotten, so free again.
    expect([table.hit('n0', '/', 5), table.hit('n0', '/', 5)]).toEqual(['pass', 'pass']);
  });
});
