import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { formatDiagnostic } from '@sallyport/engine';
import { nodeFiles } from '@sallyport/engine/node';
import { formatRules } from '../../format/format.ts';
import { expandFiles } from '../../lint/load.ts';
import { type Command, type CommandOutput, UsageError } from './command.ts';

export const fmtCommand: Command = {
  name: 'fmt',
  summary: 'Write rule files in one style, without changing what they mean.',
  usage: `sallyport fmt FILE... [--check | --write]

  FILE     rule files, patterns or folders
  --check  change nothing; name the files that would change, and fail when there is one
  --write  write the files back
  without  print the result; this takes one file

Comments and blank lines stay. A file with syntax errors is left alone. Before anything is written the result is loaded and
compared with the original.`,
  run,
};

async function run(words: readonly string[], output: CommandOutput): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { check: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
  });
  if (values.check && values.write) throw new UsageError('--check and --write exclude each other');
  if (positionals.length === 0) throw new UsageError('name the files to format');
  let files: readonly string[];
  try {
    files = expandFiles(positionals);
  } catch (cause) {
    output.err(cause instanceof Error ? cause.message : String(cause));
    return 1;
  }
  const mode = values.check ? 'check' : values.write ? 'write' : 'print';
  if (mode === 'print' && files.length > 1)
    throw new UsageError('only one file can be printed; use --write or --check');
  const outcomes = files.map((file) => formatFile(file, mode, output));
  return outcomes.every((isFine) => isFine) ? 0 : 1;
}

/** Whether all is well with the file, in the sense of the exit code. */
function formatFile(file: string, mode: 'check' | 'write' | 'print', output: CommandOutput): boolean {
  const text = readFileSync(file, 'latin1');
  const result = formatRules(file, text, nodeFiles);
  switch (result.kind) {
    case 'broken':
      for (const error of result.errors) output.err(formatDiagnostic(error));
      return false;
    case 'same':
      if (mode === 'print') print(text, output);
      return true;
    case 'changed':
      if (mode === 'print') print(result.text, output);
      else output.out(file);
      if (mode === 'write') replace(file, result.text);
      return mode !== 'check';
  }
}

function print(text: string, output: CommandOutput): void {
  // Commands print characters; rule files of ASCII and UTF-8 come out as they are.
  output.out(Buffer.from(text, 'latin1').toString('utf8').replace(/\n$/, ''));
}

/** A reader never sees half a file: the text is complete before it gets the name. */
function replace(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, text, { encoding: 'latin1', mode: statSync(file).mode });
  renameSync(temporary, file);
}
