/** Whether the user a worker runs as can write where the configuration tells it to. */
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Config } from '../config/config.ts';
import { logFilesOf } from '../config/log-files.ts';

/** Throws with one line for the first place that cannot be written: a log that stays empty would be noticed too late. */
export function checkWritable(config: Config): void {
  for (const { key, file } of logFilesOf(config)) checkFile(key, file);
  if (config.tmpDir !== undefined) check('tmp_dir', config.tmpDir, config.tmpDir);
}

function checkFile(key: string, file: string): void {
  check(key, file, existsSync(file) ? file : dirname(file));
}

function check(key: string, what: string, path: string): void {
  try {
    accessSync(path, constants.W_OK);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const user = process.getuid?.();
    if (code !== 'EACCES' && code !== 'EROFS') return;
    throw new Error(`${key}: user ${user} of the workers cannot write ${what}: ${code}`, { cause });
  }
}
