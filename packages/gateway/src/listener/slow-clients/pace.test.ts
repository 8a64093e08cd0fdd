import { describe, expect, it } from 'vitest';
import { Pace, type PaceLimit } from './pace.ts';

const limit = (time: number, minimumRate = 0, maximum = 0): PaceLimit => ({ time, minimumRate, maximum });

/** When a stage ends that gets `[at, bytes]`, in milliseconds. */
function endOf(one: PaceLimit, arrivals: readonly (readonly [at: number, bytes: number])[], patience?: number): number {
  const pace = new Pace(one, 0, patience);
  for (const [at, bytes] of arrivals) {
    if (at >= pace.deadline) break;
    pace.take(bytes, at);
  }
  return pace.deadline;
}

const drip = (every: number, bytes: number, until: number): [number, number][] =>
  Array.from({ length: Math.floor(until / every) }, (_, at) => [(at + 1) * every, bytes]);

describe('the clock of a stage', () => {
  it.each([
    ['T: fixed, whatever comes', limit(10_000), drip(1000, 10_000, 20_000), undefined, 10_000],
    ['T,MinRate: nothing comes', limit(20_000, 500), [], undefined, 20_000],
    ['T,MinRate: 500 bytes earn a second', limit(20_000, 500), [[1000, 500]], undefined, 21_000],
    ['T,MinRate: one byte a second is too little', limit(20_000, 500), drip(1000, 1, 60_000), undefined, 20_040],
    ['T,MinRate: the rate itself lasts', limit(20_000, 500), drip(1000, 500, 600_000), undefined, 620_000],
    ['T-M,MinRate: never later than M', limit(20_000, 500, 40_000), drip(1000, 5000, 60_000), undefined, 40_000],
    ['without a limit', limit(0), [[1000, 1]], undefined, Number.POSITIVE_INFINITY],
    ['without a limit, but with an end', limit(0, 0, 5000), drip(100, 9, 9000), undefined, 5000],
    ['silence ends it', limit(20_000, 500), [[1000, 1_000_000]], 5000, 6000],
    ['silence from the start ends it', limit(20_000, 500), [], 5000, 5000],
    [
      'a fast start earns no more than patience',
      limit(20_000, 500),
      [[0, 1e6], ...drip(5000, 1, 90_000)],
      30_000,
      30_012,
    ],
    ['a fixed time is not cut short by patience', limit(60_000), drip(1000, 1, 90_000), 5000, 60_000],
  ] as const)('%s', (_name, one, arrivals, patience, end) => {
    expect(endOf(one, arrivals, patience)).toBeCloseTo(end, 6);
  });

  it('stands still while nobody reads', () => {
    const pace = new Pace(limit(10_000, 500, 15_000), 0, 8000);
    pace.pause(2000);
    expect(pace.deadline).toBe(Number.POSITIVE_INFINITY);
    pace.pause(3000);
    pace.resume(102_000);
    expect(pace.deadline).toBe(108_000);
    pace.take(5000, 104_000);
    expect(pace.deadline).toBe(112_000);
    expect(pace.describe(104_000)).toBe('5000 bytes in 4.0 s');
  });

  it('tells silence from slowness', () => {
    const silent = new Pace(limit(20_000, 500), 0, 5000);
    expect(silent.isSilent).toBe(true);
    const slow = new Pace(limit(20_000, 500), 0, 5000);
    for (const [at, bytes] of drip(4000, 1, 20_000)) slow.take(bytes, at);
    expect(slow.isSilent).toBe(false);
  });

  it('a healthy upload of two hours at 1 Mbit/s passes', () => {
    const pace = new Pace(limit(20_000, 500), 0, 30_000);
    for (const [at, bytes] of drip(1000, 125_000, 7_200_000)) {
      expect(at).toBeLessThan(pace.deadline);
      pace.take(bytes, at);
    }
    expect(pace.bytes).toBe(900_000_000);
  });
});
