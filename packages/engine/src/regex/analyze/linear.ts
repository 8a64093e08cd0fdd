import { ANY_BYTE } from '../../bytes/byte-set.ts';
import { alternation, EMPTY, type RegexNode } from '../tree.ts';

/**
 * Whether automata can answer for a pattern: `always`; `captures` when only its captures can be found in linear time (`\G`
 * asks where the search began, which no state but the first can know); or `never`, when it needs backtracking.
 */
export type AutomatonKind = 'always' | 'captures' | 'never';

/** What automata can do for the node. */
export function isAutomaton(node: RegexNode): AutomatonKind {
  switch (node.kind) {
    case 'assertion':
      return node.claim === 'searchStart' ? 'captures' : 'always';
    case 'sequence':
      return weakest(node.parts);
    case 'alternation':
      return weakest(node.branches);
    case 'repeat':
      return node.mode === 'possessive' ? 'never' : isAutomaton(node.body);
    case 'group':
      return isAutomaton(node.body);
    case 'atomic':
    case 'look':
    case 'backreference':
    case 'conditional':
      return 'never';
    default:
      return 'always';
  }
}

function weakest(nodes: readonly RegexNode[]): AutomatonKind {
  let weakest: AutomatonKind = 'always';
  for (const node of nodes) {
    const kind = isAutomaton(node);
    if (kind === 'never') return kind;
    if (kind === 'captures') weakest = kind;
  }
  return weakest;
}

/**
 * The node with everything taken out that is not linear, such that whatever the node matches, the result matches too: a
 * necessary condition that an automaton can check.
 */
export function relax(node: RegexNode): RegexNode {
  switch (node.kind) {
    case 'sequence':
      return { kind: 'sequence', parts: node.parts.map(relax) };
    case 'alternation':
      return { kind: 'alternation', branches: node.branches.map(relax) };
    case 'repeat':
      return { ...node, mode: 'greedy', body: relax(node.body) };
    case 'group':
    case 'atomic':
      return relax(node.body);
    case 'assertion':
      return node.claim === 'searchStart' ? EMPTY : node;
    case 'look':
      return EMPTY;
    case 'backreference':
      return {
        kind: 'repeat',
        min: 0,
        max: Number.POSITIVE_INFINITY,
        mode: 'greedy',
        body: { kind: 'set', set: ANY_BYTE },
      };
    case 'conditional':
      return alternation([relax(node.yes), relax(node.no)]);
    default:
      return node;
  }
}
