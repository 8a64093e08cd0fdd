import type { XmlNode } from './xml-document.ts';
import type { XPathAxis } from './xpath-axes.ts';
import type { XPathFunction } from './xpath-functions.ts';

/** Kinds of values of XPath 1.0. What an expression gives is known when it is parsed: there are no variables. */
export type XPathType = 'nodes' | 'string' | 'number' | 'boolean';

/** One step of a location path: an axis, what to take from it, and what the taken nodes must fulfil. */
export interface XPathStep {
  readonly axis: XPathAxis;
  readonly test: (node: XmlNode) => boolean;
  readonly predicates: readonly XPathExpression[];
}

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** A parsed expression. */
export type XPathExpression =
  | {
      readonly kind: 'path';
      readonly type: 'nodes';
      readonly isAbsolute: boolean;
      readonly steps: readonly XPathStep[];
    }
  /** Nodes an expression gives, filtered, and a path from there. */
  | {
      readonly kind: 'filter';
      readonly type: 'nodes';
      readonly start: XPathExpression;
      readonly predicates: readonly XPathExpression[];
      readonly steps: readonly XPathStep[];
    }
  | { readonly kind: 'union'; readonly type: 'nodes'; readonly parts: readonly XPathExpression[] }
  | { readonly kind: 'literal'; readonly type: 'string' | 'number'; readonly value: string | number }
  | { readonly kind: 'or' | 'and'; readonly type: 'boolean'; readonly parts: readonly XPathExpression[] }
  | {
      readonly kind: 'compare';
      readonly type: 'boolean';
      readonly operator: Comparison;
      readonly left: XPathExpression;
      readonly right: XPathExpression;
    }
  | {
      readonly kind: 'arithmetic';
      readonly type: 'number';
      readonly operator: '+' | '-' | '*' | 'div' | 'mod';
      readonly left: XPathExpression;
      readonly right: XPathExpression;
    }
  | { readonly kind: 'negation'; readonly type: 'number'; readonly operand: XPathExpression }
  | {
      readonly kind: 'call';
      readonly type: XPathType;
      readonly called: XPathFunction;
      readonly operands: readonly XPathExpression[];
    };
