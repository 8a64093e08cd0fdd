import { expect, it } from 'vitest';
import { Spare } from './spare.ts';

const LIMITS = { minSpare: 1, maxSpare: 2 };

it.each([
  [[0.9, 0.8], 'more'],
  [[0.9, 0.1], 'enough'],
  [[0.1, 0.1], 'enough'],
  [[], 'more'],
])('%j: %s', (busy, verdict) => {
  expect(new Spare().judge(busy, LIMITS, 0)).toBe(verdict);
});

it('too many for half a minute are one too many, then wait again', () => {
  const spare = new Spare();
  const idle = [0, 0, 0];
  expect([0, 29_999, 30_000, 30_250, 60_000].map((now) => spare.judge(idle, LIMITS, now))).toEqual([
    'enough',
    'enough',
    'fewer',
    'enough',
    'fewer',
  ]);
});

it('a busy moment begins the wait anew', () => {
  const spare = new Spare();
  const seen = [
    spare.judge([0, 0, 0], LIMITS, 0),
    spare.judge([0, 0, 1], LIMITS, 20_000),
    spare.judge([0, 0, 0], LIMITS, 31_000),
  ];
  expect(seen).toEqual(['enough', 'enough', 'enough']);
});
