import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WindowTable } from './window-table.ts';

describe('a sliding window', () => {
  it('counts the window and at most a sixteenth more', () => {
    const arrivals = fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 3 })), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 0, max: 1e9 }), (steps, start) => {
        const window = 1600;
        const table = new WindowTable(window, 10);
        const hits: number[] = [];
        let now = start;
        for (const [pause, weight] of steps) {
          now += pause;
          for (let at = 0; at < weight; at++) hits.push(now);
          const count = table.hit('a', now, weight);
          const since = (age: number): number => hits.filter((at) => at > now - age).length;
          expect(count).toBeGreaterThanOrEqual(since(window));
          expect(count).toBeLessThanOrEqual(since(window + window / 16));
        }
      }),
    );
  });

  it('keys do not mix, and what is taken back was never there', () => {
    const table = new WindowTable(1000, 10);
    expect(table.hit('a', 0)).toBe(1);
    expect(table.hit('b', 0)).toBe(1);
    expect(table.hit('a', 1)).toBe(2);
    table.takeBack('a');
    table.takeBack('never seen');
    expect(table.hit('a', 2)).toBe(2);
    table.clear('a');
    expect(table.hit('a', 3)).toBe(1);
    table.takeBack('a');
    table.takeBack('a');
    expect(table.hit('a', 3)).toBe(1);
  });

  it('time of another process that is a little older counts as now', () => {
    const table = new WindowTable(1600, 10);
    table.hit('a', 5000);
    expect(table.hit('a', 4890)).toBe(2);
  });

  it('who was hit the longest time ago gives way', () => {
    const table = new WindowTable(1e6, 3);
    for (const key of ['a', 'b', 'c', 'a', 'd']) table.hit(key, 0);
    expect(table.size).toBe(3);
    expect(['a', 'b', 'd'].map((key) => table.hit(key, 0))).toEqual([3, 1, 2]);
  });

  it('grows up to its capacity with every count in place', () => {
    const table = new WindowTable(1e6, 3000);
    for (let round = 1; round <= 2; round++) {
      for (let at = 0; at < 3000; at++) expect(table.hit(`key ${at}`, 0)).toBe(round);
    }
    expect(table.size).toBe(3000);
  });
});
