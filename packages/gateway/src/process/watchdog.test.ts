import { expect, it } from 'vitest';
import { judge, ownSilence } from './watchdog.ts';

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

it.each([
  ['works all the time', { ran: 6000, waited: 0, isReady: true }, 6000],
  ['works and waits in turn', { ran: 2000, waited: 4000, isReady: true }, 2000],
  ['has waited for long, and goes on to', { ran: 1600, waited: 100, isReady: true }, 1600],
  ['hardly gets a processor', { ran: 10, waited: 5990, isReady: true }, 1500],
  ['is stopped', { ran: 0, waited: 0, isReady: false }, 6000],
  ['is stopped after a wait', { ran: 100, waited: 900, isReady: false }, 5100],
])('of six seconds of a silent worker that %s, its own count', (_what, had, own) => {
  const before = { ran: 50, waited: 70, isReady: true };
  const now = { ...had, ran: had.ran + before.ran, waited: had.waited + before.waited };
  expect(ownSilence(6000, before, now)).toBe(own);
});
