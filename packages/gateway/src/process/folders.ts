import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { runDirectory } from '../admin/run-directory.ts';
import type { Config } from '../config/config.ts';

/** Folders whose files a gate with this configuration has reason to hold open. Rules may name more (audit storage, uploads). */
export function foldersOf(config: Config): readonly string[] {
  const { access, error, audit } = config.logs;
  const files = [access, error, audit, config.collections.path].filter((one) => typeof one === 'string');
  const own = [config.tmpDir ?? tmpdir(), runDirectory(config)].filter((one) => one !== undefined);
  return [...new Set([...files.map(dirname), ...own])];
}
