import { accessSync, constants, lstatSync, type Stats } from 'node:fs';

const OTHERS_MAY_WRITE = 0o022;

/**
 * What makes a directory unfit for uploads, or undefined. Whoever can write there can take files away, lay others in their
 * place, or lead them elsewhere by a link.
 */
export function whyNotPrivate(path: string): string | undefined {
  let stats: Stats;
  try {
    stats = lstatSync(path);
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'it does not exist' : (cause as Error).message;
  }
  if (stats.isSymbolicLink()) return 'it is a symbolic link';
  if (!stats.isDirectory()) return 'it is not a directory';
  if ((stats.mode & OTHERS_MAY_WRITE) !== 0) {
    return `others may write there (mode ${(stats.mode & 0o7777).toString(8).padStart(4, '0')}); chmod 700 it`;
  }
  if (stats.uid !== 0 && stats.uid !== process.getuid?.()) return 'it belongs to somebody else';
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch {
    return 'it cannot be written';
  }
  return undefined;
}
