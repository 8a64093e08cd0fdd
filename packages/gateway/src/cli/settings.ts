/** The configuration a command works with: file and flags together. */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Config } from '../config/config.ts';
import { applyFlags, FLAG_OPTIONS, type Flags, missingFrom } from '../config/flags.ts';
import { ConfigError, type ConfigMistake, defaultConfig, loadConfig } from '../config/load.ts';
import { UsageError } from './commands/command.ts';

/** Taken when no file is named. */
export const DEFAULT_FILE = 'sallyport.yaml';

/**
 * The flags of a command line. Words directly behind `--rules FILE` are rule files too, so that a shell may expand a pattern
 * there; other words are mistakes, unless the command takes rule files as its words.
 */
export function readFlags(words: readonly string[], takesFiles: boolean): Flags {
  const { values, tokens } = parseArgs({
    args: [...words],
    options: FLAG_OPTIONS,
    allowPositionals: true,
    tokens: true,
  });
  const rules: string[] = [];
  let isBehindRules = false;
  for (const token of tokens) {
    if (token.kind === 'option') isBehindRules = token.name === 'rules';
    if (token.kind === 'positional' && !isBehindRules && !takesFiles) {
      throw new UsageError(`unexpected "${token.value}"`);
    }
    if (token.kind === 'positional' || (token.kind === 'option' && isBehindRules)) rules.push(token.value ?? '');
  }
  const { rules: _, ...flags } = values;
  return rules.length === 0 ? flags : { ...flags, rules };
}

/** What can be read, and everything that is wrong with it. */
export interface Settings {
  /** Undefined when the file cannot be read at all. */
  readonly config: Config | undefined;
  readonly mistakes: readonly ConfigMistake[];
}

/** Configuration file and flags together; `isGate`: they must be enough to start one. */
export function gatherSettings(flags: Flags, isGate: boolean): Settings {
  const file = configurationFile(flags);
  const loaded = file === undefined ? { config: defaultConfig(), mistakes: [] } : loadConfig(file);
  if (loaded.config === undefined) return loaded;
  const { config, mistakes } = applyFlags(loaded.config, flags);
  const wrong = mistakes.length > 0 || !isGate ? mistakes : missingFrom(config);
  return { config, mistakes: wrong.map((message) => ({ file: '', line: 0, column: 0, message })) };
}

/** The configuration of a gate to start. Throws `ConfigError` with every mistake of file and flags. */
export function readSettings(flags: Flags): Config {
  const { config, mistakes } = gatherSettings(flags, true);
  if (config === undefined || mistakes.length > 0) throw new ConfigError(mistakes);
  return config;
}

/** Whether the flags are about rules alone: they name some, and neither they nor a file speak of a gate. */
export function isAboutRulesOnly(flags: Flags): boolean {
  const speaksOfGate = flags.upstream !== undefined || flags.listen !== undefined;
  return (flags.rules ?? flags.crs) !== undefined && !speaksOfGate && configurationFile(flags) === undefined;
}

function configurationFile(flags: Flags): string | undefined {
  const isSimple = flags.upstream !== undefined && flags.listen !== undefined;
  return flags.config ?? (!isSimple && existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined);
}
