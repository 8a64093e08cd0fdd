/** The configuration a command works with: file and flags together. */
import { parseArgs } from 'node:util';
import { FLAG_OPTIONS, type Flags } from '../config/flags.ts';
import { ConfigError } from '../config/load.ts';
import { configurationFile, gatherSettings as gatherFromSource, readSource, type Settings } from '../config/source.ts';
import { UsageError } from './commands/command.ts';

export { DEFAULT_FILE } from '../config/source.ts';

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

/** As `gatherSettings` of the source; a file that cannot be read is a mistake like others. */
export function gatherSettings(flags: Flags, isGate: boolean): Settings {
  try {
    return gatherFromSource(readSource(flags), isGate);
  } catch (cause) {
    if (cause instanceof ConfigError) return { config: undefined, mistakes: cause.mistakes };
    throw cause;
  }
}

/** Whether the flags are about rules alone: they name some, and neither they nor a file speak of a gate. */
export function isAboutRulesOnly(flags: Flags): boolean {
  const speaksOfGate = flags.upstream !== undefined || flags.listen !== undefined;
  return (flags.rules ?? flags.crs) !== undefined && !speaksOfGate && configurationFile(flags) === undefined;
}
