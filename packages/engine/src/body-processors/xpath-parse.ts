import { isAlphanumeric, isDigit } from '../bytes/ascii.ts';
import type { XmlNode } from './xml-document.ts';
import { XPATH_AXES, type XPathAxis } from './xpath-axes.ts';
import { xpathFunctions } from './xpath-functions.ts';
import type { Comparison, XPathExpression, XPathStep } from './xpath-syntax.ts';

/** Parentheses and predicates within each other, at most. */
const MAX_DEPTH = 32;

/** Parses an XPath 1.0 expression. Throws an Error with a readable message for what is none. */
export function parseXPath(expression: string, namespaces: ReadonlyMap<string, string>): XPathExpression {
  return new XPathParser(expression, namespaces).parse();
}

const EVERY_NODE: XPathStep = { axis: 'descendant-or-self', test: () => true, predicates: [] };

/** Longer tokens first: `<` is the beginning of `<=`. */
const EQUALITY: readonly Comparison[] = ['!=', '='];
const RELATION: readonly Comparison[] = ['<=', '>=', '<', '>'];
const NODE_TYPES: ReadonlySet<string> = new Set(['comment', 'text', 'processing-instruction', 'node']);

/**
 * Recursive descent over the grammar of XPath 1.0 section 3. Where an operand is expected, `*` and words are names; where an
 * operator is, they are operators: so the recommendation's rule for telling them apart (section 3.7) follows by itself.
 */
class XPathParser {
  readonly #text: string;
  readonly #namespaces: ReadonlyMap<string, string>;
  #at = 0;
  #depth = 0;

  constructor(text: string, namespaces: ReadonlyMap<string, string>) {
    this.#text = text;
    this.#namespaces = namespaces;
  }

  parse(): XPathExpression {
    const expression = this.#readExpression();
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#unexpected();
    return expression;
  }

  #readExpression(): XPathExpression {
    if (++this.#depth > MAX_DEPTH) throw this.#error('it is nested too deep');
    const expression = this.#readLogical('or', () => this.#readLogical('and', () => this.#readEquality()));
    this.#depth--;
    return expression;
  }

  #readLogical(kind: 'or' | 'and', readOperand: () => XPathExpression): XPathExpression {
    const parts = [readOperand()];
    while (this.#takeWord(kind)) parts.push(readOperand());
    return parts.length === 1 ? parts[0]! : { kind, type: 'boolean', parts };
  }

