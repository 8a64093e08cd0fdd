import { describe, expect, it } from 'vitest';
import { whereabouts } from '../../../config/where.ts';
import { originOfPace, pace, paceBite } from './pace.ts';

describe('in words', () => {
  it.each([
    [0, 0, 0, 'no limit'],
    [20_000, 0, 0, '20 s'],
    [20_000, 500, 0, '20 s, longer at 500 B/s'],
    [20_000, 500, 40_000, '20 s, longer at 500 B/s, 40 s at most'],
    [0, 0, 40_000, 'no limit, 40 s at most'],
  ])('time %s, rate %s, maximum %s: %s', (time, minimumRate, maximum, value) => {
    const limit = pace('slow_clients.body', { time, minimumRate, maximum }, 'default', '408');
    expect(limit).toEqual({ stage: 'limits', name: 'slow_clients.body', value, from: 'default', effect: '408' });
  });
});

describe('a body of 100 kB', () => {
  it.each([
    ['as fast as is asked', { time: 20_000, minimumRate: 500, maximum: 0 }, 500, undefined],
    ['slower', { time: 20_000, minimumRate: 500, maximum: 0 }, 250, [40, '408']],
    ['within a fixed time', { time: 20_000, minimumRate: 0, maximum: 0 }, 5000, undefined],
    ['beyond a fixed time', { time: 20_000, minimumRate: 0, maximum: 0 }, 4000, [20, '408']],
    ['fast enough, but for the end', { time: 20_000, minimumRate: 500, maximum: 60_000 }, 1000, [60, '408']],
    ['without a limit', { time: 0, minimumRate: 0, maximum: 0 }, 1, undefined],
  ] as const)('%s', (_name, limit, rate, end) => {
    expect(paceBite(limit, { size: 100_000, rate })).toEqual(end);
  });

  it('is not asked about', () => {
    expect(paceBite({ time: 1, minimumRate: 0, maximum: 0 }, undefined)).toBeUndefined();
  });
});

it.each([
  ['slow_clients: { body: 9 s }', 'gate.yaml:1:23'],
  ['slow_clients: { body: { minimum_rate: 9 } }', 'gate.yaml:1:39'],
  ['slow_clients: { body: { minimum_rate: 9, maximum: 9 s } }', 'gate.yaml:1:51'],
  ['slow_clients: { header: 9 s }', 'default'],
])('%s is written at %s', (yaml, place) => {
  expect(originOfPace(whereabouts(yaml, 'gate.yaml'), 'body')).toBe(place);
});
