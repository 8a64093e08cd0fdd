import { setImmediate as behindSockets, setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { deadline } from './deadline.ts';

/** Nothing is read meanwhile; when it ends, timers come first, and what has come of sockets behind them. */
async function standStill(milliseconds: number): Promise<void> {
  await behindSockets();
  for (const until = performance.now() + milliseconds; performance.now() < until; );
  await behindSockets();
}

it('calls back when the time is over, and not before', async () => {
  const began = performance.now();
  await new Promise<void>((resolve) => void deadline(40, resolve));
  // Timers count in whole milliseconds.
  expect(performance.now() - began).toBeGreaterThanOrEqual(39);
});

it('does not call back who has called it off', async () => {
  const over: string[] = [];
  const callOff = deadline(20, () => over.push('called off'));
  callOff();
  await wait(60);
  expect(over).toEqual([]);
});

it('reads what has come during a standstill before it judges', async () => {
  const over: string[] = [];
  const callOff = deadline(20, () => over.push('in time'));
  deadline(20, () => over.push('late'));
  await standStill(60);
  // As who reads that the answer has come.
  callOff();
  await expect.poll(() => over).toEqual(['late']);
});
