import { expect, it } from 'vitest';
import { BackOff } from './back-off.ts';

it('doubles from 1 to 60 seconds, and begins anew after a healthy minute', () => {
  const backOff = new BackOff();
  const delays = [0, 100, 0, 59_999, 0, 0, 0, 0].map((served) => backOff.delayAfter(served));
  expect(delays).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  expect([60_000, 0, 0].map((served) => backOff.delayAfter(served))).toEqual([1000, 2000, 4000]);
});
