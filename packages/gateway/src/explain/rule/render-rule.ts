import { escapeLine } from '@sallyport/engine';
import type { ExplainedCondition, ExplainedRule } from './explained-rule.ts';
import type { RuleStanding } from './rule-standing.ts';

/** Lines of a pattern's outline and of other lists shown at most; `--json` has all. */
const MOST_LINES = 60;
const MOST_TESTS = 8;

/** A rule for people. */
export function renderRule(rule: ExplainedRule, hasColour: boolean): string[] {
  const strong = (text: string): string => (hasColour ? `\x1b[1m${text}\x1b[0m` : text);
  const facts = [
    rule.severity,
    rule.paranoiaLevel === undefined ? undefined : `paranoia level ${rule.paranoiaLevel}`,
    rule.version,
  ].filter((fact) => fact !== undefined);
  const title = rule.message === undefined ? `rule ${rule.id}` : `rule ${rule.id}  ${rule.message}`;
  const isChain = rule.conditions.length > 1;
  return [
    strong(escapeLine(title)),
    `  ${escapeLine(rule.file)}:${rule.line}${facts.length === 0 ? '' : `  (${facts.join(', ')})`}`,
    ...(rule.tags.length === 0 ? [] : [`  tags: ${escapeLine(rule.tags.join(', '))}`]),
    ...section('Rule sets', rule.ruleSets.flatMap(standingInLines), strong),
    ...section('Runs', rule.when, strong),
    ...rule.conditions.flatMap((condition, index) => [
      '',
      strong(isChain ? `Condition ${index + 1} of ${rule.conditions.length}` : 'Condition'),
      ...renderCondition(condition),
    ]),
    ...section('On a match', rule.onMatch, strong),
    ...section('Score', rule.score, strong),
    ...section('Changed by', rule.changedBy, strong),
    ...section(
      `Tests that expect it (${rule.tests.length})`,
      rule.tests.map(({ id, description, request }) => `${id}  ${description === '' ? request : description}`),
      strong,
      MOST_TESTS,
    ),
  ];
}

function section(
  title: string,
  lines: readonly string[],
  strong: (text: string) => string,
  most = MOST_LINES,
): string[] {
  if (lines.length === 0) return [];
  return ['', strong(title), ...cut(lines, most).map((line) => `  ${readable(line)}`)];
}

function standingInLines({ place, rules, users, state, notes }: RuleStanding): readonly string[] {
  const where = users.length === 0 ? 'no route runs this set' : users.join('; ');
  return [`${place} (${rules}): ${state}`, `  ${where}`, ...notes.map((note) => `  ${note}`)];
}

function renderCondition(condition: ExplainedCondition): string[] {
  const { targets, leftOut, transformations, test, argument, pattern, immediately } = condition;
  const lines: string[] = [];
  if (targets.length > 0) lines.push('  looks at', ...targets.map((target) => `    ${readable(target)}`));
  if (leftOut.length > 0) lines.push(`  leaves out ${readable(leftOut.join(', '))}`);
  if (transformations.length > 0) {
    lines.push('  after', ...transformations.map(({ name, summary }) => `    t:${name}  ${summary}`));
  }
  lines.push(`  tests ${readable(test)}`);
  if (pattern === undefined) {
    if (argument !== '') lines.push(...cut([`    ${readable(argument)}`], MOST_LINES));
  } else {
    lines.push(`    ${pattern.place}:`, ...cut(pattern.outline, MOST_LINES).map((line) => `      ${line}`));
    if (pattern.required.length > 0) {
      lines.push(`    every match contains ${listed(pattern.required)}`);
    }
    lines.push(
      `    ${pattern.isLinear ? 'takes time in proportion to the value' : `needs backtracking: ${pattern.reasons.join(', ')}`}`,
    );
  }
  if (immediately.length > 0) lines.push('  and at once', ...immediately.map((line) => `    ${readable(line)}`));
  return lines;
}

function listed(texts: readonly string[]): string {
  const shown = texts.slice(0, 12).map((text) => `"${readable(text)}"`);
  const more = texts.length > shown.length ? ` and ${texts.length - shown.length} more` : '';
  return `${texts.length === 1 ? '' : 'one of '}${shown.join(', ')}${more}`;
}

function cut(lines: readonly string[], most: number): readonly string[] {
  return lines.length <= most ? lines : [...lines.slice(0, most), `... ${lines.length - most} more`];
}

/** Control bytes escaped for the terminal; backslashes of patterns stay as written. */
function readable(text: string): string {
  return escapeLine(text).replaceAll('\\\\', '\\');
}

/** One line for each rule of a file. */
export function renderRuleInShort(
  { id, line, phase, message, onMatch, score }: Omit<ExplainedRule, 'tests' | 'ruleSets'>,
  condition: string,
): string[] {
  const title = message === undefined ? '' : `  ${escapeLine(message)}`;
  const effect = score[0] === undefined ? onMatch[0] : `${onMatch[0]}; ${score[0]}`;
  return [
    `${id}  line ${line}, phase ${phase}${title}`,
    `    when ${readable(condition)}`,
    `    ${readable(effect ?? '')}`,
  ];
}
