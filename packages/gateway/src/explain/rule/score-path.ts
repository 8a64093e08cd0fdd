import type { InspectedRule } from '@sallyport/engine/language';
import type { LinkFacts, RuleSetFacts } from '../../lint/facts.ts';
import { parseAssignment, type VariableAssignment } from '../../lint/setvar.ts';

/** Counters are added up into totals at most so many times; rule sets use two steps. */
const MAX_STEPS = 5;

/**
 * Where the counters a rule changes lead to: what it adds, which totals that goes into, and which rules judge them. One
 * sentence each, in the order of the chain of events.
 */
export function scorePath(rule: InspectedRule, facts: RuleSetFacts): readonly string[] {
  const own = facts.links.filter((link) => link.rule === rule).flatMap(counters);
  const sentences = own.map(
    ({ assignment }) =>
      `${verb(assignment)} ${amount(assignment.value, facts)} ${preposition(assignment)} ${nameOf(assignment)}`,
  );
  let current: Score[] = own.map(({ assignment }) => ({ name: nameOf(assignment), since: rule }));
  const seen = new Set(current.map(({ name }) => name));
  for (let step = 0; step < MAX_STEPS && current.length > 0; step++) {
    const next: Score[] = [];
    for (const score of current) {
      sentences.push(...judgements(score, facts));
      for (const total of totals(score, facts)) {
        if (seen.has(total.name)) continue;
        seen.add(total.name);
        next.push(total);
        const { id, phase } = total.since;
        sentences.push(`rule ${id} (phase ${phase}) adds ${score.name} to ${total.name}`);
      }
    }
    current = next;
  }
  return sentences;
}

/** A counter, and the rule from which on it has what the explained rule added. */
interface Score {
  readonly name: string;
  readonly since: InspectedRule;
}

function isAfter(rule: InspectedRule, earlier: InspectedRule): boolean {
  return rule.phase > earlier.phase || (rule.phase === earlier.phase && rule.order > earlier.order);
}

interface Counter {
  readonly link: LinkFacts;
  readonly assignment: VariableAssignment;
}

function assignments(link: LinkFacts): Counter[] {
  return link.link.actions.flatMap(({ definition, node }) => {
    const assignment = definition.name === 'setvar' ? parseAssignment(node.argument ?? '') : undefined;
    return assignment === undefined ? [] : [{ link, assignment }];
  });
}

function counters(link: LinkFacts): Counter[] {
  return assignments(link).filter(({ assignment: { kind } }) => kind === 'add' || kind === 'subtract');
}

/** Variables that another rule adds this one to, or copies it into. */
function totals({ name, since }: Score, facts: RuleSetFacts): Score[] {
  const macro = `%{${name.replace(':', '.')}}`.toLowerCase();
  const later = facts.links.filter(({ rule }) => isAfter(rule, since));
  return later.flatMap((link) =>
    assignments(link)
      .filter(({ assignment: { value, kind } }) => kind !== 'remove' && value.toLowerCase().includes(macro))
      .map(({ assignment }) => ({ name: nameOf(assignment), since: link.rule })),
  );
}

const COMPARISONS: Readonly<Record<string, string>> = {
  __proto__: null as never,
  eq: 'is',
  ge: 'is at least',
  gt: 'is more than',
  le: 'is at most',
  lt: 'is less than',
};

function judgements({ name, since }: Score, facts: RuleSetFacts): string[] {
  return facts.links.flatMap(({ link, rule: judge, uses }) => {
    const operator = link.operator;
    const comparison = operator === undefined ? undefined : COMPARISONS[operator.definition.name];
    if (operator === undefined || comparison === undefined || !isAfter(judge, since)) return [];
    const isRead = uses.some(
      (use) => use.where === 'target' && use.kind === 'read' && `${use.collection}:${use.key}` === name,
    );
    if (!isRead) return [];
    const negation = operator.node.isNegated ? 'not: ' : '';
    const threshold = amount(operator.node.argument, facts);
    return [
      `rule ${judge.id} (phase ${judge.phase}) ${deed(judge)} when ${negation}${name} ${comparison} ${threshold}`,
    ];
  });
}

/** What a rule does to the request, as a verb. */
export function deed({ disruption, status, message }: InspectedRule): string {
  switch (disruption) {
    case 'deny':
      return `refuses with ${status}`;
    case 'drop':
      return 'closes the connection';
    case 'redirect':
      return 'redirects';
    case 'proxy':
      return 'sends the request elsewhere';
    case 'allow':
      return 'lets the request pass';
    case 'pause':
      return 'makes the request wait';
    case 'pass':
      return message === undefined ? 'goes on' : 'reports';
  }
}

/** A number, or a macro with the values rules give it. */
function amount(text: string, facts: RuleSetFacts): string {
  const macro = /^%\{([^.}]+)\.([^}]+)\}$/.exec(text);
  if (macro === null) return text;
  const [, collection = '', key = ''] = macro;
  const values = facts.links
    .flatMap(assignments)
    .filter(
      ({ assignment }) =>
        nameOf(assignment) === nameOf({ collection: collection.toUpperCase(), key }) && assignment.kind === 'set',
    );
  const known = [...new Map(values.map(({ assignment, link }) => [assignment.value, link.rule.id])).entries()];
  const origin = known.map(([value, id]) => `${value} by rule ${id}`).join(', ');
  return origin === '' ? text : `${text} (${origin})`;
}

function nameOf({ collection, key }: Pick<VariableAssignment, 'collection' | 'key'>): string {
  return `${collection}:${key.toLowerCase()}`;
}

function verb({ kind }: VariableAssignment): string {
  return kind === 'subtract' ? 'takes' : 'adds';
}

function preposition({ kind }: VariableAssignment): string {
  return kind === 'subtract' ? 'from' : 'to';
}
