import { readdirSync, readFileSync } from 'node:fs';

/**
 * Microseconds of processor time the processes of a group have used so far, all their threads together. On a machine that others use
 * too it says more than a rate: whoever waits for the processor uses none. Linux only (`/proc/PID/task/TID/schedstat`).
 */
export function processorTime(group: number): number {
  let nanoseconds = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (groupOf(pid) !== group) continue;
    for (const thread of entries(`/proc/${pid}/task`)) {
      nanoseconds += Number(text(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0] ?? 0);
    }
  }
  return nanoseconds / 1000;
}

/** The fifth field of `stat`; the second is in brackets and may hold anything. */
function groupOf(pid: string): number {
  const stat = text(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
}

/** Processes and threads end while they are looked at. */
function text(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function entries(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
