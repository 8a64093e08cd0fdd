/** Rule sets with a name, for routes that want others than `rules` says. */
import { closest } from '../closest.ts';
import { choice, integer, listOf, type Table, text } from '../field.ts';
import type { RulesConfig } from './rules.ts';

export interface RuleSetConfig {
  readonly files?: readonly string[];
  readonly crs?: string;
  readonly paranoia?: number;
  readonly engine?: 'On' | 'DetectionOnly' | 'Off';
}

export const ruleSet: Table<RuleSetConfig> = {
  files: {
    type: listOf(text('file name')),
    isOptional: true,
    summary:
      'Rule files in SecLang, after the Core Rule Set if there is one. With this or `crs` the set has rules of its own; without both it has those of `rules`.',
  },
  crs: {
    type: text('folder'),
    isOptional: true,
    summary: 'Folder of an OWASP Core Rule Set.',
  },
  paranoia: {
    type: integer(1, 4),
    isOptional: true,
    summary: 'Paranoia level of the Core Rule Set; as in `rules` when absent.',
  },
  engine: {
    type: choice('On', 'DetectionOnly', 'Off'),
    isOptional: true,
    summary: '`SecRuleEngine` over whatever the files say; as in `rules` when absent.',
  },
};

/** `rules` of a configuration as they are for a named set. */
export function rulesOf(rules: RulesConfig, set: RuleSetConfig): RulesConfig {
  if (set.files === undefined && set.crs === undefined) return { ...rules, ...set };
  const { crs: _, ...others } = rules;
  return { ...others, files: [], ...set };
}

interface Chooser {
  readonly ruleSet?: string;
  readonly waf: string;
}

/** What is wrong with the rule set a route names; undefined when nothing is. */
export function mistakeOfRuleSet(
  { ruleSet: name, waf }: Chooser,
  sets: ReadonlyMap<string, unknown>,
): string | undefined {
  if (name === undefined) return undefined;
  if (waf === 'off') return 'a route with "waf: off" has no rules, so it cannot have a set of them';
  if (sets.has(name)) return undefined;
  const names = [...sets.keys()];
  const near = closest(name, names);
  const hint = near ? `; did you mean "${near}"?` : names.length > 0 ? `; there is ${names.join(', ')}` : '';
  return `there is no rule set "${name}"${hint}`;
}
