import { expect, it } from 'vitest';
import { UnchargedWork } from './uncharged-work.ts';

it('hands work on in whole milliseconds, a hundredth of the limit at a time', () => {
  const work = new UnchargedWork(1000, 10);
  expect([4000, 5999, 1500, 8499].map((each) => work.add('a', each))).toEqual([0, 0, 11, 0]);
  // 499 microseconds were left of the first sum.
  expect(work.add('a', 1002)).toBe(10);
  expect(work.add('b', 250_000)).toBe(250);
});

it('takes a millisecond at least, however small the limit', () => {
  const work = new UnchargedWork(5, 10);
  expect([work.add('a', 999), work.add('a', 1)]).toEqual([0, 1]);
});

it('forgets those it has not seen for long', () => {
  const work = new UnchargedWork(1000, 4);
  work.add('a', 9999);
  for (const other of ['b', 'c', 'd', 'e', 'f']) work.add(other, 1);
  expect(work.add('a', 1)).toBe(0);
});
