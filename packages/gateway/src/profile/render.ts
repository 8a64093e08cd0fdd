import { basename } from 'node:path';
import { escapeLine } from '@sallyport/engine';
import { counted } from '../lint/output/text.ts';
import type { Profile, ProfiledCondition } from './profile.ts';

/** Patterns are shown in the last column up to this length. */
const SHOWN_PATTERN = 40;

/** The table for people: the dearest conditions, what is spent on no rule in particular, and what the columns mean. */
export function renderProfile(profile: Profile, top: number): string[] {
  const { conditions, time, sharedTime } = profile;
  const shown = conditions.slice(0, top);
  const hidden = conditions.slice(top);
  const rest = hidden.reduce((sum, condition) => sum + condition.time, 0);
  const rows = [
    HEADINGS,
    ...shown.map(rowOf),
    ...(hidden.length === 0
      ? []
      : [summary(rest, time, hidden.length === 1 ? '1 more condition' : `${hidden.length} more conditions`)]),
    summary(sharedTime, time, 'all rules together: scanning for candidates, going from rule to rule'),
  ];
  const widths = HEADINGS.map((_, column) =>
    Math.max(...rows.filter((row) => row.length === HEADINGS.length).map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string => {
    if (row.length < HEADINGS.length) {
      const [share = '', spent = '', text = ''] = row;
      return `${share.padStart(widths[0] ?? 0)}  ${spent.padStart(widths[1] ?? 0)}  ${text}`;
    }
    return row
      .map((cell, column) => (column < NUMBERS ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  };
  return [heading(profile), '', ...rows.map(line), ...LEGEND];
}

function heading({ ruleSet, evaluator, requests, repeat, time, interrupted }: Profile): string {
  const each = (time / (requests * repeat)).toFixed(1);
  return `${ruleSet}, ${evaluator} evaluator: ${counted(requests, 'request')} × ${repeat}, ${interrupted} interrupted, ${(time / 1000).toFixed(1)} ms, ${each} µs each`;
}

const HEADINGS = ['share', 'µs', 'runs', 'values', 'tests', 'matches', 'bytes', 'fuel', 'rule', 'where', 'operator'];
/** The first columns hold numbers. */
const NUMBERS = 8;

const LEGEND = [
  '',
  'runs: how often the condition was run, not left out beforehand; values: it was run on; tests: questions to its operator,',
  'those asked beforehand included; fuel: steps of the operator, which do not depend on the machine. 10/1 is a link of rule 10.',
];

function rowOf(condition: ProfiledCondition): string[] {
  const { time, share, runs, values, tests, matches, bytes, fuel, file, line, operator, argument } = condition;
  const pattern = argument.length > SHOWN_PATTERN ? `${argument.slice(0, SHOWN_PATTERN - 1)}…` : argument;
  return [
    percent(share),
    time.toFixed(0),
    ...[runs, values, tests, matches, bytes, fuel].map(String),
    ruleName(condition),
    `${escapeLine(basename(file))}:${line}`,
    `${operator} ${readable(pattern)}`.trimEnd(),
  ];
}

/** Patterns keep their backslashes; bytes that a terminal would not show are written as PCRE writes them. */
function readable(pattern: string): string {
  return pattern.replace(/[^\x20-\x7e…]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function summary(spent: number, time: number, text: string): string[] {
  return [percent(spent / time), spent.toFixed(0), text];
}

function percent(share: number): string {
  return `${((Number.isFinite(share) ? share : 0) * 100).toFixed(1)}%`;
}

function ruleName({ rule, position }: ProfiledCondition): string {
  return position === 0 ? String(rule.id) : `${rule.id}/${position}`;
}

/**
 * Folded stacks, one line each, as flame graph programs read them: `phase 2;file;rule id;operator cost`, the cost in
 * nanoseconds. Actions, transformations and the collecting of values stand beside the operator.
 */
export function foldProfile({ conditions, sharedTime }: Profile): string[] {
  const lines = conditions.flatMap((condition) => {
    const stack = [`phase ${condition.phase}`, frame(basename(condition.file)), ruleName(condition)].join(';');
    return [
      [`${stack};${frame(condition.operator)}`, condition.operatorTime] as const,
      [`${stack};values and actions`, condition.otherTime] as const,
    ];
  });
  return [...lines, ['all rules together', sharedTime] as const]
    .map(([stack, time]) => [stack, Math.round(time * 1000)] as const)
    .filter(([, cost]) => cost > 0)
    .map(([stack, cost]) => `${stack} ${cost}`);
}

/** Semicolons separate frames. */
function frame(text: string): string {
  return escapeLine(text).replaceAll(';', ',');
}
