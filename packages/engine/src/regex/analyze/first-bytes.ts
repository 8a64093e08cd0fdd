import { ANY_BYTE, type ByteSet, NO_BYTE } from '../../bytes/byte-set.ts';
import type { RegexNode } from '../tree.ts';
import { lengthRange } from './length.ts';

/**
 * A set that contains the first byte of every match, or `undefined` when a match can be empty or begin with any byte, so
 * that nothing can be skipped.
 */
export function firstBytes(node: RegexNode): ByteSet | undefined {
  if (lengthRange(node).min === 0) return undefined;
  const set = first(node);
  return set.isFull ? undefined : set;
}

/** The bytes the node can begin with; for a node that can be empty the bytes of what follows come on top. */
function first(node: RegexNode): ByteSet {
  switch (node.kind) {
    case 'set':
      return node.set;
    case 'sequence': {
      let set = NO_BYTE;
      for (const part of node.parts) {
        set = set.union(first(part));
        if (lengthRange(part).min > 0) break;
      }
      return set;
    }
    case 'alternation':
      return node.branches.reduce((set, branch) => set.union(first(branch)), NO_BYTE);
    case 'repeat':
    case 'group':
    case 'atomic':
      return first(node.body);
    case 'conditional':
      return first(node.yes).union(first(node.no));
    case 'backreference':
      return ANY_BYTE;
    case 'empty':
    case 'assertion':
    case 'keepOut':
    case 'look':
      return NO_BYTE;
  }
}
