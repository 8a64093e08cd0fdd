import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadConfig } from '../../config/load.ts';
import type { Explanation } from '../../explain/explanation.ts';
import { findInLog, findInStorage } from '../../explain/find-entry.ts';
import { explainLimits, type RequestWords } from '../../explain/limits/command.ts';
import { readJsonEntry } from '../../explain/read-json.ts';
import { readNativeEntry } from '../../explain/read-native.ts';
import { renderExplanation } from '../../explain/render.ts';
import { explainOneRule, explainRuleFile } from '../../explain/rule/command.ts';
import { scoreSheets } from '../../explain/score.ts';
import { DEFAULT_FILE } from '../settings.ts';
import { type Command, type CommandOutput, UsageError } from './command.ts';

export const explainCommand: Command = {
  name: 'explain',
  summary: 'Tell why a request was refused, what a rule does, or what limits an address has.',
  usage: `sallyport explain ID [--audit-log FILE | --storage DIR | --config FILE] [--json]
sallyport explain RULE-ID [FILE... | --crs DIR | --config FILE [--rule-set NAME]] [--json]
sallyport explain FILE [--json]
sallyport explain METHOD URL [--size 900MB] [--rate 1MB/s] [--config FILE] [--json]

  ID           request id, as in the error page, the logs and the X-Request-Id header: which rules fired, on which bytes,
               how the score adds up, what was decided
  --audit-log  audit log to look in (Serial, Native or JSON)
  --storage    folder of a Concurrent audit log
  --config     configuration that names the audit log or the rules; ${DEFAULT_FILE} when absent
  RULE-ID      number of a rule: which rule sets of the configuration it is in and what becomes of it there, when it runs, what
               it looks at, what its pattern says, where its score leads
  FILE         rule files (also as --rules FILE); without any, the rules a gate started here would load. Alone: every rule
               of the file in short
  --rule-set   one of the "rule_sets" of the configuration only, or "rules"
  --crs        folder of a Core Rule Set
  METHOD URL   a path, or an address with host: who may have it, every limit a request meets there, where it is set, and with --size which one
               ends an upload first; exit code 1 when one does
  --json       print the explanation as JSON`,
  run,
};

async function run(words: readonly string[], output: CommandOutput): Promise<number> {
  const wanted = readWords(words);
  if (wanted.about === 'rule') return explainOneRule(wanted, output);
  if (wanted.about === 'limits') return explainLimits(wanted, output);
  if (wanted.about === 'file') return explainRuleFile(wanted, output);
  const { id, place, isJson } = wanted;
  let entry: string | undefined;
  try {
    entry = place.kind === 'storage' ? await findInStorage(place.path, id) : await findInLog(place.path, id);
  } catch (error) {
    output.err(`cannot read ${place.path}: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
  if (entry === undefined) {
    output.err(`${place.path} has no entry for ${id}; was the request audited (SecAuditEngine), and is this its log?`);
    return 1;
  }
  const explanation = entry.startsWith('{') ? readJsonEntry(entry) : readNativeEntry(entry);
  const lines = isJson ? [json(explanation)] : renderExplanation(explanation, output.hasColour);
  for (const line of lines) output.out(line);
  return 0;
}

interface Place {
  readonly kind: 'log' | 'storage';
  readonly path: string;
}

type Wanted =
  | { readonly about: 'request'; readonly id: string; readonly place: Place; readonly isJson: boolean }
  | {
      readonly about: 'rule';
      readonly id: number;
      readonly files: readonly string[];
      readonly crs: string | undefined;
      readonly config: string | undefined;
      readonly ruleSet: string | undefined;
      readonly isJson: boolean;
    }
  | ({ readonly about: 'limits' } & RequestWords)
  | { readonly about: 'file'; readonly file: string; readonly isJson: boolean };

function readWords(words: readonly string[]): Wanted {
  const dashed = words.filter(isDashedId);
  const { values, positionals } = parseArgs({
    args: words.filter((word) => !isDashedId(word)),
    allowPositionals: true,
    options: {
      'audit-log': { type: 'string' },
      storage: { type: 'string' },
      config: { type: 'string' },
      rules: { type: 'string', multiple: true },
      crs: { type: 'string' },
      'rule-set': { type: 'string' },
      size: { type: 'string' },
      rate: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  const [id, ...more] = [...dashed, ...positionals];
  const log = values['audit-log'];
  const { storage, crs, rules = [], 'rule-set': ruleSet } = values;
  const isJson = values.json === true;
  if (id !== undefined && /^[A-Z]{2,20}$/.test(id) && more.length === 1 && log === undefined && storage === undefined) {
    const [url = ''] = more;
    return { about: 'limits', method: id, url, config: values.config, size: values.size, rate: values.rate, isJson };
  }
  if (values.size !== undefined || values.rate !== undefined)
    throw new UsageError('--size and --rate go with METHOD URL');
  const isAboutLog = log !== undefined || storage !== undefined;
  if (id !== undefined && /^\d{1,15}$/.test(id) && !isAboutLog) {
    const config = values.config ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined);
    return { about: 'rule', id: Number(id), files: [...rules, ...more], crs, config, ruleSet, isJson };
  }
  if (crs !== undefined || rules.length > 0 || ruleSet !== undefined)
    throw new UsageError('--rules, --crs and --rule-set go with the number of a rule');
  if (id === undefined || more.length > 0) throw new UsageError('explain takes one request id, rule id or file');
  if (!isAboutLog && existsSync(id)) return { about: 'file', file: id, isJson };
  if (log !== undefined && storage !== undefined) throw new UsageError('--audit-log and --storage exclude each other');
  if (storage !== undefined) return { about: 'request', id, isJson, place: { kind: 'storage', path: storage } };
  const path = log ?? configuredLog(values.config ?? DEFAULT_FILE);
  return { about: 'request', id, isJson, place: { kind: 'log', path } };
}

/** Request ids are random and may begin with a dash; no option is that long. */
function isDashedId(word: string): boolean {
  return /^-[\w@-]{15,}$/.test(word);
}

function configuredLog(file: string): string {
  const { config, mistakes } = loadConfig(file);
  const path = config?.logs.audit;
  if (path !== undefined) return path;
  const why = mistakes.length > 0 ? `cannot read ${file}` : `${file} names no audit log (logs.audit)`;
  throw new UsageError(`${why}; say where to look with --audit-log or --storage`);
}

/** Byte strings as they are: bytes from 0x80 on appear as the characters U+0080 to U+00FF. */
function json(explanation: Explanation): string {
  return JSON.stringify({ ...explanation, scores: scoreSheets(explanation) }, undefined, 2);
}
