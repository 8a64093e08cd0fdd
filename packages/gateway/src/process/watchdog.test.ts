import { expect, it } from 'vitest';
import { judge } from './watchdog.ts';

it.each([
  [0, 5000, 'fine'],
  [1600, 5000, 'fine'],
  [1700, 5000, 'late'],
  [4999, 5000, 'late'],
  [5000, 5000, 'stuck'],
  [1e9, 0, 'fine'],
])('silent for %i of %i ms: %s', (silence, limit, verdict) => {
  expect(judge(silence, limit)).toBe(verdict);
});
