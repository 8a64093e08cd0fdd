import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { lintSets } from '../../lint/lint-sets.ts';
import { setsToLookIn } from '../../lint/load.ts';
import { findingsAsJson } from '../../lint/output/json.ts';
import { findingsAsSarif } from '../../lint/output/sarif.ts';
import { renderFindings } from '../../lint/output/text.ts';
import { explainFailure } from '../../process/failure.ts';
import { DEFAULT_FILE } from '../settings.ts';
import { type Command, type CommandOutput, UsageError } from './command.ts';

export const lintCommand: Command = {
  name: 'lint',
  summary: 'Find mistakes in rules, and rules that do not do what was meant.',
  usage: `sallyport lint [FILE... | --config FILE [--rule-set NAME]] [--format text|json|sarif] [--max-warnings N] [--partial]

  FILE            rule files, patterns or folders, loaded in this order as one rule set
  --config        configuration of a gate: each of its rule sets, with all it puts around the files; ${DEFAULT_FILE} when there
                  are neither files nor this
  --rule-set      one of its "rule_sets" only, or "rules"
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
      config: { type: 'string' },
      'rule-set': { type: 'string' },
      format: { type: 'string', default: 'text' },
      'max-warnings': { type: 'string' },
      partial: { type: 'boolean', default: false },
    },
  });
  const { format, 'rule-set': ruleSet } = values;
  if (format !== 'text' && format !== 'json' && format !== 'sarif')
    throw new UsageError('--format is text, json or sarif');
  const most = values['max-warnings'];
  if (most !== undefined && !/^\d{1,9}$/.test(most)) throw new UsageError('--max-warnings takes a number');
  if (positionals.length > 0 && values.config !== undefined)
    throw new UsageError('name files or a configuration, not both');
  const config = values.config ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined);
  if (positionals.length === 0 && config === undefined)
    throw new UsageError(
      `name the files to look at, or a configuration with --config; there is no ${DEFAULT_FILE} here`,
    );
  try {
    const { sets } = setsToLookIn({ files: positionals, crs: undefined, config, ruleSet });
    const { findings, files } = lintSets(sets, !values.partial);
    if (format === 'text') for (const line of renderFindings(findings, files.size)) output.out(line);
    else output.out(format === 'json' ? findingsAsJson(findings) : findingsAsSarif(findings));
    const warnings = findings.filter(({ severity }) => severity === 'warning').length;
    if (findings.length > warnings) return 1;
    if (most === undefined || warnings <= Number(most)) return 0;
    output.err(`${warnings} warnings are more than ${most}`);
    return 1;
  } catch (cause) {
    for (const line of explainFailure(cause)) output.err(line);
    return 1;
  }
}
