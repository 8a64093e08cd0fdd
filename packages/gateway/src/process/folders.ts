import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { runDirectory } from '../admin/run-directory.ts';
import type { Config } from '../config/config.ts';
import { logFilesOf } from '../config/log-files.ts';

/** Folders whose files a gate with this configuration has reason to hold open. Rules may name more (audit storage, uploads). */
export function foldersOf(config: Config): readonly string[] {
  const files = logFilesOf(config).map(({ file }) => file);
  if (config.collections.path !== undefined) files.push(config.collections.path);
  const own = [config.tmpDir ?? tmpdir(), runDirectory(config)].filter((one) => one !== undefined);
  return [...new Set([...files.map(dirname), ...own])];
}
