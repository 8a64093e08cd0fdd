import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SIZE = 16;

/**
 * The same random bytes for all processes that share the folder, as hexadecimal digits: those of the first, made whole or not at
 * all. Throws what the file system throws.
 */
export function sharedSeed(folder: string): string {
  const path = join(folder, 'seed');
  const own = `${path}.${process.pid}`;
  writeFileSync(own, randomBytes(SIZE).toString('hex'), { mode: 0o600 });
  try {
    linkSync(own, path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  } finally {
    rmSync(own, { force: true });
  }
  return readFileSync(path, 'latin1');
}
