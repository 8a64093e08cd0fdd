import type { XmlDocument, XmlNode } from './xml-document.ts';
import { stringValue, walk } from './xpath-axes.ts';
import { parseXPath, type XPathPredicate, type XPathStep } from './xpath-parse.ts';

/** A compiled location path: the string value of every node it selects, in document order. */
export type XPath = (document: XmlDocument) => readonly string[];

/**
 * Compiles an XPath 1.0 location path, or several joined by `|`. Supported are the axes child, descendant,
 * descendant-or-self, self, parent and attribute with their abbreviations (`/a//b`, `@c`, `.`, `..`), the node tests name,
 * `*`, `prefix:*`, `text()` and `node()`, and predicates `[1]`, `[last()]`, `[position()=1]`, `[path]` and `[path='value']`.
 * A relative path starts at the document.
 *
 * @param namespaces prefix → URI, from `xmlns` actions of the rule
 * @throws Error with a readable message for anything else, so that a rule never silently looks at nothing
 */
export function compileXPath(expression: string, namespaces: ReadonlyMap<string, string>): XPath {
  // The two paths of the Core Rule Set are asked hundreds of times per request.
  if (expression === '/*') return (document) => (document.children.length === 0 ? [] : [document.documentText]);
  if (expression === '//@*') return (document) => document.attributeValues;
  const paths = parseXPath(expression, namespaces);
  return (document) => {
    const found = new Set<XmlNode>();
    for (const steps of paths) for (const node of select([document], steps, document)) found.add(node);
    return inDocumentOrder(found).map((node) => stringValue(node, document));
  };
}

function inDocumentOrder(nodes: Iterable<XmlNode>): XmlNode[] {
  return [...nodes].sort((left, right) => left.order - right.order);
}

function select(context: readonly XmlNode[], steps: readonly XPathStep[], document: XmlDocument): readonly XmlNode[] {
  let nodes = context;
  for (const step of steps) {
    const next = new Set<XmlNode>();
    for (const node of nodes) for (const selected of takeStep(node, step, document)) next.add(selected);
    nodes = [...next];
  }
  return nodes;
}

/** Predicates count positions among what the step selects from one node. */
function takeStep(node: XmlNode, step: XPathStep, document: XmlDocument): readonly XmlNode[] {
  let selected = walk(node, step.axis, document).filter((candidate) => step.test(candidate));
  for (const predicate of step.predicates) {
    const candidates = selected;
    selected = candidates.filter((candidate, index) =>
      holds(predicate, candidate, index + 1, candidates.length, document),
    );
  }
  return selected;
}

function holds(
  predicate: XPathPredicate,
  node: XmlNode,
  position: number,
  size: number,
  document: XmlDocument,
): boolean {
  switch (predicate.kind) {
    case 'position':
      return position === (predicate.position === 'last' ? size : predicate.position);
    case 'path': {
      const start = predicate.isAbsolute ? document : node;
      const found = select([start], predicate.steps, document);
      return predicate.value === undefined
        ? found.length > 0
        : found.some((candidate) => stringValue(candidate, document) === predicate.value);
    }
  }
}
