/** The text a configuration was read from. Workers are handed it, so that all of them mean the same one. */
import { existsSync, readFileSync } from 'node:fs';
import type { Config } from './config.ts';
import { applyFlags, type Flags, missingFrom } from './flags.ts';
import { ConfigError, type ConfigMistake, defaultConfig, parseConfig, unreadable } from './load.ts';

/** Taken when no file is named. */
export const DEFAULT_FILE = 'sallyport.yaml';

/** Survives JSON. */
export interface SettingsSource {
  readonly flags: Flags;
  /** Absent when the flags say it all. */
  readonly file?: string;
  readonly text?: string;
}

/** What can be read, and everything that is wrong with it. */
export interface Settings {
  /** Undefined when the file cannot be read at all. */
  readonly config: Config | undefined;
  readonly mistakes: readonly ConfigMistake[];
}

/** The file the flags mean, and what stands in it. Throws `ConfigError` when it cannot be read. */
export function readSource(flags: Flags): SettingsSource {
  const file = configurationFile(flags);
  if (file === undefined) return { flags };
  try {
    return { flags, file, text: readFileSync(file, 'utf8') };
  } catch (cause) {
    throw new ConfigError([unreadable(file, cause)]);
  }
}

/** Configuration file and flags together; `isGate`: they must be enough to start one. */
export function gatherSettings({ flags, file, text }: SettingsSource, isGate: boolean): Settings {
  const loaded =
    file === undefined || text === undefined ? { config: defaultConfig(), mistakes: [] } : parseConfig(text, file);
  if (loaded.config === undefined) return loaded;
  const { config, mistakes } = applyFlags(loaded.config, flags);
  const wrong = mistakes.length > 0 || !isGate ? mistakes : missingFrom(config);
  return { config, mistakes: wrong.map((message) => ({ file: '', line: 0, column: 0, message })) };
}

/** The configuration of a gate to start. Throws `ConfigError` with every mistake of file and flags. */
export function settingsFrom(source: SettingsSource): Config {
  const { config, mistakes } = gatherSettings(source, true);
  if (config === undefined || mistakes.length > 0) throw new ConfigError(mistakes);
  return config;
}

/** Undefined when the flags are enough and no file lies here. */
export function configurationFile(flags: Flags): string | undefined {
  const isSimple = flags.upstream !== undefined && flags.listen !== undefined;
  return flags.config ?? (!isSimple && existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined);
}
