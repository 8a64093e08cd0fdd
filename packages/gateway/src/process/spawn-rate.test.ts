import { expect, it } from 'vitest';
import { SpawnRate } from './spawn-rate.ts';

it('doubles each second while more are wanted', () => {
  const rate = new SpawnRate();
  const started = [0, 1000, 2000, 3000, 4000, 5000, 6000].map((now) => rate.take(100, now));
  expect(started).toEqual([1, 2, 4, 8, 16, 32, 32]);
});

it('gives no more within a second than it allows for it', () => {
  const rate = new SpawnRate();
  expect([0, 250, 500, 750, 1000, 1250].map((now) => rate.take(2, now))).toEqual([1, 0, 0, 0, 2, 0]);
});

it('begins anew after a second in which none was wanted', () => {
  const rate = new SpawnRate();
  expect([rate.take(9, 0), rate.take(9, 1000), rate.take(0, 2000), rate.take(9, 3500)]).toEqual([1, 2, 0, 1]);
});

it('fills a pool of 50 in less than 4 seconds after the first', () => {
  const rate = new SpawnRate();
  let pool = 1;
  let now = 0;
  for (; pool < 50; now += 250) pool += rate.take(50 - pool, now);
  expect(now).toBeLessThanOrEqual(5250);
});
