import type { XmlDocument, XmlNode } from './xml-document.ts';
import type { Comparison } from './xpath-syntax.ts';

/** Nodes are in document order. Strings are UTF-8 as byte strings. */
export type XPathValue = readonly XmlNode[] | string | number | boolean;

/** What an expression is evaluated for. */
export interface XPathContext {
  readonly node: XmlNode;
  /** From 1. */
  readonly position: number;
  readonly size: number;
  readonly document: XmlDocument;
  /** Takes steps of the work this evaluation may do. Throws when there are no more. */
  readonly spend: (steps: number) => void;
}

/** Text of a node and all below it, or the value of an attribute, a namespace or a remark. */
export function stringValue(node: XmlNode, document: XmlDocument): string {
  return 'value' in node ? node.value : document.documentText.slice(node.start, node.end);
}

/** XPath 1.0 section 4.2, `string()`. */
export function toText(value: XPathValue, { document, spend }: XPathContext): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'boolean') return String(value);
  const [first] = value;
  if (first === undefined) return '';
  const text = stringValue(first, document);
  spend(1 + (text.length >> 4));
  return text;
}

/** Section 4.4, `number()`. */
export function toNumber(value: XPathValue, context: XPathContext): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  const text = trimXmlSpace(toText(value, context));
  return /^-?(?:\d+(?:\.\d*)?|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
}

/** Section 4.3, `boolean()`. */
export function toBoolean(value: XPathValue): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0 && !Number.isNaN(value);
  return value.length > 0;
}

/** Section 3.4: of two sets, one pair of nodes is enough. Sets are compared by their texts, each looked at once. */
export function compareValues(
  operator: Comparison,
  left: XPathValue,
  right: XPathValue,
  context: XPathContext,
): boolean {
  if (!isNodes(left)) {
    if (isNodes(right)) return compareValues(mirrored[operator], right, left, context);
    return compareSingle(operator, left, right, context);
  }
  if (typeof right === 'boolean') return compareSingle(operator, toBoolean(left), right, context);
  if (!isNodes(right)) return left.some((node) => compareSingle(operator, textOf(node, context), right, context));
  if (operator === '=' || operator === '!=') {
    const texts = new Set(left.map((node) => textOf(node, context)));
    if (operator === '=') return right.some((node) => texts.has(textOf(node, context)));
    // All pairs are equal only where both sides have one and the same text.
    return left.length > 0 && right.some((node) => texts.size > 1 || !texts.has(textOf(node, context)));
  }
  // Some pair is in order when the extremes are.
  const numbers = (nodes: readonly XmlNode[]): number[] =>
    nodes.map((node) => toNumber(textOf(node, context), context)).filter((number) => !Number.isNaN(number));
  const isLess = operator === '<' || operator === '<=';
  const lefts = numbers(left);
  const rights = numbers(right);
  if (lefts.length === 0 || rights.length === 0) return false;
  const one = lefts.reduce((best, next) => (isLess ? Math.min(best, next) : Math.max(best, next)));
  const other = rights.reduce((best, next) => (isLess ? Math.max(best, next) : Math.min(best, next)));
  return compareNumbers(operator, one, other);
}

const mirrored: Readonly<Record<Comparison, Comparison>> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

function compareSingle(
  operator: Comparison,
  left: string | number | boolean,
  right: string | number | boolean,
  context: XPathContext,
): boolean {
  if (operator !== '=' && operator !== '!=') {
    return compareNumbers(operator, toNumber(left, context), toNumber(right, context));
  }
  const isBoolean = typeof left === 'boolean' || typeof right === 'boolean';
  const isNumber = typeof left === 'number' || typeof right === 'number';
  const isEqual = isBoolean
    ? toBoolean(left) === toBoolean(right)
    : isNumber
      ? toNumber(left, context) === toNumber(right, context)
      : left === right;
  return isEqual === (operator === '=');
}

function compareNumbers(operator: Comparison, left: number, right: number): boolean {
  switch (operator) {
    case '=':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}

function textOf(node: XmlNode, context: XPathContext): string {
  const text = stringValue(node, context.document);
  context.spend(1 + (text.length >> 4));
  return text;
}

function isNodes(value: XPathValue): value is readonly XmlNode[] {
  return typeof value === 'object';
}

/** A decimal number without exponent. */
function numberText(value: number): string {
  if (Object.is(value, -0)) return '0';
  const text = String(value);
  if (!Number.isFinite(value) || !text.includes('e')) return text;
  if (Math.abs(value) >= 1) return BigInt(value).toString();
  return value.toFixed(100).replace(/0+$/, '');
}

/** Without blanks, tabs and line ends on both sides. */
export function trimXmlSpace(text: string): string {
  return text.replace(/^[ \t\r\n]+/, '').replace(/[ \t\r\n]+$/, '');
}
