import { existsSync, readFileSync } from 'node:fs';

/** Whether a process exists and is more than a zombie. */
export function isAlive(pid: number): boolean {
  return stateOf(pid) !== undefined && stateOf(pid) !== 'Z';
}

/** Whether nothing of a process is left. A zombie may have threads that still hold its connections. */
export function isGone(pid: number): boolean {
  return !existsSync(`/proc/${pid}`);
}

/** Seconds of processor time a process has used. */
export function processorTime(pid: number): number {
  const fields = statOf(pid);
  // 100 clock ticks a second on every Linux Node runs on.
  return fields === undefined ? 0 : (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Resident memory in bytes; 0 when the process is gone. */
export function residentMemory(pid: number): number {
  try {
    const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return Number(line?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function stateOf(pid: number): string | undefined {
  return statOf(pid)?.[0];
}

/** Fields of /proc/PID/stat from the state on; the name before them may hold anything. */
function statOf(pid: number): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
