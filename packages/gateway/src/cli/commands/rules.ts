import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { escapeLine, formatDiagnostic } from '@sallyport/engine';
import { inspectRules } from '@sallyport/engine/language';
import { nodeFiles } from '@sallyport/engine/node';
import { type RuleInventory, type RuleLine, takeInventory } from '../../lint/inventory.ts';
import { findRuleSet, inspectionServices } from '../../lint/load.ts';
import { counted } from '../../lint/output/text.ts';
import { DEFAULT_FILE } from '../settings.ts';
import type { Command, CommandOutput } from './command.ts';

/** Tags in the summary; `--json` has all of them. */
const MOST_TAGS = 20;

export const rulesCommand: Command = {
  name: 'rules',
  summary: 'Show which rules are loaded, from where, and what they are about.',
  usage: `sallyport rules [FILE... | --crs DIR | --config FILE [--rule-set NAME]] [--list] [--json]

  FILE        rule files (also as --rules FILE); without any, the rules a gate started here would load
  --crs       folder of a Core Rule Set
  --config    configuration that names the rules; ${DEFAULT_FILE} when absent
  --rule-set  one of its "rule_sets"; "rules" when absent
  --list      one line for each rule
  --json      everything as JSON`,
  run,
};

async function run(words: readonly string[], output: CommandOutput): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      rules: { type: 'string', multiple: true, default: [] },
      crs: { type: 'string' },
      config: { type: 'string' },
      'rule-set': { type: 'string' },
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const config = values.config ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined);
  try {
    const files = [...values.rules, ...positionals];
    const ruleSet = findRuleSet({ files, crs: values.crs, config, ruleSet: values['rule-set'] });
    const inspection = inspectRules({ rules: ruleSet.rules, files: nodeFiles, services: inspectionServices });
    const errors = inspection.diagnostics.filter(({ severity }) => severity === 'error');
    for (const error of errors) output.err(formatDiagnostic(error));
    const inventory = takeInventory(ruleSet.name, inspection);
    if (values.json) output.out(JSON.stringify(inventory, undefined, 2));
    else for (const line of values.list ? renderList(inventory.rules) : renderSummary(inventory)) output.out(line);
    return errors.length === 0 ? 0 : 1;
  } catch (cause) {
    output.err(cause instanceof Error ? cause.message : String(cause));
    return 1;
  }
}

function renderSummary({ name, rules, files, counts, removed }: RuleInventory): string[] {
  const gone = removed.length === 0 ? '' : `, ${removed.length} taken away by other directives`;
  return [
    `${name}: ${counted(rules.length, 'rule')} in ${counted(files.length, 'file')}${gone}`,
    ...table(
      'file',
      files.map(({ file, rules: count }) => [escapeLine(file), count]),
    ),
    ...table('phase', counts.phases),
    ...table('does', counts.actions),
    ...table('severity', counts.severities),
    ...table('paranoia level', counts.paranoiaLevels),
    ...table('tag', counts.tags.slice(0, MOST_TAGS), counts.tags.length - MOST_TAGS),
  ];
}

function table(title: string, rows: readonly (readonly [name: string | number, count: number])[], more = 0): string[] {
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(([name]) => String(name).length));
  return [
    '',
    title,
    ...rows.map(([name, count]) => `  ${String(name).padEnd(width)}  ${count}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

function renderList(rules: readonly RuleLine[]): string[] {
  return rules.map(({ id, phase, action, severity, paranoiaLevel, file, line, message }) =>
    [
      String(id ?? '-').padStart(8),
      `phase ${phase}`,
      action.padEnd(8),
      (severity ?? '-').padEnd(9),
      paranoiaLevel === undefined ? '  - ' : `PL ${paranoiaLevel}`,
      `${escapeLine(file)}:${line}`,
      escapeLine(message ?? ''),
    ]
      .join('  ')
      .trimEnd(),
  );
}
