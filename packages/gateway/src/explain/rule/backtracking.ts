import type { RegexNode } from '@sallyport/engine/language';

/** What keeps a pattern from being matched in linear time, each thing once, in words. Empty when nothing does. */
export function backtrackingReasons(tree: RegexNode): readonly string[] {
  const reasons = new Set<string>();
  visit(tree, reasons);
  return [...reasons];
}

function visit(node: RegexNode, reasons: Set<string>): void {
  switch (node.kind) {
    case 'sequence':
      for (const part of node.parts) visit(part, reasons);
      return;
    case 'alternation':
      for (const branch of node.branches) visit(branch, reasons);
      return;
    case 'repeat':
      if (node.mode === 'possessive') reasons.add('a possessive repeat (*+, ++, ?+)');
      visit(node.body, reasons);
      return;
    case 'group':
      visit(node.body, reasons);
      return;
    case 'atomic':
      reasons.add('an atomic group (?>…)');
      visit(node.body, reasons);
      return;
    case 'look':
      reasons.add(`a ${node.negative ? 'negative ' : ''}look-${node.behind ? 'behind' : 'ahead'} ${lookSign(node)}`);
      visit(node.body, reasons);
      return;
    case 'backreference':
      reasons.add(`a back-reference \\${node.index}`);
      return;
    case 'conditional':
      reasons.add('a conditional (?(…)…)');
      if (node.condition.kind === 'look') visit(node.condition, reasons);
      visit(node.yes, reasons);
      visit(node.no, reasons);
      return;
    default:
      return;
  }
}

function lookSign({ behind, negative }: { readonly behind: boolean; readonly negative: boolean }): string {
  return `(?${behind ? '<' : ''}${negative ? '!' : '='}…)`;
}
