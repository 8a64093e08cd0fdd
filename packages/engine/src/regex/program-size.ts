import type { RegexNode } from './tree.ts';

/** About 50 times the longest pattern of the Core Rule Set; 4 MB. */
export const MAX_INSTRUCTIONS = 250_000;

/** How many instructions the node becomes, at most about; counted repeats are written out. */
export function programSize(node: RegexNode): number {
  switch (node.kind) {
    case 'empty':
      return 0;
    case 'sequence':
      return node.parts.reduce((sum, part) => sum + programSize(part), 0);
    case 'alternation':
      return node.branches.reduce((sum, branch) => sum + programSize(branch) + 1, 0);
    case 'repeat': {
      const copies = node.max === Number.POSITIVE_INFINITY ? Math.max(node.min, 1) : node.max;
      return copies * (programSize(node.body) + 1) + 1;
    }
    case 'group':
      return programSize(node.body) + 2;
    case 'atomic':
    case 'look':
      return programSize(node.body) + 3;
    case 'conditional':
      return (
        programSize(node.yes) +
        programSize(node.no) +
        1 +
        (node.condition.kind === 'look' ? programSize(node.condition) : 0)
      );
    default:
      return 1;
  }
}
