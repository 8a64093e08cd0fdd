import type { RegexNode } from '../tree.ts';

/**
 * Whether every match is the subject from its first byte to its last one, as with `^…$`: where such a pattern matches, there is
 * no need to look for the place. False only means that it is not known.
 */
export function matchesWholeSubject(node: RegexNode): boolean {
  if (node.kind !== 'sequence') return false;
  const [first] = node.parts;
  const last = node.parts.at(-1);
  return isClaim(first, 'subjectStart') && isClaim(last, 'subjectEnd') && !node.parts.some(movesStart);
}

function isClaim(node: RegexNode | undefined, claim: 'subjectStart' | 'subjectEnd'): boolean {
  return node?.kind === 'assertion' && node.claim === claim;
}

/** Whether the match may be reported to begin elsewhere. */
function movesStart(node: RegexNode): boolean {
  switch (node.kind) {
    case 'keepOut':
      return true;
    case 'sequence':
      return node.parts.some(movesStart);
    case 'alternation':
      return node.branches.some(movesStart);
    case 'repeat':
    case 'group':
    case 'atomic':
    case 'look':
      return movesStart(node.body);
    case 'conditional':
      return true;
    case 'empty':
    case 'set':
    case 'assertion':
    case 'backreference':
      return false;
  }
}
