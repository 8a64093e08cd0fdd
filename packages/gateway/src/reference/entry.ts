import { escapeLine } from '@sallyport/engine';

/** One word of the language as the reference shows it, on a page and in an editor. */
export interface Entry {
  /** As it is written in rules, for example `@rx` or `t:lowercase`. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  /** How it is written with its arguments. */
  readonly syntax: string;
  /** Short facts, in order: default, phases, where it may stand. */
  readonly facts: readonly (readonly [label: string, text: string])[];
  /** Rows of examples under their headings; tests run them. */
  readonly examples?: { readonly headings: readonly string[]; readonly rows: readonly (readonly string[])[] };
  /** What to write today. */
  readonly deprecated: string | undefined;
}

/** Markdown below the heading of an entry. */
export function entryText({ aliases, summary, syntax, facts, examples, deprecated }: Entry): string {
  const lines = [sentence(summary), '', '```', syntax, '```', ''];
  const items = [
    ...(deprecated === undefined ? [] : [['obsolete', sentence(deprecated)] as const]),
    ...facts,
    ...(aliases.length === 0 ? [] : [['also written', aliases.map((alias) => `\`${alias}\``).join(', ')] as const]),
  ];
  for (const [label, text] of items) lines.push(`- ${label}: ${text}`);
  if (items.length > 0) lines.push('');
  if (examples !== undefined && examples.rows.length > 0) {
    lines.push(tableRow(examples.headings), tableRow(examples.headings.map(() => '---')));
    for (const row of examples.rows) lines.push(tableRow(row));
    lines.push('');
  }
  return lines.join('\n').trimEnd();
}

/** A whole page: what the words are, a list of them, each in full. */
export function entryPage(title: string, introduction: readonly string[], entries: readonly Entry[]): string {
  const sorted = entries.toSorted((left, right) => (left.name.toLowerCase() < right.name.toLowerCase() ? -1 : 1));
  const lines = [`# ${title}`, '', ...introduction, '', GENERATED, ''];
  for (const entry of sorted) lines.push(`## \`${entry.name}\``, '', entryText(entry), '');
  return `${lines.join('\n').trimEnd()}\n`;
}

export const GENERATED = 'Generated from the definitions in the code by `npm run docs`; the examples are run as tests.';

/** Text in a code span, with control bytes and bytes above ASCII as `\xhh`. */
export function code(text: string): string {
  if (text === '') return '(empty)';
  const shown = escapeLine(text);
  const fence = shown.includes('`') ? '``' : '`';
  const padded = shown.startsWith('`') || shown.endsWith('`') ? ` ${shown} ` : shown;
  return fence + padded + fence;
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?)]$/.test(capital) ? capital : `${capital}.`;
}

export function tableRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
