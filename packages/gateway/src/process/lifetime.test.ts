import { expect, it } from 'vitest';
import { defaultConfig } from '../config/load.ts';
import { drawLifetime, isAlmostOver, whyDue } from './lifetime.ts';

const { workers } = defaultConfig();
const LIMITED = { ...workers, maxRequests: 1000, maxAge: 60_000, maxRss: 1 << 28 };

it.each([
  [workers, 0.5, { requests: 0, age: 0, rss: 0 }],
  [LIMITED, 0, { requests: 1000, age: 60_000, rss: 1 << 28 }],
  [LIMITED, 0.5, { requests: 950, age: 57_000, rss: 1 << 28 }],
  [LIMITED, 0.999, { requests: 901, age: 54_006, rss: 1 << 28 }],
  [{ ...workers, maxRequests: 1 }, 0.9, { requests: 1, age: 0, rss: 0 }],
])('limits are spread downwards only', (config, random, lifetime) => {
  expect(drawLifetime(config, () => random)).toEqual(lifetime);
});

it.each([
  ['no limit', 0, 1_000_000, 5000, 1000, false],
  ['nothing comes', 1000, 999, 0, 1000, false],
  ['the limit is reached', 1000, 1000, 0, 1000, true],
  ['a replacement started now would be late', 1000, 700, 400, 1000, true],
  ['there is time', 1000, 700, 200, 1000, false],
  ['half of it is served in any case', 1000, 499, 5000, 1000, false],
])('asks for its replacement in time: %s', (_name, limit, begun, perSecond, startTime, expected) => {
  expect(isAlmostOver(limit, begun, perSecond, startTime)).toBe(expected);
});

it.each([
  [0, 0, undefined],
  [59_999, 1 << 28, undefined],
  [60_000, 0, 'it is 60 s old'],
  [0, (1 << 28) + 1, 'its memory is 256 MiB'],
])('age %i, memory %i: %s', (age, rss, reason) => {
  expect(whyDue({ requests: 0, age: 60_000, rss: 1 << 28 }, age, rss)).toBe(reason);
});
