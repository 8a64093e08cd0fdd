import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { processorTimes } from './processor-times.ts';

const canPin = existsSync('/proc/self/schedstat') && existsSync('/usr/bin/taskset');
if (!canPin) console.warn('skipped: processes that wait for a processor (needs Linux and taskset)');

/** A process that never rests, on the first processor this one may use. */
function startBusy(): ChildProcess {
  const child = spawn('/bin/sh', ['-c', 'taskset -p -c 0 $$ >/dev/null; while :; do :; done'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

it.runIf(canPin)('waiting grows while others have the processor, and not while a process is stopped', async () => {
  const [one, other] = [startBusy(), startBusy()];
  const times = (): readonly number[] => {
    const both = [one, other].map(({ pid }) => processorTimes(pid ?? 0));
    return [Math.max(...both.map(({ waited }) => waited)), Math.max(...both.map(({ ran }) => ran))];
  };
  await expect.poll(() => Math.min(...times())).toBeGreaterThan(200);
  expect(processorTimes(one.pid ?? 0).isReady).toBe(true);
  one.kill('SIGSTOP');
  await expect.poll(() => processorTimes(one.pid ?? 0).isReady).toBe(false);
  const stopped = processorTimes(one.pid ?? 0);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(processorTimes(one.pid ?? 0)).toEqual(stopped);
});

it('are nothing for a process that is not there', () => {
  expect(processorTimes(2 ** 22 + 1)).toEqual({ ran: 0, waited: 0, isReady: false });
});
