import type { InspectedLink, InspectedRule, Inspection, Regex, Transformation } from '@sallyport/engine/language';
import { RegexCache, RULE_REGEX_OPTIONS } from '@sallyport/engine/language';
import { usesOf, type VariableUse } from './uses.ts';

export interface LinkFacts {
  readonly rule: InspectedRule;
  readonly link: InspectedLink;
  /** 0 for the first rule of a chain. */
  readonly index: number;
  readonly isLast: boolean;
  /** The pattern of `@rx`, where it is the same for all requests. */
  readonly regex: Regex | undefined;
  readonly uses: readonly VariableUse[];
}

/** What checks ask about the rules that are in force, worked out once. */
export interface RuleSetFacts {
  readonly rules: readonly InspectedRule[];
  readonly links: readonly LinkFacts[];
  /** Compiled selector or pattern; undefined when it has a mistake. */
  regex(pattern: string, isCaseless?: boolean): Regex | undefined;
}

export function gatherFacts(inspection: Inspection, regexes: RegexCache = new RegexCache()): RuleSetFacts {
  const regex = (pattern: string, isCaseless = false): Regex | undefined => {
    try {
      return regexes.compile(pattern, isCaseless ? { ...RULE_REGEX_OPTIONS, caseless: true } : RULE_REGEX_OPTIONS);
    } catch {
      // The loader has reported it, with the place in the pattern.
      return undefined;
    }
  };
  const rules = inspection.rules.filter((rule) => rule.removedBy === undefined);
  const links = rules.flatMap((rule) =>
    rule.links.map((link, index): LinkFacts => {
      const operator = link.operator;
      const isPattern = operator?.definition.name === 'rx' || operator?.definition.name === 'rxGlobal';
      const hasMacro = operator?.node.argument.includes('%{') === true;
      return {
        rule,
        link,
        index,
        isLast: index === rule.links.length - 1,
        regex: isPattern && !hasMacro ? regex(operator.node.argument) : undefined,
        uses: usesOf(link.node),
      };
    }),
  );
  return { rules, links, regex };
}

/** Whether the rule refuses the request, closes the connection or sends it elsewhere. */
export function isRefusal({ disruption }: InspectedRule): boolean {
  return disruption !== 'pass' && disruption !== 'allow' && disruption !== 'pause';
}

/** Whether a link carries the action, inherited ones not counted. */
export function carries(link: InspectedLink, name: string): boolean {
  return link.actions.some(({ definition, origin }) => definition.name === name && origin !== 'default');
}

export function names(transformations: readonly Transformation[]): string {
  return transformations.map(({ name }) => `t:${name}`).join(', ');
}
