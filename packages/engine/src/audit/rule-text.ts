import type { RuleMatch } from '../contract.ts';
import type { AuditContext } from './context.ts';
import { severityName } from './severity.ts';

/** The SecRule lines of part K for one match: from the rule set where it can tell, else from the match itself. */
export function describeRule(match: RuleMatch, context: AuditContext): readonly string[] {
  return context.ruleText?.(match.rule) ?? regenerate(match);
}

/** A rule that says what the match knows: target, operator and metadata of each link that matched. */
function regenerate(match: RuleMatch): readonly string[] {
  const links = new Map<number, RuleMatch['matched'][number]>();
  for (const value of match.matched) links.set(value.line, value);
  const values = [...links.values()];
  if (values.length === 0) return [`SecAction "${actions(match, false)}"`];
  return values.map((value, index) => {
    const transformations = value.transformations.map((name) => `t:${name}`);
    const own = index === 0 ? [actions(match, values.length > 1)] : index < values.length - 1 ? ['chain'] : [];
    const operator = value.operator.startsWith('@') ? value.operator : `@${value.operator}`;
    const written = `${value.isNegated ? '!' : ''}${operator}`;
    return `SecRule "${quoted(value.name)}" "${quoted(written)}" "${[...own, ...transformations].join(',')}"`;
  });
}

function actions(match: RuleMatch, isChain: boolean): string {
  const list = [`phase:${match.phase}`, `id:${match.rule.id}`];
  if (match.message !== undefined) list.push(`msg:'${quotedValue(match.message)}'`);
  if (match.severity !== undefined) list.push(`severity:${severityName(match.severity)}`);
  if (match.version !== undefined) list.push(`ver:'${quotedValue(match.version)}'`);
  if (match.revision !== undefined) list.push(`rev:'${quotedValue(match.revision)}'`);
  if (match.maturity !== undefined) list.push(`maturity:${match.maturity}`);
  if (match.accuracy !== undefined) list.push(`accuracy:${match.accuracy}`);
  for (const tag of match.tags) list.push(`tag:'${quotedValue(tag)}'`);
  if (isChain) list.push('chain');
  return list.join(',');
}

const quoted = (text: string): string => text.replaceAll('"', '\\"');
const quotedValue = (text: string): string => quoted(text).replaceAll("'", "\\'");
