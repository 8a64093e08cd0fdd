import { once } from 'node:events';
import { setImmediate as behindSockets } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { timeLimit } from './time-limit.ts';

it('aborts when the time is over, as the timeout of the platform does, and not before', async () => {
  const began = performance.now();
  const signal = timeLimit(60);
  expect(signal.aborted).toBe(false);
  // The timer alone does not keep a process going.
  const alive = setInterval(() => {}, 1000);
  await once(signal, 'abort');
  clearInterval(alive);
  // Timers count in whole milliseconds.
  expect(performance.now() - began).toBeGreaterThanOrEqual(59);
  expect(signal.reason).toMatchObject({ name: 'TimeoutError' });
});

it('reads what has come during a standstill before it judges', async () => {
  const signal = timeLimit(20);
  const order: string[] = [];
  signal.addEventListener('abort', () => order.push('time is over'));
  // From here on timers come first, and what has come of sockets behind them.
  await behindSockets();
  for (const until = performance.now() + 60; performance.now() < until; );
  await behindSockets();
  order.push('read');
  await expect.poll(() => order).toEqual(['read', 'time is over']);
});