  #readEquality(): XPathExpression {
    return this.#readComparison(EQUALITY, () => this.#readComparison(RELATION, () => this.#readSum()));
  }

  #readComparison(operators: readonly Comparison[], readOperand: () => XPathExpression): XPathExpression {
    let left = readOperand();
    for (;;) {
      const operator = operators.find((one) => this.#take(one));
      if (operator === undefined) return left;
      left = { kind: 'compare', type: 'boolean', operator, left, right: readOperand() };
    }
  }

  #readSum(): XPathExpression {
    let left = this.#readProduct();
    for (;;) {
      const operator = this.#take('+') ? '+' : this.#take('-') ? '-' : undefined;
      if (operator === undefined) return left;
      left = { kind: 'arithmetic', type: 'number', operator, left, right: this.#readProduct() };
    }
  }

  #readProduct(): XPathExpression {
    let left = this.#readNegation();
    for (;;) {
      const operator = this.#take('*')
        ? '*'
        : this.#takeWord('div')
          ? 'div'
          : this.#takeWord('mod')
            ? 'mod'
            : undefined;
      if (operator === undefined) return left;
      left = { kind: 'arithmetic', type: 'number', operator, left, right: this.#readNegation() };
    }
  }

  #readNegation(): XPathExpression {
    let count = 0;
    while (this.#take('-')) count++;
    const operand = this.#readUnion();
    if (count === 0) return operand;
    const negation: XPathExpression = { kind: 'negation', type: 'number', operand };
    return count % 2 === 1 ? negation : { kind: 'negation', type: 'number', operand: negation };
  }

  #readUnion(): XPathExpression {
    const parts = [this.#readPathExpression()];
    while (this.#take('|')) parts.push(this.#readPathExpression());
    if (parts.length === 1) return parts[0]!;
    for (const part of parts) if (part.type !== 'nodes') throw this.#error('only nodes can be joined by "|"');
    return { kind: 'union', type: 'nodes', parts };
  }

  /** A location path, or a value, which may have predicates and a path behind it where it is nodes. */
  #readPathExpression(): XPathExpression {
    const start = this.#readPrimary();
    if (start === undefined) return this.#readLocationPath();
    const predicates = this.#readPredicates();
    const steps: XPathStep[] = [];
    if (this.#take('//')) steps.push(EVERY_NODE, ...this.#readSteps());
    else if (this.#take('/')) steps.push(...this.#readSteps());
    if (predicates.length === 0 && steps.length === 0) return start;
    if (start.type !== 'nodes') throw this.#error('only nodes have predicates and paths behind them');
    return { kind: 'filter', type: 'nodes', start, predicates, steps };
  }

  #readPrimary(): XPathExpression | undefined {
    this.#skipSpace();
    const char = this.#text[this.#at] ?? '';
    if (char === '"' || char === "'") return { kind: 'literal', type: 'string', value: this.#readLiteral() };
    const code = this.#text.charCodeAt(this.#at);
    if (isDigit(code) || (char === '.' && isDigit(this.#text.charCodeAt(this.#at + 1)))) {
      return { kind: 'literal', type: 'number', value: this.#readNumber() };
    }
    if (char === '$') throw this.#error('there are no variables');
    if (this.#take('(')) {
      const expression = this.#readExpression();
      if (!this.#take(')')) throw this.#unexpected();
      return expression;
    }
    return this.#readCall();
  }

  /** Undefined where no function is called. */
  #readCall(): XPathExpression | undefined {
    const start = this.#at;
    const name = this.#readName();
    if (name === '' || NODE_TYPES.has(name) || !this.#take('(')) {
      this.#at = start;
      return undefined;
    }
    const called = xpathFunctions.get(name);
    if (called === undefined) throw this.#error(`there is no function "${name}"`);
    const operands: XPathExpression[] = [];
    if (!this.#take(')')) {
      do operands.push(this.#readExpression());
      while (this.#take(','));
      if (!this.#take(')')) throw this.#unexpected();
    }
    if (operands.length < called.minimum || operands.length > called.maximum) {
      throw this.#error(`${name}() does not take ${operands.length} arguments`);
    }
    if (called.takesNodes === true && operands.some(({ type }) => type !== 'nodes')) {
      throw this.#error(`${name}() takes nodes`);
    }
    return { kind: 'call', type: called.type, called, operands };
  }

  #readLocationPath(): XPathExpression {
    if (this.#take('//')) {
      return { kind: 'path', type: 'nodes', isAbsolute: true, steps: [EVERY_NODE, ...this.#readSteps()] };
    }
    const isAbsolute = this.#take('/');
    const steps = isAbsolute && !this.#isAtStep() ? [] : this.#readSteps();
    return { kind: 'path', type: 'nodes', isAbsolute, steps };
  }

  #readSteps(): XPathStep[] {
    const steps = [this.#readStep()];
    for (;;) {
      if (this.#take('//')) steps.push(EVERY_NODE);
      else if (!this.#take('/')) return steps;
      steps.push(this.#readStep());
    }
  }

  /** Behind a `/` that may stand alone. */
  #isAtStep(): boolean {
    this.#skipSpace();
    const code = this.#text.charCodeAt(this.#at);
    return '.@*'.includes(this.#text[this.#at] ?? ' ') || isNameByte(code, true);
  }

  #readStep(): XPathStep {
    if (this.#take('..')) return { axis: 'parent', test: () => true, predicates: [] };
    if (this.#take('.')) return { axis: 'self', test: () => true, predicates: [] };
    const axis = this.#readAxis();
    return { axis, test: this.#readTest(axis), predicates: this.#readPredicates() };
  }

  #readAxis(): XPathAxis {
    if (this.#take('@')) return 'attribute';
    const start = this.#at;
    const name = this.#readName();
    if (name !== '' && this.#take('::')) {
      if (!isAxis(name)) throw this.#error(`there is no axis "${name}"`);
      return name;
    }
    this.#at = start;
    return 'child';
  }

  #readTest(axis: XPathAxis): (node: XmlNode) => boolean {
    const principal = axis === 'attribute' || axis === 'namespace' ? axis : 'element';
    if (this.#take('*')) return (node) => node.kind === principal;
    const name = this.#readName();
    if (name === '') throw this.#unexpected();
    if (this.#take('(')) return this.#readTypeTest(name);
    const namespace = this.#text.startsWith('::', this.#at) || !this.#take(':') ? undefined : this.#namespaceOf(name);
    if (principal === 'namespace') return (node) => node.kind === 'namespace' && node.name === name;
    if (namespace === undefined)
      return (node) => node.kind === principal && node.localName === name && node.namespace === '';
    if (this.#take('*')) return (node) => node.kind === principal && node.namespace === namespace;
    const localName = this.#readName();
    if (localName === '') throw this.#unexpected();
    return (node) => node.kind === principal && node.localName === localName && node.namespace === namespace;
  }

  /** `text()` and the like; the name and the parenthesis have been read. */
  #readTypeTest(name: string): (node: XmlNode) => boolean {
    this.#skipSpace();
    const isNamed = name === 'processing-instruction' && this.#text[this.#at] !== ')';
    const target = isNamed ? this.#readLiteral() : undefined;
    if (!this.#take(')')) throw this.#unexpected();
    switch (name) {
      case 'node':
        return () => true;
      case 'text':
      case 'comment':
        return (node) => node.kind === name;
      case 'processing-instruction':
        return (node) => node.kind === 'instruction' && (target === undefined || node.name === target);
      default:
        throw this.#error(`"${name}()" is no kind of node`);
    }
  }

  #namespaceOf(prefix: string): string {
    const uri = prefix === 'xml' ? 'http://www.w3.org/XML/1998/namespace' : this.#namespaces.get(prefix);
    if (uri === undefined)
      throw this.#error(`the prefix "${prefix}" is not declared; add xmlns:${prefix}=… to the rule`);
    return uri;
  }

  #readPredicates(): XPathExpression[] {
    const predicates: XPathExpression[] = [];
    while (this.#take('[')) {
      predicates.push(this.#readExpression());
      if (!this.#take(']')) throw this.#unexpected();
    }
    return predicates;
  }

  #readNumber(): number {
    const [text = ''] = /^(?:\d+(?:\.\d*)?|\.\d+)/.exec(this.#text.slice(this.#at)) ?? [];
    this.#at += text.length;
    return Number(text);
  }

  #readLiteral(): string {
    this.#skipSpace();
    const quote = this.#text[this.#at];
    const end = quote === '"' || quote === "'" ? this.#text.indexOf(quote, this.#at + 1) : -1;
    if (end < 0) throw this.#error('a text must be in quotes');
    const literal = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return literal;
  }

  /** An NCName; non-ASCII bytes may be in names. */
  #readName(): string {
    this.#skipSpace();
    const start = this.#at;
    while (isNameByte(this.#text.charCodeAt(this.#at), this.#at === start)) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  /** An operator that is a word. */
  #takeWord(word: string): boolean {
    const start = this.#at;
    if (this.#readName() === word) return true;
    this.#at = start;
    return false;
  }

  #take(token: string): boolean {
    this.#skipSpace();
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #skipSpace(): void {
    while (this.#at < this.#text.length && ' \t\r\n'.includes(this.#text[this.#at]!)) this.#at++;
  }

  #unexpected(): Error {
    const rest = this.#text.slice(this.#at);
    return this.#error(rest === '' ? 'it ends too early' : `"${rest}" is not understood`);
  }

  #error(reason: string): Error {
    return new Error(`XPath "${this.#text}": ${reason}`);
  }
}

function isAxis(name: string): name is XPathAxis {
  return Object.hasOwn(XPATH_AXES, name);
}

function isNameByte(byte: number, isFirst: boolean): boolean {
  if (byte === 0x5f || byte > 0x7f) return true; // _
  if (isFirst) return isAlphanumeric(byte) && !isDigit(byte);
  return isAlphanumeric(byte) || byte === 0x2d || byte === 0x2e; // - .
}
