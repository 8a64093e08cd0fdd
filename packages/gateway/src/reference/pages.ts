import { readdirSync } from 'node:fs';
import { createVocabulary } from '@sallyport/engine/language';
import { REFUSALS } from '../applications/refusals.ts';
import type { Command } from '../cli/commands/command.ts';
import { configReference, configSchema } from '../config/document.ts';
import { ERRORS } from '../errors.ts';
import { ruleCodes } from '../lint/codes.ts';
import { entryPage, GENERATED, tableRow } from './entry.ts';
import { actionEntry, ctlEntry, directiveEntry, operatorEntry, transformationEntry, variableEntry } from './words.ts';

/** Every generated file of `docs/reference`, by its name. */
export async function referencePages(): Promise<ReadonlyMap<string, string>> {
  const words = createVocabulary();
  return new Map([
    ['directives.md', entryPage('Directives', DIRECTIVES, words.directives.all.map(directiveEntry))],
    ['variables.md', entryPage('Variables', VARIABLES, words.variables.all.map(variableEntry))],
    ['operators.md', entryPage('Operators', OPERATORS, words.operators.all.map(operatorEntry))],
    [
      'transformations.md',
      entryPage('Transformations', TRANSFORMATIONS, words.transformations.all.map(transformationEntry)),
    ],
    [
      'actions.md',
      entryPage('Actions', ACTIONS, [...words.actions.all.map(actionEntry), ...words.ctlOptions.all.map(ctlEntry)]),
    ],
    ['errors.md', errorsPage()],
    ['cli.md', cliPage(await loadCommands())],
    ['config.md', configReference()],
    ['sallyport.schema.json', `${JSON.stringify(configSchema(), null, 2)}\n`],
  ]);
}

const DIRECTIVES = [
  'One to a line; a backslash at the very end of a line joins the next one. Names are caseless. A word with blanks in it stands',
  'in double quotes.',
];
const VARIABLES = [
  'What a rule looks at: `SecRule ARGS|REQUEST_HEADERS:User-Agent …`. `!` in front leaves members out, `&` counts them, a',
  "pattern between slashes selects members by name: `ARGS:'/^x-/'`. Names are caseless, names of members too.",
];
const OPERATORS = [
  'The second word of a rule: `SecRule ARGS "@contains wget" …`. `!` in front turns the verdict around. Text without `@` is a',
  'pattern for `@rx`.',
];
const TRANSFORMATIONS = [
  'Applied to each value in the order they are written, before the operator sees it. `t:none` drops all before it, those of',
  '`SecDefaultAction` included.',
];
const ACTIONS = [
  'The third word of a rule, separated by commas. A value with a blank, comma or pipe in it stands in single quotes. The options',
  'of `ctl`, which change settings for one request, are at its end.',
];

function errorsPage(): string {
  const lines = [
    '# Codes',
    '',
    'What `sallyport check`, `sallyport lint` and the gate call things. Codes are never reused.',
    '',
    GENERATED,
    '',
    '## Rules',
    '',
    '`SL1…` is about how text is written, `SL2…` about what it means, `SL3…` about files; errors keep a rule set from loading.',
    '`SL4…` comes from `sallyport lint`: it loads, and most likely is not what was meant.',
    '',
  ];
  for (const { code, severity, title, explanation, example, instead } of ruleCodes) {
    lines.push(`### ${code} ${title}`, '', `${severity === 'error' ? 'Error.' : 'Warning.'} ${explanation}`, '');
    if (example !== undefined) lines.push('```', shorten(example), '```', '');
    if (instead !== undefined) lines.push('Instead:', '', '```', shorten(instead), '```', '');
  }
  lines.push('## Gate', '', 'Why the gate itself answers a request.', '');
  lines.push(tableRow(['code', 'status', 'caused by', 'meaning']), tableRow(['---', '---', '---', '---']));
  for (const { code, status, source, text } of Object.values(ERRORS)) {
    lines.push(tableRow([code, String(status), source, text]));
  }
  lines.push(
    '',
    '## Applications',
    '',
    'Why a program is not started. The configuration may leave out those marked so.',
    '',
  );
  lines.push(tableRow(['code', 'meaning', 'can be left out']), tableRow(['---', '---', '---']));
  for (const { code, text, canBeSkipped } of Object.values(REFUSALS))
    lines.push(tableRow([code, text, canBeSkipped ? 'yes' : 'no']));
  return `${lines.join('\n')}\n`;
}

/** Examples of limits are long and say the same thing again and again. */
function shorten(example: string): string {
  const lines = example.trimEnd().split('\n');
  return (lines.length <= 12 ? lines : [...lines.slice(0, 3), '…', ...lines.slice(-3)]).join('\n');
}

function cliPage(commands: readonly Command[]): string {
  const lines = [
    '# Command line',
    '',
    'Exit codes: 0 success, 1 failure of what was asked, 2 wrong usage. `sallyport COMMAND --help` prints the same as below.',
    '',
    GENERATED,
    '',
  ];
  for (const { name, summary, usage } of commands) {
    lines.push(`## \`sallyport ${name}\``, '', summary, '', '```', usage, '```', '');
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

/** Every command there is, by name: the modules beside the ones with the contract and the tests. */
async function loadCommands(): Promise<readonly Command[]> {
  const folder = new URL('../cli/commands/', import.meta.url);
  const modules = readdirSync(folder).filter((file) => /^[a-z-]+\.[jt]s$/.test(file) && !file.startsWith('command.'));
  const commands = await Promise.all(
    modules.sort().map(async (file) => {
      const module = (await import(new URL(file, folder).href)) as Readonly<Record<string, unknown>>;
      return Object.values(module).filter(isCommand);
    }),
  );
  return commands.flat();
}

function isCommand(value: unknown): value is Command {
  return typeof value === 'object' && value !== null && 'usage' in value && 'run' in value;
}
