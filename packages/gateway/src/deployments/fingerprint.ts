/** Whether anything in a folder changes: two fingerprints that are the same, and nothing did. */
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';

/** Entries that are looked at; what lies behind them in a larger folder is not. */
const MOST = 20_000;

/** Number of entries, their bytes, and the time of the last change of any. Links are not followed. Rejects when the folder goes. */
export async function fingerprintOf(folder: string): Promise<string> {
  let count = 0;
  let bytes = 0;
  let last = (await lstat(folder)).ctimeMs;
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined && count < MOST; next = waiting.pop()) {
    for await (const entry of await opendir(next)) {
      const path = join(next, entry.name);
      const stats = await lstat(path);
      count++;
      bytes += stats.size;
      last = Math.max(last, stats.ctimeMs);
      if (stats.isDirectory()) waiting.push(path);
      if (count === MOST) break;
    }
  }
  return `${count} ${bytes} ${last}`;
}
