import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Turns } from './turns.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Asks for three turns, one after the other, and notes each. */
async function run(name: string, turns: Turns, log: string[]): Promise<void> {
  for (let turn = 1; turn <= 3; turn++) {
    await turns.next();
    log.push(`${name}${turn}`);
  }
}

test('turns are given one at a time, in order, with a pause in between', async () => {
  const turns = new Turns();
  const log: string[] = [];
  void run('a', turns, log);
  void run('b', turns, log);
  await vi.advanceTimersByTimeAsync(0);
  expect(log).toEqual(['a1']);
  await vi.advanceTimersByTimeAsync(1);
  expect(log).toEqual(['a1']);
  for (const expected of [
    ['a1', 'b1'],
    ['a1', 'b1', 'a2'],
  ]) {
    await vi.advanceTimersByTimeAsync(2);
    expect(log).toEqual(expected);
  }
  await vi.runAllTimersAsync();
  expect(log).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
});

test('one that asks again and again leaves the pause to the others too', async () => {
  const turns = new Turns();
  const log: string[] = [];
  void run('a', turns, log);
  await vi.advanceTimersByTimeAsync(1);
  expect(log).toEqual(['a1']);
  await vi.advanceTimersByTimeAsync(2);
  expect(log).toEqual(['a1', 'a2']);
});
