import { existsSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { RuleSetError } from '@sallyport/engine';
import { ConfigError, defaultConfig, loadConfig } from '../../config/load.ts';
import { TestFileError } from '../../ftw/fields.ts';
import { findRuleSet } from '../../lint/load.ts';
import { loadRecording } from '../../profile/load-recording.ts';
import { profile } from '../../profile/profile.ts';
import { RecordingError } from '../../profile/recorded-request.ts';
import { foldProfile, renderProfile } from '../../profile/render.ts';
import { WaftestError } from '../../waftest/format.ts';
import { DEFAULT_FILE } from '../settings.ts';
import { type Command, type CommandOutput, UsageError } from './command.ts';

const DEFAULT_TOP = 20;
const DEFAULT_REPEAT = 3;

export const profileCommand: Command = {
  name: 'profile',
  summary: 'Measure which rules and patterns cost how much on recorded requests.',
  usage: `sallyport profile RECORDING... [--rules FILE... | --crs DIR | --config FILE] [options]

  RECORDING    HTTP requests as sent, one per file; audit logs (Native or JSON; part C for bodies); .waftest and FTW .yaml
               files; folders of them
  --rules      rule files, in this order; may be repeated. Without any, the rules a gate started here would load
  --crs        folder of a Core Rule Set
  --config     configuration that names the rules; ${DEFAULT_FILE} when absent
  --repeat N   rounds that are measured, behind one that is not; ${DEFAULT_REPEAT} when absent
  --evaluator  optimized, as a gate runs rules, or reference, which leaves nothing out; optimized when absent
  --top N      rows of the table; ${DEFAULT_TOP} when absent
  --json       everything as JSON, times in microseconds
  --folded     also write folded stacks for flame graphs to this file, in nanoseconds

No program is run, no name server asked and no upload kept while rules are measured.`,
  run,
};

async function run(words: readonly string[], output: CommandOutput): Promise<number> {
  const options = readWords(words);
  try {
    const { requests, leftOut } = await loadRecording(options.recordings);
    if (leftOut > 0) output.err(`${leftOut} recorded entries without a request line are left out`);
    if (requests.length === 0) throw new RecordingError(`no requests in ${options.recordings.join(', ')}`);
    const { config, mistakes } =
      options.config === undefined ? { config: defaultConfig(), mistakes: [] } : loadConfig(options.config);
    if (config === undefined) throw new ConfigError(mistakes);
    const ruleSet = findRuleSet(options);
    const result = await profile({ ...options, ruleSet, config, requests });
    if (options.folded !== undefined) writeFileSync(options.folded, `${foldProfile(result).join('\n')}\n`);
    const lines = options.isJson ? [JSON.stringify(result, undefined, 2)] : renderProfile(result, options.top);
    for (const line of lines) output.out(line);
    return 0;
  } catch (cause) {
    if (!isExpected(cause)) throw cause;
    output.err(cause.message);
    return 1;
  }
}

/** Bad recordings, rules that do not load, files that cannot be read, as opposed to bugs. */
function isExpected(cause: unknown): cause is Error {
  if (!(cause instanceof Error) || cause instanceof TypeError || cause instanceof RangeError) return false;
  const kinds = [RecordingError, RuleSetError, ConfigError, TestFileError, WaftestError];
  return kinds.some((kind) => cause instanceof kind) || 'syscall' in cause || cause.constructor === Error;
}

interface Options {
  readonly recordings: readonly string[];
  readonly files: readonly string[];
  readonly crs: string | undefined;
  readonly config: string | undefined;
  readonly repeat: number;
  readonly evaluator: 'optimized' | 'reference';
  readonly top: number;
  readonly isJson: boolean;
  readonly folded: string | undefined;
}

function readWords(words: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      rules: { type: 'string', multiple: true, default: [] },
      crs: { type: 'string' },
      config: { type: 'string' },
      repeat: { type: 'string', default: String(DEFAULT_REPEAT) },
      evaluator: { type: 'string', default: 'optimized' },
      top: { type: 'string', default: String(DEFAULT_TOP) },
      json: { type: 'boolean', default: false },
      folded: { type: 'string' },
    },
  });
  if (positionals.length === 0) throw new UsageError('profile needs recorded requests');
  const { evaluator, crs, folded } = values;
  if (evaluator !== 'optimized' && evaluator !== 'reference') {
    throw new UsageError(`--evaluator ${evaluator}: optimized or reference`);
  }
  return {
    recordings: positionals,
    files: values.rules,
    crs,
    config: values.config ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined),
    repeat: count('--repeat', values.repeat),
    evaluator,
    top: count('--top', values.top),
    isJson: values.json,
    folded,
  };
}

function count(option: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new UsageError(`${option} ${text}: not a number from 1 to 999999`);
  return Number(text);
}
