import type { ByteSet } from '../../bytes/byte-set.ts';
import type { RegexNode } from '../tree.ts';

/** How often a subject that is to pass has a byte of the set; the caller knows his traffic. Smaller is better. */
export type SetCost = (set: ByteSet) => number;

/** The sets kept for one node: the cheapest ones. */
const MAX_SETS = 8;

/**
 * Sets of which every match contains at least one byte each, the cheapest first. A subject without a byte of one of them
 * needs no matching.
 */
export function requiredSets(node: RegexNode, cost: SetCost = (set) => set.size): readonly ByteSet[] {
  switch (node.kind) {
    case 'set':
      return [node.set];
    case 'sequence':
      return cheapest(
        node.parts.flatMap((part) => requiredSets(part, cost)),
        cost,
      );
    case 'alternation':
      return anyOf(node.branches, cost);
    case 'repeat':
      return node.min === 0 ? [] : requiredSets(node.body, cost);
    case 'group':
    case 'atomic':
      return requiredSets(node.body, cost);
    case 'conditional':
      return anyOf([node.yes, node.no], cost);
    default:
      return [];
  }
}

/** Each branch asks for a byte of its own cheapest set, so all of them for one of the union. */
function anyOf(branches: readonly RegexNode[], cost: SetCost): readonly ByteSet[] {
  const firsts = branches.map((branch) => requiredSets(branch, cost)[0]);
  if (firsts.includes(undefined)) return [];
  return [(firsts as ByteSet[]).reduce((union, set) => union.union(set))];
}

function cheapest(sets: readonly ByteSet[], cost: SetCost): readonly ByteSet[] {
  const distinct = new Map(sets.map((set) => [set.key, { set, cost: cost(set) }]));
  return [...distinct.values()]
    .sort((a, b) => a.cost - b.cost)
    .slice(0, MAX_SETS)
    .map(({ set }) => set);
}
