/** The configuration a command works with: file and flags together. */
import { existsSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import { applyFlags, type Flags, missingFrom } from '../config/flags.ts';
import { ConfigError, defaultConfig, loadConfig } from '../config/load.ts';

/** Taken when no file is named. */
export const DEFAULT_FILE = 'sallyport.yaml';

/** Throws `ConfigError` with every mistake of file and flags. */
export function readSettings(flags: Flags): Config {
  const isSimple = flags.upstream !== undefined && flags.listen !== undefined;
  const file = flags.config ?? (!isSimple && existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined);
  const loaded = file === undefined ? { config: defaultConfig(), mistakes: [] } : loadConfig(file);
  if (loaded.config === undefined) throw new ConfigError(loaded.mistakes);
  const { config, mistakes } = applyFlags(loaded.config, flags);
  const wrong = mistakes.length > 0 ? mistakes : missingFrom(config);
  if (wrong.length > 0) throw new ConfigError(wrong.map((message) => ({ file: '', line: 0, column: 0, message })));
  return config;
}
