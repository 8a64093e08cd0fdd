import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** Milliseconds between two looks. */
const LOOK = 250;
/** Share of the time between two looks in which nothing runs on an idle CPU. */
const IDLE = 0.9;
const LONGEST = 120_000;

/**
 * Resolves when a CPU has nothing to do any more. A server goes on with the requests of clients that have gone, some for many
 * seconds, and the next one to be measured would share the CPU with it. Throws after two minutes.
 */
export async function untilIdle(cpu: number): Promise<void> {
  const end = performance.now() + LONGEST;
  for (let before = timesOf(cpu); performance.now() < end; ) {
    await wait(LOOK);
    const now = timesOf(cpu);
    if (now.idle - before.idle >= IDLE * (now.all - before.all)) return;
    before = now;
  }
  throw new Error(`CPU ${cpu} is still busy after ${LONGEST / 1000} s: what else runs on this machine?`);
}

/** In ticks since the system started; see proc_stat(5). */
function timesOf(cpu: number): { readonly idle: number; readonly all: number } {
  const line = new RegExp(`^cpu${cpu} (.*)$`, 'm').exec(readFileSync('/proc/stat', 'latin1'))?.[1];
  if (line === undefined) throw new Error(`there is no CPU ${cpu}`);
  const [user = 0, nice = 0, system = 0, idle = 0, waiting = 0, ...others] = line.split(' ').map(Number);
  return {
    idle: idle + waiting,
    all: others.slice(0, 3).reduce((sum, time) => sum + time, user + nice + system + idle + waiting),
  };
}
