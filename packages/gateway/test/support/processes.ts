import { readFileSync } from 'node:fs';

/** Whether a process runs. One that has ended and waits for its parent, or for init, to ask how does not. */
export function isAlive(pid: number | string): boolean {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return false;
  }
  // The state stands behind the name, which may contain anything.
  const state = stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
  return state !== 'Z' && state !== 'X';
}
