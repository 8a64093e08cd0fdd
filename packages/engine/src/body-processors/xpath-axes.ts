import type { XmlDocument, XmlElement, XmlNamespaceNode, XmlNode } from './xml-document.ts';

/** The axes of XPath 1.0 section 2.2, and whether their positions count backwards. */
export const XPATH_AXES = {
  ancestor: { isReverse: true },
  'ancestor-or-self': { isReverse: true },
  attribute: { isReverse: false },
  child: { isReverse: false },
  descendant: { isReverse: false },
  'descendant-or-self': { isReverse: false },
  following: { isReverse: false },
  'following-sibling': { isReverse: false },
  namespace: { isReverse: false },
  parent: { isReverse: true },
  preceding: { isReverse: true },
  'preceding-sibling': { isReverse: true },
  self: { isReverse: false },
} as const;

export type XPathAxis = keyof typeof XPATH_AXES;

const NONE: readonly never[] = [];
const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';

/** The nodes of an axis in its own order: backwards on axes that go back. `spend` is told of nodes looked at. */
export function walk(
  node: XmlNode,
  axis: XPathAxis,
  document: XmlDocument,
  spend: (steps: number) => void,
): readonly XmlNode[] {
  switch (axis) {
    case 'self':
      return [node];
    case 'child':
      return childrenOf(node);
    case 'parent':
      return parentOf(node, document);
    case 'attribute':
      return node.kind === 'element' ? node.attributes : NONE;
    case 'namespace':
      return node.kind === 'element' ? namespacesOf(node) : NONE;
    case 'descendant':
      return below(childrenOf(node));
    case 'descendant-or-self':
      return [node, ...below(childrenOf(node))];
    case 'ancestor':
      return ancestors(node, document);
    case 'ancestor-or-self':
      return [node, ...ancestors(node, document)];
    case 'following-sibling':
      return siblings(node, document, spend).after;
    case 'preceding-sibling':
      return [...siblings(node, document, spend).before].reverse();
    case 'following':
      return following(node, document, spend);
    case 'preceding':
      return preceding(node, document, spend);
  }
}

function childrenOf(node: XmlNode): readonly XmlNode[] {
  return node.kind === 'document' || node.kind === 'element' ? node.children : NONE;
}

/** The nodes and everything below them, in document order; no recursion, as documents can be deep. */
function below(nodes: readonly XmlNode[]): XmlNode[] {
  const found: XmlNode[] = [];
  const open = [...nodes].reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    found.push(next);
    const children = childrenOf(next);
    for (let index = children.length - 1; index >= 0; index--) open.push(children[index]!);
  }
  return found;
}

function parentOf(node: XmlNode, document: XmlDocument): readonly (XmlElement | XmlDocument)[] {
  return node.kind === 'document' ? NONE : [node.parent ?? document];
}

function ancestors(node: XmlNode, document: XmlDocument): XmlNode[] {
  const found: XmlNode[] = [];
  for (let [parent] = parentOf(node, document); parent !== undefined; [parent] = parentOf(parent, document)) {
    found.push(parent);
  }
  return found;
}

/** Attributes and namespaces have none. */
function siblings(
  node: XmlNode,
  document: XmlDocument,
  spend: (steps: number) => void,
): { readonly before: readonly XmlNode[]; readonly after: readonly XmlNode[] } {
  const [parent] = parentOf(node, document);
  if (parent === undefined || node.kind === 'attribute' || node.kind === 'namespace')
    return { before: NONE, after: NONE };
  const { children } = parent;
  spend(children.length);
  const at = (children as readonly XmlNode[]).indexOf(node);
  return { before: children.slice(0, at), after: children.slice(at + 1) };
}

/**
 * What begins behind the end of the node. For an attribute libxml2 takes its element, whose children are left out; so do we.
 */
function following(node: XmlNode, document: XmlDocument, spend: (steps: number) => void): XmlNode[] {
  const found: XmlNode[] = [];
  const start = node.kind === 'attribute' || node.kind === 'namespace' ? node.parent : node;
  for (const one of [start, ...ancestors(start, document)]) found.push(...below(siblings(one, document, spend).after));
  return found;
}

/** What ends before the node begins, backwards. */
function preceding(node: XmlNode, document: XmlDocument, spend: (steps: number) => void): XmlNode[] {
  const start = node.kind === 'attribute' || node.kind === 'namespace' ? node.parent : node;
  const found: XmlNode[] = [];
  for (const one of [start, ...ancestors(start, document)]) {
    const before = below(siblings(one, document, spend).before);
    for (let index = before.length - 1; index >= 0; index--) found.push(before[index]!);
  }
  return found;
}

/** Namespaces in scope, the one of `xml` included. They stand between their element and its attributes. */
function namespacesOf(element: XmlElement): XmlNamespaceNode[] {
  const inScope = new Map<string, string>();
  for (let at: XmlElement | undefined = element; at !== undefined; at = at.parent) {
    for (const [prefix, uri] of at.declared ?? NONE) if (!inScope.has(prefix)) inScope.set(prefix, uri);
  }
  inScope.set('xml', XML_NAMESPACE);
  return [...inScope]
    .filter(([, uri]) => uri !== '')
    .map(([name, value], index) => ({
      kind: 'namespace',
      parent: element,
      name,
      value,
      order: element.order + (index + 1) / (inScope.size + 1),
    }));
}
