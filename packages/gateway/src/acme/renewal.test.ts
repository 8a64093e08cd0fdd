import type { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { renewalTime, retryPause } from './renewal.ts';

const DAY = 86_400_000;
const start = Date.parse('2026-01-01T00:00:00Z');
const certificate = (days: number): X509Certificate =>
  ({
    validFrom: new Date(start).toUTCString(),
    validTo: new Date(start + days * DAY).toUTCString(),
  }) as X509Certificate;

it.each([
  [90, 0, 60],
  [90, 1, 63],
  [6, 0, 4],
])('a certificate of %d days, chance %d: after %d days', (days, chance, after) => {
  expect((renewalTime(certificate(days), chance) - start) / DAY).toBeCloseTo(after, 6);
});

it.each([
  [1, 0, 60],
  [1, 1, 90],
  [2, 0, 120],
  [5, 0, 960],
  [50, 0, 21_600],
])('after %d failures, chance %d: %d seconds', (failures, chance, seconds) => {
  expect(retryPause(failures, chance) / 1000).toBe(seconds);
});
