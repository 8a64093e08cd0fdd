import {
  type InspectedAction,
  type InspectedRule,
  type Inspection,
  parseIdRanges,
  type TargetNode,
} from '@sallyport/engine/language';
import type { LintCheck } from '../check.ts';
import { type CtlExclusion, parseCtlExclusion } from '../ctl-exclusion.ts';
import type { RuleSetFacts } from '../facts.ts';

export const emptyExclusion: LintCheck = {
  code: 'SL4851',
  title: 'Exclusion that leaves out nothing',
  explanation:
    'The rule does not look at that variable, so there is nothing to leave out of. Exclusions count for exactly the variable ' +
    'they name: !ARGS:x leaves nothing out of ARGS_GET.',
  example: 'SecRule ARGS_GET|!ARGS:x "@contains wget" "id:1,phase:2,pass"\n',
  instead: 'SecRule ARGS_GET|!ARGS_GET:x "@contains wget" "id:1,phase:2,pass"\n',
  scope: 'rule',
  check: ({ links }, report) => {
    for (const { rule, link } of links) {
      const looked = new Set(link.targets.filter(({ node }) => !node.isExclusion).map(({ variable }) => variable));
      for (const { node, variable, addedBy } of link.targets) {
        if (!node.isExclusion || addedBy !== undefined || looked.has(variable) || looked.size === 0) continue;
        report(
          node.span,
          `rule ${rule.id} does not look at ${variable.name}`,
          'name the collection that the rule looks at',
        );
      }
    }
  },
};

export const emptyUpdate: LintCheck = {
  code: 'SL4852',
  title: 'Update that leaves out nothing',
  explanation:
    'None of the rules that SecRuleUpdateTarget… means looks at that variable. The false positive it was written for stays.',
  example: 'SecRule ARGS "@contains wget" "id:1,phase:2,pass"\nSecRuleUpdateTargetById 1 "!REQUEST_COOKIES:x"\n',
  instead: 'SecRule ARGS "@contains wget" "id:1,phase:2,pass"\nSecRuleUpdateTargetById 1 "!ARGS:x"\n',
  scope: 'set',
  check: (_facts, report, { changes }) => {
    for (const { kind, line, rules, targets } of changes) {
      if (kind !== 'targets' || rules.length === 0) continue;
      for (const target of targets) {
        if (!target.isExclusion || rules.some((rule) => looksAt(rule, target.name))) continue;
        report(target.span, `no rule that ${line.name} means looks at ${target.name}`);
      }
    }
  },
};

export const emptyCtl: LintCheck = {
  code: 'SL4853',
  title: 'ctl exclusion without effect',
  explanation:
    'The ctl option means rules that are not there, that do not look at the variable, or that have all run by the time the ' +
    'exclusion is made: a phase 2 rule cannot switch off a rule of phase 1.',
  example:
    'SecRule ARGS "@contains wget" "id:1,phase:1,pass"\nSecAction "id:2,phase:2,pass,nolog,ctl:ruleRemoveTargetById=1;ARGS:x"\n',
  instead:
    'SecAction "id:2,phase:1,pass,nolog,ctl:ruleRemoveTargetById=1;ARGS:x"\nSecRule ARGS "@contains wget" "id:1,phase:1,pass"\n',
  scope: 'set',
  check: (facts, report, inspection) => {
    for (const { rule, link } of facts.links) {
      for (const action of link.actions) {
        const exclusion = exclusionOf(action);
        if (exclusion === undefined) continue;
        const problem = problemOf(exclusion, rule, facts, inspection);
        if (problem !== undefined) report(action.node.span, problem);
      }
    }
  },
};

function exclusionOf({ node, definition }: InspectedAction): CtlExclusion | undefined {
  return definition.name === 'ctl' ? parseCtlExclusion(node.argument ?? '') : undefined;
}

function problemOf(
  exclusion: CtlExclusion,
  by: InspectedRule,
  facts: RuleSetFacts,
  { rules }: Inspection,
): string | undefined {
  const meant = rules.filter((rule) => rule.removedBy === undefined && isMeant(exclusion, rule, facts));
  if (meant.length === 0) return `no rule has ${exclusion.by} ${exclusion.which}`;
  const later = meant.filter((rule) => rule.phase > by.phase || (rule.phase === by.phase && rule.order > by.order));
  if (later.length === 0) {
    const first = meant[0];
    return `rule ${first?.id} runs before rule ${by.id} (phase ${first?.phase} and phase ${by.phase}), so the exclusion comes too late`;
  }
  const { target } = exclusion;
  if (target === undefined || later.some((rule) => looksAt(rule, target))) return undefined;
  return `no rule that is meant looks at ${target}`;
}

/** Whether an exclusion means a rule; broken ids and patterns mean none, which the loader has reported. */
export function isMeant({ by, which }: CtlExclusion, rule: InspectedRule, facts: Pick<RuleSetFacts, 'regex'>): boolean {
  switch (by) {
    case 'id':
      try {
        return parseIdRanges(which).some(
          ({ first, last }) => rule.id !== undefined && rule.id >= first && rule.id <= last,
        );
      } catch {
        return false;
      }
    case 'tag':
      return rule.tags.some((tag) => facts.regex(which)?.test(tag) === true);
    case 'msg':
      return rule.message !== undefined && facts.regex(which)?.test(rule.message) === true;
  }
}

/** Whether a link of the rule looks at the variable, by any of its names. */
export function looksAt(rule: InspectedRule, name: TargetNode['name']): boolean {
  const wanted = name.toUpperCase();
  return rule.links.some((link) =>
    link.targets.some(
      ({ variable, node }) =>
        !node.isExclusion &&
        (variable.name.toUpperCase() === wanted || variable.aliases.some((alias) => alias.toUpperCase() === wanted)),
    ),
  );
}
