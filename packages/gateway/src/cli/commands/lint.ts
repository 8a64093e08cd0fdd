import { parseArgs } from 'node:util';
import { nodeFiles } from '@sallyport/engine/node';
import { lint } from '../../lint/lint.ts';
import { expandFiles } from '../../lint/load.ts';
import { findingsAsJson } from '../../lint/output/json.ts';
import { findingsAsSarif } from '../../lint/output/sarif.ts';
import { renderFindings } from '../../lint/output/text.ts';
import { type Command, type CommandOutput, UsageError } from './command.ts';

export const lintCommand: Command = {
  name: 'lint',
  summary: 'Find mistakes in rules, and rules that do not do what was meant.',
  usage: `sallyport lint FILE... [--format text|json|sarif] [--max-warnings N] [--partial]

  FILE            rule files, patterns or folders, loaded in this order as one rule set
  --format        form of the result; sarif is what code hosts show beside the lines
  --max-warnings  fail when there are more
  --partial       the files are part of a larger set: say nothing that depends on the rest

"# lint-ignore SL4302 reason" in front of a rule leaves that code out. The exit code is 1 when there is an error or too many
warnings. Every code is explained in docs/reference/errors.md.`,
  run,
};

async function run(words: readonly string[], output: CommandOutput): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      format: { type: 'string', default: 'text' },
      'max-warnings': { type: 'string' },
      partial: { type: 'boolean', default: false },
    },
  });
  const { format } = values;
  if (format !== 'text' && format !== 'json' && format !== 'sarif')
    throw new UsageError('--format is text, json or sarif');
  const most = values['max-warnings'];
  if (most !== undefined && !/^\d{1,9}$/.test(most)) throw new UsageError('--max-warnings takes a number');
  if (positionals.length === 0) throw new UsageError('name the files to look at');
  let files: readonly string[];
  try {
    files = expandFiles(positionals);
  } catch (cause) {
    output.err(cause instanceof Error ? cause.message : String(cause));
    return 1;
  }
  const { findings, inspection } = lint({ rules: files, files: nodeFiles, isComplete: !values.partial });
  const fileCount = new Set([...files, ...inspection.files]).size;
  if (format === 'text') for (const line of renderFindings(findings, fileCount)) output.out(line);
  else output.out(format === 'json' ? findingsAsJson(findings) : findingsAsSarif(findings));
  const warnings = findings.filter(({ severity }) => severity === 'warning').length;
  if (findings.length > warnings) return 1;
  if (most === undefined || warnings <= Number(most)) return 0;
  output.err(`${warnings} warnings are more than ${most}`);
  return 1;
}
