import { readFileSync } from 'node:fs';

/** What the main thread of a process had of the processors since it began, in milliseconds. */
export interface ProcessorTimes {
  readonly ran: number;
  /** It was ready to run, and others had the processors, or its share of them was used up. Not the wait that goes on. */
  readonly waited: number;
  /** It runs, or would if it had a processor. */
  readonly isReady: boolean;
}

const UNKNOWN: ProcessorTimes = { ran: 0, waited: 0, isReady: false };

/** Reads them from `/proc` (proc_pid_stat(5), and sched-stats of Linux for `schedstat`). Where the system does not say, all is nothing. */
export function processorTimes(pid: number): ProcessorTimes {
  try {
    const [ran = 0, waited = 0] = readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ').map(Number);
    // A system that does not count says nothing else.
    if (ran === 0) return UNKNOWN;
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The state stands behind the name, which may contain anything.
    return { ran: ran / 1e6, waited: waited / 1e6, isReady: stat[stat.lastIndexOf(')') + 2] === 'R' };
  } catch {
    return UNKNOWN;
  }
}
