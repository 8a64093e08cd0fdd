import type { Node, RuleNode } from '../seclang/ast.ts';
import { type ActionParts, makeRule, type RuleParts } from '../seclang/make-node.ts';
import type { RuleGroup } from './chain.ts';
import type { Ids } from './ids.ts';

/** A group as it will stand in the file. */
export interface FinishedGroup extends RuleGroup {
  readonly nodes: readonly RuleNode[];
}

type Check = (nodes: readonly Node[]) => string | undefined;

/** Drops groups that do not load, then adds what depends on the others: ids, and how many rules `skip` means. */
export function finishGroups(assembled: readonly RuleGroup[], ids: Ids, check: Check): readonly FinishedGroup[] {
  const groups = assembled.map((group) => {
    const reason = group.reason ?? check(group.variants.flatMap((chain, index) => nodesOf(group, chain, index + 1, 0)));
    return reason === undefined ? group : { ...group, variants: [], reason };
  });
  // Ids of the file come first, so that none of them is taken by a rule that has none.
  const written = groups.map(({ id, variants }) =>
    variants.length > 0 && id !== undefined ? ids.claim(id) : undefined,
  );
  return groups.map((group, index) => {
    const { count, notes } = rulesPassedOver(groups, index);
    const own = group.variants.map((_, variant) => (variant === 0 ? written[index] : undefined) ?? ids.generate());
    if (group.id !== undefined && own.length > 0) {
      ids.remember(group.id, own);
      if (own[0] !== written[index])
        notes.push(`the id ${group.id} is taken or not a number, so the rule has another one`);
    }
    const nodes = group.variants.flatMap((chain, variant) => {
      const behind = group.variants.length - 1 - variant;
      return nodesOf(group, chain, own[variant] ?? 0, count === 0 ? 0 : count + behind);
    });
    return { ...group, nodes, notes: [...group.notes, ...notes] };
  });
}

function nodesOf({ filters }: RuleGroup, chain: readonly RuleParts[], id: number, skip: number): RuleNode[] {
  return chain.flatMap((link, index) => {
    const span = filters[index]?.node.span;
    if (span === undefined) return [];
    return [makeRule(index === 0 ? { ...link, actions: starterActions(link.actions, id, skip) } : link, span)];
  });
}

/** The id in front, `skip` at the end but before `chain`. */
function starterActions(actions: readonly ActionParts[], id: number, skip: number): readonly ActionParts[] {
  const jump: readonly ActionParts[] = skip === 0 ? [] : [['skip', String(skip)]];
  const chain = actions.filter(([name]) => name === 'chain');
  return [['id', String(id)], ...actions.filter(([name]) => name !== 'chain'), ...jump, ...chain];
}

/** `skipnext` counted single filters; `skip` counts rules of the same phase, and a chain as one. */
function rulesPassedOver(groups: readonly RuleGroup[], index: number): { readonly count: number; notes: string[] } {
  const notes: string[] = [];
  const group = groups[index];
  let left = group?.skip ?? 0;
  let count = 0;
  for (const next of groups.slice(index + 1)) {
    if (left === 0) break;
    if (left < next.filters.length) {
      notes.push('skipnext would end in the middle of a chain; that chain is not passed over');
      break;
    }
    left -= next.filters.length;
    if (next.phase === group?.phase) count += next.variants.length;
  }
  return { count, notes };
}
