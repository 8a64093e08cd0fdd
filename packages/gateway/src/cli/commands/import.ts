import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { RuleSource } from '@sallyport/engine';
import { translateModsec1 } from '../../import/modsec1.ts';
import { type Import, renderImport, renderImportJson } from '../../import/report.ts';
import { convertSnort } from '../../import/snort.ts';
import { type Command, type CommandOutput, UsageError } from './command.ts';

export const importCommand: Command = {
  name: 'import',
  summary: 'Translate rules of other systems: ModSecurity 1.x, Snort.',
  usage: `sallyport import modsec1 FILE [-o OUT] [--report text|json] [--id-base N]
sallyport import snort FILE... [-o OUT] [--report text|json] [--id-base N]

  FILE          rules to translate
  -o, --output  file for the translation; without it the rules are printed and the report goes to standard error
  --report      form of the report: what every line became, and what could not be translated and why
  --id-base     modsec1: first id for rules that have none; snort: number that is added to every sid

Lines that cannot be translated are listed and never stop the others. Every rule that is written has been loaded once.`,
  run,
};

type Importer = (sources: readonly RuleSource[], idBase: number | undefined) => Import;

const IMPORTERS: Readonly<Record<string, { readonly mostFiles: number; readonly convert: Importer }>> = {
  modsec1: {
    mostFiles: 1,
    convert: ([source], idBase) => {
      if (source === undefined) throw new UsageError('import modsec1 needs a file');
      return translateModsec1(source, idBase);
    },
  },
  snort: { mostFiles: Number.POSITIVE_INFINITY, convert: convertSnort },
};

async function run(words: readonly string[], output: CommandOutput): Promise<number> {
  const { importer, files, target, isJson, idBase } = readWords(words);
  let result: Import;
  try {
    const sources = files.map((file) => ({ file, text: readFileSync(file, 'latin1') }));
    result = importer(sources, idBase);
    if (target !== undefined) writeFileSync(target, result.text, 'latin1');
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
    output.err(cause.message);
    return 1;
  }
  const report = isJson ? [renderImportJson(result.lines)] : renderImport(result.lines);
  if (target === undefined) {
    for (const line of result.text.split('\n').slice(0, -1)) output.out(line);
  }
  for (const line of report) (target === undefined ? output.err : output.out)(line);
  return 0;
}

interface Options {
  readonly importer: Importer;
  readonly files: readonly string[];
  readonly target: string | undefined;
  readonly isJson: boolean;
  readonly idBase: number | undefined;
}

function readWords(words: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      output: { type: 'string', short: 'o' },
      report: { type: 'string', default: 'text' },
      'id-base': { type: 'string' },
    },
  });
  const [kind, ...files] = positionals;
  const importer = kind === undefined ? undefined : IMPORTERS[kind];
  if (importer === undefined) {
    throw new UsageError(kind === undefined ? 'say what to import: modsec1 or snort' : `cannot import "${kind}"`);
  }
  if (files.length === 0) throw new UsageError(`import ${kind} needs a file`);
  if (files.length > importer.mostFiles) throw new UsageError(`import ${kind} takes one file`);
  if (values.report !== 'text' && values.report !== 'json') throw new UsageError('--report is text or json');
  const idBase = values['id-base'];
  if (idBase !== undefined && !/^[1-9]\d{0,8}$/.test(idBase)) throw new UsageError(`--id-base ${idBase}: not a number`);
  return {
    importer: importer.convert,
    files,
    target: values.output,
    isJson: values.report === 'json',
    idBase: idBase === undefined ? undefined : Number(idBase),
  };
}
