import { type ActionNode, type Node, printOperator, printTargets } from '@sallyport/engine/language';
import { type DocumentSymbol, SYMBOL } from './protocol.ts';
import { type TextDocument, toText } from './text-document.ts';

const MOST_DETAIL = 120;

/** Rules with their chains, markers, blocks and everything else, for the outline of an editor. */
export function outlineOf(document: TextDocument): readonly DocumentSymbol[] {
  return symbols(document, document.nodes);
}

function symbols(document: TextDocument, nodes: readonly Node[]): DocumentSymbol[] {
  const found: DocumentSymbol[] = [];
  let chain: DocumentSymbol[] | undefined;
  for (const node of nodes) {
    if (node.kind === 'comment') continue;
    const children: DocumentSymbol[] = node.kind === 'block' ? symbols(document, node.children) : [];
    const symbol: DocumentSymbol = {
      ...described(node),
      range: document.rangeOf(node.span),
      selectionRange: document.rangeOf(node.nameSpan),
      children,
    };
    (chain ?? found).push(symbol);
    const isRule = node.kind === 'rule' || node.kind === 'action';
    if (!isRule || !node.actions.some((action) => action.name.toLowerCase() === 'chain')) chain = undefined;
    else chain ??= children;
  }
  return found;
}

function described(node: Exclude<Node, { kind: 'comment' }>): Pick<DocumentSymbol, 'name' | 'detail' | 'kind'> {
  switch (node.kind) {
    case 'block':
      return { name: toText(`<${[node.name, ...node.words.map(({ text }) => text)].join(' ')}>`), kind: SYMBOL.module };
    case 'directive': {
      const words = node.words.map(({ text }) => text).join(' ');
      const isMarker = node.name.toLowerCase() === 'secmarker';
      return { name: node.name, detail: cut(words), kind: isMarker ? SYMBOL.event : SYMBOL.key };
    }
    case 'action':
      return {
        name: ruleName(node.name, node.actions),
        detail: cut(argument(node.actions, 'msg') ?? ''),
        kind: SYMBOL.method,
      };
    case 'rule': {
      const condition = `${printTargets(node.targets)} ${printOperator(node.operator)}`;
      return {
        name: ruleName(node.name, node.actions),
        detail: cut(argument(node.actions, 'msg') ?? condition),
        kind: SYMBOL.function,
      };
    }
  }
}

function ruleName(directive: string, actions: readonly ActionNode[]): string {
  return argument(actions, 'id') ?? directive;
}

function argument(actions: readonly ActionNode[], name: string): string | undefined {
  return actions.find((action) => action.name.toLowerCase() === name)?.argument;
}

function cut(bytes: string): string {
  const text = toText(bytes);
  return text.length <= MOST_DETAIL ? text : `${text.slice(0, MOST_DETAIL)}…`;
}
