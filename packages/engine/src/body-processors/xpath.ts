import type { XmlDocument, XmlNode } from './xml-document.ts';
import { walk, XPATH_AXES } from './xpath-axes.ts';
import { parseXPath } from './xpath-parse.ts';
import type { XPathExpression, XPathStep } from './xpath-syntax.ts';
import { compareValues, stringValue, toBoolean, toNumber, type XPathContext, type XPathValue } from './xpath-values.ts';

/** The string values of the nodes an expression gives, in document order. */
export interface XPath {
  /** False for expressions that give a number, a string or a boolean: ModSecurity 2 takes them and they select nothing. */
  readonly givesNodes: boolean;
  /**
   * `spend` takes steps of the work that may be done, one per node looked at, and says whether there were so many; when there
   * are no more, the whole text of the document is the answer, for a caller that has lost its fuel refuses the request.
   */
  select(document: XmlDocument, spend: (steps: number) => boolean): readonly string[];
}

class OutOfSteps extends Error {}

/**
 * Compiles an XPath 1.0 expression; all of the recommendation but variables. The context node is the document.
 *
 * @param namespaces prefix → URI, from `xmlns` actions of the rule
 * @throws Error with a readable message for what is no expression, so that a rule never silently looks at nothing
 */
export function compileXPath(expression: string, namespaces: ReadonlyMap<string, string>): XPath {
  // The two paths of the Core Rule Set are asked hundreds of times per request.
  if (expression === '/*') return { givesNodes: true, select: textOfRoot };
  if (expression === '//@*') return { givesNodes: true, select: (document) => document.attributeValues };
  const parsed = parseXPath(expression, namespaces);
  return {
    givesNodes: parsed.type === 'nodes',
    select(document, spend) {
      const take = (steps: number): void => {
        if (!spend(steps)) throw new OutOfSteps();
      };
      try {
        const value = evaluate(parsed, { node: document, position: 1, size: 1, document, spend: take });
        return typeof value === 'object' ? value.map((node) => stringValue(node, document)) : [];
      } catch (cause) {
        if (!(cause instanceof OutOfSteps)) throw cause;
        return [document.documentText];
      }
    },
  };
}

function textOfRoot(document: XmlDocument): readonly string[] {
  return document.children.some(({ kind }) => kind === 'element') ? [document.documentText] : [];
}

function evaluate(expression: XPathExpression, context: XPathContext): XPathValue {
  context.spend(1);
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'path':
      return take([expression.isAbsolute ? context.document : context.node], expression.steps, context);
    case 'filter': {
      let nodes = nodesOf(evaluate(expression.start, context));
      for (const predicate of expression.predicates) nodes = filter(nodes, predicate, context);
      return take(nodes, expression.steps, context);
    }
    case 'union':
      return inOrder(new Set(expression.parts.flatMap((part) => nodesOf(evaluate(part, context)))), context);
    case 'or':
      return expression.parts.some((part) => toBoolean(evaluate(part, context)));
    case 'and':
      return expression.parts.every((part) => toBoolean(evaluate(part, context)));
    case 'compare': {
      const left = evaluate(expression.left, context);
      return compareValues(expression.operator, left, evaluate(expression.right, context), context);
    }
    case 'arithmetic': {
      const left = toNumber(evaluate(expression.left, context), context);
      return calculate(expression.operator, left, toNumber(evaluate(expression.right, context), context));
    }
    case 'negation':
      return -toNumber(evaluate(expression.operand, context), context);
    case 'call':
      return expression.called.call(
        expression.operands.map((operand) => evaluate(operand, context)),
        context,
      );
  }
}

/** `%` of JavaScript is the remainder that takes the sign of the dividend, which is what `mod` means. */
function calculate(operator: '+' | '-' | '*' | 'div' | 'mod', left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case 'div':
      return left / right;
    case 'mod':
      return left % right;
  }
}

function take(start: readonly XmlNode[], steps: readonly XPathStep[], context: XPathContext): readonly XmlNode[] {
  let nodes = start;
  for (const step of steps) {
    if (nodes.length === 1 && nodes[0] !== undefined) {
      const taken = takeStep(nodes[0], step, context);
      nodes = XPATH_AXES[step.axis].isReverse ? [...taken].reverse() : taken;
      continue;
    }
    const next = new Set<XmlNode>();
    for (const node of nodes) for (const taken of takeStep(node, step, context)) next.add(taken);
    nodes = inOrder(next, context);
  }
  return nodes;
}

/** Predicates count positions among what the step takes from one node. */
function takeStep(node: XmlNode, step: XPathStep, context: XPathContext): readonly XmlNode[] {
  const reached = walk(node, step.axis, context.document, context.spend);
  context.spend(1 + reached.length);
  let taken: readonly XmlNode[] = reached.filter((candidate) => step.test(candidate));
  for (const predicate of step.predicates) taken = filter(taken, predicate, context);
  return taken;
}

function filter(nodes: readonly XmlNode[], predicate: XPathExpression, context: XPathContext): readonly XmlNode[] {
  const size = nodes.length;
  return nodes.filter((node, index) => {
    const value = evaluate(predicate, { ...context, node, position: index + 1, size });
    return typeof value === 'number' ? value === index + 1 : toBoolean(value);
  });
}

function inOrder(nodes: ReadonlySet<XmlNode>, { spend }: XPathContext): readonly XmlNode[] {
  spend(nodes.size);
  return [...nodes].sort((left, right) => left.order - right.order);
}

/** The parser has seen to it that these are nodes. */
function nodesOf(value: XPathValue): readonly XmlNode[] {
  return typeof value === 'object' ? value : [];
}
