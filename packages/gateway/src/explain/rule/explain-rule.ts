import {
  type InspectedAction,
  type InspectedLink,
  type InspectedRule,
  type Inspection,
  printTargets,
} from '@sallyport/engine/language';
import { isMeant } from '../../lint/checks/exclusions.ts';
import { parseCtlExclusion } from '../../lint/ctl-exclusion.ts';
import type { LinkFacts, RuleSetFacts } from '../../lint/facts.ts';
import { parseAssignment, type VariableAssignment } from '../../lint/setvar.ts';
import type { ExplainedCondition, ExplainedRule } from './explained-rule.ts';
import { paranoiaLevel, severityName } from './metadata.ts';
import { explainPattern } from './pattern-in-words.ts';
import { deed, scorePath } from './score-path.ts';

const PHASES: Readonly<Record<number, string>> = {
  1: 'when the request head is there, before the body is read',
  2: 'when the request body has been read, before anything goes to the application',
  3: 'when the response head is there',
  4: 'when the response body has been read, before the client gets it',
  5: 'after the response, for logs and counters',
};

/** Explains one rule of a rule set; tests are looked for elsewhere. */
export function explainRule(
  rule: InspectedRule,
  facts: RuleSetFacts,
  inspection: Inspection,
): Omit<ExplainedRule, 'tests' | 'ruleSets'> {
  const links = facts.links.filter((link) => link.rule === rule);
  const { id = 0, span, phase, message, tags, version } = rule;
  return {
    id,
    file: span.file,
    line: span.start.line,
    phase,
    message,
    severity: severityName(rule),
    tags,
    version,
    paranoiaLevel: paranoiaLevel(rule),
    when: [
      `phase ${phase}: ${PHASES[phase]}`,
      ...jumpsOver(rule, facts, inspection).map(
        (jump) => `not when rule ${jump.id} matched (${conditionInShort(jump)}), which goes on at ${jump.skipAfter}`,
      ),
    ],
    conditions: links.map((link) => explainCondition(link)),
    onMatch: consequences(rule),
    score: scorePath(rule, facts),
    changedBy: [...directivesAbout(rule, inspection.changes), ...exclusionsOf(rule, facts)],
  };
}

/** Rules in front of it whose match goes on behind it. */
export function jumpsOver(
  rule: InspectedRule,
  { rules }: RuleSetFacts,
  { markers }: Inspection,
): readonly InspectedRule[] {
  return rules.filter((other) => {
    const name = other.skipAfter;
    if (name === undefined || other.phase !== rule.phase || other.order >= rule.order) return false;
    const marker = markers.find((one) => one.name === name && one.order > other.order);
    return marker === undefined || marker.order >= rule.order;
  });
}

/** `TX:detection_paranoia_level @lt 2`, for each link. */
export function conditionInShort({ links }: InspectedRule): string {
  return links
    .map(({ node }) => {
      if (node.kind === 'action') return 'always';
      const { operator, targets } = node;
      const argument = operator.argument.length > 40 ? `${operator.argument.slice(0, 40)}...` : operator.argument;
      return `${printTargets(targets)} ${operator.isNegated ? '!' : ''}@${operator.name} ${argument}`.trimEnd();
    })
    .join(' and ');
}

function explainCondition({ link, regex, isLast }: LinkFacts): ExplainedCondition {
  const { node, operator, targets, transformations } = link;
  const looked = targets.filter((target) => !target.node.isExclusion);
  const variables = new Set(looked.map(({ variable }) => variable));
  return {
    line: node.span.start.line,
    targets: looked.map(targetInWords),
    // An update adds its exclusion to every link, also to those that never look at the variable.
    leftOut: targets
      .filter((target) => target.node.isExclusion && variables.has(target.variable))
      .map((target) => printTargets([target.node]).slice(1)),
    transformations: transformations.map(({ name, summary }) => ({ name, summary })),
    test: testInWords(link),
    argument: operator?.node.argument ?? '',
    pattern: regex === undefined ? undefined : explainPattern(regex),
    immediately: isLast ? [] : link.actions.flatMap(effectInWords),
  };
}

