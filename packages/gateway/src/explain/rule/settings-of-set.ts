/** Numbers a rule set gives itself before it looks at anything, such as its paranoia level. */
import type { InspectedLink, InspectedRule } from '@sallyport/engine/language';
import type { RuleSetFacts } from '../../lint/facts.ts';
import { parseAssignment, type VariableAssignment } from '../../lint/setvar.ts';

export interface SetSetting {
  readonly value: number;
  /** Rules that may change it for some requests. */
  readonly changedBy: readonly number[];
}

/**
 * Members of TX that have the same number for every request, by lower-case name: set by a `SecAction`, or by a rule that asks only
 * whether they have been set already, as the Core Rule Set gives its defaults.
 */
export function settingsOfSet({ links }: Pick<RuleSetFacts, 'links'>): ReadonlyMap<string, SetSetting> {
  const values = new Map<string, number>();
  const changers = new Map<string, Set<number>>();
  for (const { rule, link } of links) {
    const happens = rule.phase === 1 && rule.links.length === 1 ? isMet(link, values) : undefined;
    if (happens === false) continue;
    for (const assignment of assignmentsOf(link)) {
      const key = assignment.key.toLowerCase();
      const value = happens === true && assignment.kind === 'set' ? numberOf(assignment.value, values) : undefined;
      if (value !== undefined) values.set(key, value);
      else changers.set(key, (changers.get(key) ?? new Set()).add(rule.id ?? 0));
    }
  }
  return new Map([...values].map(([key, value]) => [key, { value, changedBy: [...(changers.get(key) ?? [])] }]));
}

/** A rule that compares one of these numbers: whether it is true; undefined where it turns on anything else. */
export function judge(
  { links }: InspectedRule,
  settings: ReadonlyMap<string, SetSetting>,
): { readonly isTrue: boolean; readonly name: string; readonly setting: SetSetting } | undefined {
  const [link, ...more] = links;
  const [target, ...others] = link?.targets ?? [];
  if (link === undefined || target === undefined || more.length + others.length > 0) return undefined;
  const { node, variable } = target;
  const name = node.selector?.kind === 'key' ? node.selector.text.toLowerCase() : undefined;
  const setting = name === undefined || node.isCount || variable.name !== 'TX' ? undefined : settings.get(name);
  const against = Number(link.operator?.node.argument);
  if (name === undefined || setting === undefined || !Number.isFinite(against)) return undefined;
  const found = compare(link.operator?.definition.name, setting.value, against);
  return found === undefined
    ? undefined
    : { isTrue: found !== (link.operator?.node.isNegated === true), name, setting };
}

function compare(operator: string | undefined, value: number, against: number): boolean | undefined {
  switch (operator) {
    case 'lt':
      return value < against;
    case 'le':
      return value <= against;
    case 'gt':
      return value > against;
    case 'ge':
      return value >= against;
    case 'eq':
      return value === against;
    default:
      return undefined;
  }
}

/** Whether a link that has a rule to itself is true for every request, or for none; undefined where requests differ. */
function isMet({ node, targets, operator }: InspectedLink, values: ReadonlyMap<string, number>): boolean | undefined {
  if (node.kind === 'action') return true;
  const [target, ...more] = targets;
  if (target === undefined || more.length > 0 || target.variable.name !== 'TX' || !target.node.isCount)
    return undefined;
  const isAbsent = operator?.definition.name === 'eq' && operator.node.argument === '0' && !operator.node.isNegated;
  return isAbsent && target.node.selector?.kind === 'key'
    ? !values.has(target.node.selector.text.toLowerCase())
    : undefined;
}

function assignmentsOf({ actions }: InspectedLink): readonly VariableAssignment[] {
  return actions.flatMap(({ definition, node }) => {
    const assignment = definition.name === 'setvar' ? parseAssignment(node.argument ?? '') : undefined;
    return assignment?.collection === 'TX' ? [assignment] : [];
  });
}

function numberOf(text: string, values: ReadonlyMap<string, number>): number | undefined {
  const macro = /^%\{tx\.([^}]+)\}$/i.exec(text)?.[1];
  if (macro !== undefined) return values.get(macro.toLowerCase());
  return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}
