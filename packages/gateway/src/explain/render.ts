import { escapeLine } from '@sallyport/engine';
import type { ExplainedMatch, ExplainedValue, Explanation, Verdict } from './explanation.ts';
import { type ScoreSheet, scoreSheets } from './score.ts';

/** Bytes shown on either side of a match in a long value. */
const CONTEXT = 60;

/** Marks text for a terminal; plain text passes through unchanged. */
interface Style {
  readonly strong: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly match: (text: string) => string;
  readonly hasColour: boolean;
}

function styleOf(hasColour: boolean): Style {
  const wrap = (code: string) => (text: string) => (hasColour ? `\x1b[${code}m${text}\x1b[0m` : text);
  return { strong: wrap('1'), dim: wrap('2'), match: wrap('1;31'), hasColour };
}

/** An explanation for people: what came, which rules fired on what, how the score adds up, what was decided. */
export function renderExplanation(explanation: Explanation, hasColour: boolean): string[] {
  const style = styleOf(hasColour);
  const logged = explanation.matches.filter((match) => match.isLogged);
  const sheets = scoreSheets(explanation);
  return [
    ...heading(explanation, style),
    ...logged.flatMap((match, index) => ['', ...renderMatch(match, index + 1, style)]),
    ...(logged.length === 0 ? ['', 'No rule fired.'] : []),
    ...explanation.messages.flatMap((message) => ['', escapeLine(message)]),
    ...(sheets.length === 0 ? [] : ['', style.strong('Score'), ...sheets.flatMap(renderSheet)]),
    ...(explanation.isPartial && logged.length > 0 ? ['', style.dim(PARTIAL)] : []),
    '',
    style.strong(verdictText(explanation)),
  ];
}

const PARTIAL =
  'This audit log has no values, transformations or scores; set SecAuditLogFormat to JSON and keep part H to see them.';

function heading(explanation: Explanation, style: Style): string[] {
  const { id, requestLine, time, client, host, status, engine } = explanation;
  const facts = [
    ['request', requestLine],
    ['host', host],
    ['client', client],
    ['time', time],
    ['answered', status === undefined ? undefined : String(status)],
    ['engine', engine],
  ] as const;
  return [
    style.strong(escapeLine(id)),
    ...facts.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name.padEnd(9)} ${escapeLine(value)}`])),
  ];
}

function renderMatch(match: ExplainedMatch, number: number, style: Style): string[] {
  const marks = [
    match.severity,
    match.phase === undefined ? undefined : `phase ${match.phase}`,
    match.isDisruptive ? 'disruptive' : undefined,
  ];
  const notes = marks.filter((mark) => mark !== undefined).join(', ');
  const title = match.message === undefined ? '' : `  ${escapeLine(match.message)}`;
  return [
    `${number}. ${style.strong(`rule ${match.rule}${title}`)}${notes === '' ? '' : `  (${notes})`}`,
    style.dim(`   ${escapeLine(match.file)}:${match.line}`),
    ...(match.sentence === undefined ? [] : [`   ${escapeLine(match.sentence)}`]),
    ...match.values.flatMap((value) => renderValue(value, style)),
    ...(match.data === undefined ? [] : [`   data: ${escapeLine(match.data)}`]),
  ];
}

function renderValue(value: ExplainedValue, style: Style): string[] {
  const changes = value.changes.map(
    ({ name, before, after }) =>
      `     set       ${escapeLine(name)}: ${shown(before ?? '(nothing)')} -> ${shown(after ?? '(removed)')}`,
  );
  // A rule without a condition has looked at nothing.
  if (value.variable === '') return changes;
  const operator = `${value.isNegated ? '!' : ''}${value.operator.startsWith('@') ? '' : '@'}${value.operator}`;
  const lines = [`   ${style.strong(escapeLine(value.variable))}`];
  if (value.transformations.length > 0) {
    lines.push(`     received  ${shown(value.original)}`);
    lines.push(`     through   ${value.transformations.map((name) => `t:${name}`).join(', ')}`);
  }
  lines.push(...renderMatched(value, style));
  // A pattern reads better as it was written; line breaks and the like stay escaped.
  lines.push(`     operator  ${shorten(escapeLine(operator).replaceAll('\\\\', '\\'))}`, ...changes);
  return lines;
}

/** The value with its matched bytes in colour, or underlined where there is none. */
function renderMatched({ value, span }: ExplainedValue, style: Style): string[] {
  const label = '     value     ';
  if (span === undefined) return [`${label}${shown(value)}`];
  const [start, end] = span;
  const from = Math.max(0, start - CONTEXT);
  const to = Math.min(value.length, Math.max(end, start) + CONTEXT);
  const before = `${from > 0 ? '...' : ''}${escapeLine(value.slice(from, start))}`;
  const matched = shorten(escapeLine(value.slice(start, end)));
  const after = `${escapeLine(value.slice(end, to))}${to < value.length ? '...' : ''}`;
  const line = `${label}${before}${style.match(matched)}${after}`;
  if (style.hasColour || matched === '') return [line];
  return [line, `${' '.repeat(label.length + before.length)}${'^'.repeat(matched.length)}`];
}

const shown = (text: string): string => shorten(escapeLine(text));

function shorten(text: string): string {
  return text.length <= 4 * CONTEXT ? text : `${text.slice(0, 4 * CONTEXT)}...`;
}

function renderSheet({ name, start, steps }: ScoreSheet): string[] {
  return [
    `  ${escapeLine(name)} starts at ${start}`,
    ...steps.map(({ rule, by, total }) => `    rule ${rule}  ${by < 0 ? '-' : '+'}${Math.abs(by)}  = ${total}`),
  ];
}

function verdictText({ verdict, engine, matches }: Explanation): string {
  if (verdict !== undefined) return `Verdict: ${deed(verdict)}${reason(verdict, matches)}`;
  if (engine === 'DETECTION_ONLY' && matches.length > 0) return 'Verdict: passed on; the engine only detects.';
  return 'Verdict: passed on.';
}

function deed({ action, status, phase }: Verdict): string {
  const names: Readonly<Record<string, string>> = {
    deny: 'denied',
    drop: 'connection closed',
    redirect: 'redirected',
    proxy: 'sent elsewhere',
  };
  const withStatus = status === undefined || action === 'drop' ? '' : ` with ${status}`;
  return `${names[action] ?? escapeLine(action)}${withStatus}${phase === undefined ? '' : ` in phase ${phase}`}`;
}

function reason({ rule, message }: Verdict, matches: readonly ExplainedMatch[]): string {
  const by = rule === undefined ? '' : ` by rule ${rule}`;
  const why = matches.findLast((match) => match.rule === rule)?.message ?? message;
  return why === undefined ? `${by}.` : `${by}: ${escapeLine(why)}`;
}