function targetInWords({ node, variable }: InspectedLink['targets'][number]): string {
  const { selector } = node;
  const written = printTargets([node]);
  if (node.isCount) return `${written}: how many there are`;
  if (selector === undefined) return `${written}: ${variable.summary}`;
  const which =
    selector.kind === 'regex' ? `members whose name matches ${selector.text}` : `the member "${selector.text}"`;
  return `${written}: ${which} (${variable.summary})`;
}

function testInWords({ node, operator }: InspectedLink): string {
  if (node.kind === 'action') return 'always true';
  if (operator === undefined) return `@${node.operator.name}, which nobody knows`;
  const negation = operator.node.isNegated ? 'NOT ' : '';
  return `${negation}@${operator.definition.name}: ${operator.definition.summary}`;
}

function consequences(rule: InspectedRule): string[] {
  const last = rule.links.at(-1);
  const lines = [rule.disruption === 'pass' ? 'goes on with the next rule' : deed(rule)];
  if (rule.skipAfter !== undefined) lines.push(`goes on at ${rule.skipAfter}`);
  if (rule.skip > 0) lines.push(`skips ${rule.skip} rule${rule.skip === 1 ? '' : 's'}`);
  lines.push(rule.log ? 'writes a line to the error log' : 'writes nothing to the error log');
  if (rule.auditLog) lines.push('makes the request worth auditing');
  // What the starter of a chain does, it does at once; a rule without a chain does it here.
  return [...lines, ...(last?.actions.flatMap(effectInWords) ?? [])];
}

/** Actions that do something beside the verdict. */
function effectInWords({ node, definition }: InspectedAction): string[] {
  const argument = node.argument ?? '';
  switch (definition.name) {
    case 'setvar':
      return assignmentInWords(parseAssignment(argument));
    case 'capture':
      return ['stores what matched in TX:0, its groups in TX:1 to TX:9'];
    case 'ctl':
    case 'initcol':
    case 'expirevar':
    case 'deprecatevar':
    case 'setenv':
    case 'exec':
    case 'prepend':
    case 'append':
      return [`${definition.name} ${argument}`];
    default:
      return [];
  }
}

function assignmentInWords(assignment: VariableAssignment | undefined): string[] {
  if (assignment === undefined) return [];
  const { collection, key, kind, value } = assignment;
  const name = `${collection}:${key}`;
  switch (kind) {
    case 'remove':
      return [`removes ${name}`];
    case 'set':
      return [`sets ${name} to ${value}`];
    case 'add':
      return [`adds ${value} to ${name}`];
    case 'subtract':
      return [`takes ${value} from ${name}`];
  }
}

/** Directives that took it out of the rule set. */
export function removalsOf(rule: InspectedRule, { changes }: Inspection): readonly string[] {
  return directivesAbout(
    rule,
    changes.filter(({ kind }) => kind === 'removal'),
  );
}

function directivesAbout(rule: InspectedRule, changes: Inspection['changes']): string[] {
  return changes
    .filter(({ rules }) => rules.includes(rule))
    .map(({ line, kind }) => {
      const words = line.words.map(({ text }) => text).join(' ');
      const what =
        kind === 'removal' ? 'drops it' : kind === 'targets' ? 'changes what it looks at' : 'changes its actions';
      return `${line.name} ${words} (${line.span.file}:${line.span.start.line}) ${what}`;
    });
}

/** `ctl:ruleRemove…` of other rules. */
function exclusionsOf(rule: InspectedRule, facts: RuleSetFacts): string[] {
  return facts.links.flatMap(({ link, rule: other }) =>
    link.actions.flatMap(({ node, definition }) => {
      const exclusion = definition.name === 'ctl' ? parseCtlExclusion(node.argument ?? '') : undefined;
      if (exclusion === undefined || !isMeant(exclusion, rule, facts)) return [];
      const { target, key } = exclusion;
      const what =
        target === undefined ? 'takes it away' : `keeps ${target}${key === undefined ? '' : `:${key}`} from it`;
      return [`rule ${other.id} ${what} when ${conditionInShort(other)}`];
    }),
  );
}
