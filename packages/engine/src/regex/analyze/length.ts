import type { RegexNode } from '../tree.ts';

export interface LengthRange {
  readonly min: number;
  /** `Infinity` when there is no upper bound. */
  readonly max: number;
}

const ZERO: LengthRange = { min: 0, max: 0 };
const ANY: LengthRange = { min: 0, max: Number.POSITIVE_INFINITY };

/** How many bytes a match of the node can take, as bounds: no match is shorter or longer. */
export function lengthRange(node: RegexNode): LengthRange {
  switch (node.kind) {
    case 'empty':
    case 'assertion':
    case 'keepOut':
    case 'look':
      return ZERO;
    case 'set':
      return { min: 1, max: 1 };
    case 'sequence': {
      let min = 0;
      let max = 0;
      for (const part of node.parts) {
        const range = lengthRange(part);
        min += range.min;
        max += range.max;
      }
      return { min, max };
    }
    case 'alternation':
      return widest(node.branches);
    case 'repeat': {
      const { min, max } = lengthRange(node.body);
      return { min: min * node.min, max: max === 0 ? 0 : max * node.max };
    }
    case 'group':
    case 'atomic':
      return lengthRange(node.body);
    case 'backreference':
      return ANY;
    case 'conditional':
      return widest([node.yes, node.no]);
  }
}

function widest(nodes: readonly RegexNode[]): LengthRange {
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  for (const node of nodes) {
    const range = lengthRange(node);
    min = Math.min(min, range.min);
    max = Math.max(max, range.max);
  }
  return { min, max };
}
