import type { XmlDocument, XmlElement, XmlNode, XmlText } from './xml-document.ts';

export type XPathAxis = 'child' | 'descendant' | 'descendant-or-self' | 'self' | 'parent' | 'attribute';

const NONE: readonly never[] = [];

/** Text of a node and all below it, or the value of an attribute. */
export function stringValue(node: XmlNode, document: XmlDocument): string {
  return node.kind === 'attribute' ? node.value : document.documentText.slice(node.start, node.end);
}

/** The nodes of an axis in document order. */
export function walk(node: XmlNode, axis: XPathAxis, document: XmlDocument): readonly XmlNode[] {
  switch (axis) {
    case 'child':
      return childrenOf(node);
    case 'self':
      return [node];
    case 'descendant':
      return descendants(node);
    case 'descendant-or-self':
      return [node, ...descendants(node)];
    case 'attribute':
      return node.kind === 'element' ? node.attributes : NONE;
    case 'parent':
      return parentOf(node, document);
  }
}

function childrenOf(node: XmlNode): readonly (XmlElement | XmlText)[] {
  return node.kind === 'document' || node.kind === 'element' ? node.children : NONE;
}

function descendants(node: XmlNode): XmlNode[] {
  const found: XmlNode[] = [];
  const open = [...childrenOf(node)].reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    found.push(next);
    const children = childrenOf(next);
    for (let index = children.length - 1; index >= 0; index--) open.push(children[index]!);
  }
  return found;
}

function parentOf(node: XmlNode, document: XmlDocument): readonly XmlNode[] {
  return node.kind === 'document' ? NONE : [node.parent ?? document];
}
