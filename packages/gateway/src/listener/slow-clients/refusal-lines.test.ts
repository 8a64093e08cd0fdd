import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RefusalLines } from './refusal-lines.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('tells the first of each reason at once, and the others together', () => {
  const said: string[] = [];
  const lines = new RefusalLines((line) => said.push(line));
  for (let at = 0; at < 5; at++) lines.add(`192.0.2.${at}`, 'full');
  lines.add('192.0.2.9', 'too many');
  expect(said).toEqual(['connection of 192.0.2.0: full', 'connection of 192.0.2.9: too many']);
  vi.advanceTimersByTime(10_000);
  expect(said.slice(2)).toEqual(['4 more connections, the last of 192.0.2.4: full']);
  lines.add('192.0.2.7', 'full');
  expect(said.slice(3)).toEqual(['connection of 192.0.2.7: full']);
  vi.advanceTimersByTime(60_000);
  expect(said).toHaveLength(4);
});

it('does not keep more reasons than there is room for', () => {
  const said: string[] = [];
  const lines = new RefusalLines((line) => said.push(line));
  for (let at = 0; at < 2; at++) lines.add('192.0.2.1', 'full');
  for (let at = 0; at < 999; at++) lines.add('192.0.2.1', `reason ${at}`);
  expect(said).toHaveLength(1000);
  lines.add('192.0.2.1', 'one reason more');
  expect(said.slice(1000)).toEqual([
    '1 more connections, the last of 192.0.2.1: full',
    'connection of 192.0.2.1: one reason more',
  ]);
});
