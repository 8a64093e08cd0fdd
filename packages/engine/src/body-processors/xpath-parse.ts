import { isAlphanumeric, isDigit } from '../bytes/ascii.ts';
import type { XmlNode } from './xml-document.ts';
import type { XPathAxis } from './xpath-axes.ts';

/** One step of a location path: an axis, what to take from it, and what the taken nodes must fulfil. */
export interface XPathStep {
  readonly axis: XPathAxis;
  readonly test: (node: XmlNode) => boolean;
  readonly predicates: readonly XPathPredicate[];
}

export type XPathPredicate =
  | { readonly kind: 'position'; readonly position: number | 'last' }
  | {
      readonly kind: 'path';
      readonly isAbsolute: boolean;
      readonly steps: readonly XPathStep[];
      /** Value one of the nodes must have; undefined when it is enough that there is one. */
      readonly value: string | undefined;
    };

const AXES: ReadonlySet<string> = new Set(['child', 'descendant', 'descendant-or-self', 'self', 'parent', 'attribute']);

/** Predicates within predicates, at most. */
const MAX_DEPTH = 32;

/** Parses location paths joined by `|`, each absolute or taken from the document. Throws an Error for everything else. */
export function parseXPath(
  expression: string,
  namespaces: ReadonlyMap<string, string>,
): readonly (readonly XPathStep[])[] {
  return new XPathParser(expression, namespaces).parse();
}

const EVERY_NODE: XPathStep = { axis: 'descendant-or-self', test: () => true, predicates: [] };

/** Recursive descent over the grammar of XPath 1.0 §2 as far as it is supported. */
class XPathParser {
  readonly #text: string;
  readonly #namespaces: ReadonlyMap<string, string>;
  #at = 0;
  #depth = 0;

  constructor(text: string, namespaces: ReadonlyMap<string, string>) {
    this.#text = text;
    this.#namespaces = namespaces;
  }

  parse(): readonly (readonly XPathStep[])[] {
    const paths: (readonly XPathStep[])[] = [];
    do paths.push(this.#readPath().steps);
    while (this.#take('|'));
    if (this.#at < this.#text.length) throw this.#unsupported();
    return paths;
  }

  #readPath(): { isAbsolute: boolean; steps: readonly XPathStep[] } {
    const steps: XPathStep[] = [];
    let isAbsolute = true;
    if (this.#take('//')) steps.push(EVERY_NODE);
    else if (this.#take('/')) {
      if (!this.#isAtStep()) return { isAbsolute, steps };
    } else isAbsolute = false;
    for (;;) {
      steps.push(this.#readStep());
      if (this.#take('//')) steps.push(EVERY_NODE);
      else if (!this.#take('/')) return { isAbsolute, steps };
    }
  }

  #isAtStep(): boolean {
    this.#skipSpace();
    const byte = this.#text[this.#at];
    return byte !== undefined && byte !== '|' && byte !== ']' && byte !== '=';
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
      if (!isAxis(name)) throw this.#error(`the axis "${name}" is not supported`);
      return name;
    }
    this.#at = start;
    return 'child';
  }

  #readTest(axis: XPathAxis): (node: XmlNode) => boolean {
    const principal = axis === 'attribute' ? 'attribute' : 'element';
    if (this.#take('*')) return (node) => node.kind === principal;
    const name = this.#readName();
    if (name === '') throw this.#unsupported();
    if (this.#take('(')) {
      if (!this.#take(')')) throw this.#error(`the function "${name}" is not supported`);
      if (name === 'node') return () => true;
      if (name === 'text') return (node) => node.kind === 'text';
      throw this.#error(`"${name}()" is not supported`);
    }
    const namespace = this.#text.startsWith('::', this.#at) || !this.#take(':') ? undefined : this.#namespaceOf(name);
    if (namespace === undefined)
      return (node) => node.kind === principal && node.localName === name && node.namespace === '';
    if (this.#take('*')) return (node) => node.kind === principal && node.namespace === namespace;
    const localName = this.#readName();
    if (localName === '') throw this.#unsupported();
    return (node) => node.kind === principal && node.localName === localName && node.namespace === namespace;
  }

  #namespaceOf(prefix: string): string {
    const uri = this.#namespaces.get(prefix);
    if (uri === undefined)
      throw this.#error(`the prefix "${prefix}" is not declared; add xmlns:${prefix}=… to the rule`);
    return uri;
  }

  #readPredicates(): XPathPredicate[] {
    const predicates: XPathPredicate[] = [];
    while (this.#take('[')) {
      if (++this.#depth > MAX_DEPTH) throw this.#error('predicates are nested too deep');
      predicates.push(this.#readPredicate());
      if (!this.#take(']')) throw this.#unsupported();
      this.#depth--;
    }
    return predicates;
  }

  #readPredicate(): XPathPredicate {
    if (this.#takeFunction('last')) return { kind: 'position', position: 'last' };
    if (this.#takeFunction('position')) {
      if (!this.#take('=')) throw this.#unsupported();
      return { kind: 'position', position: this.#takeFunction('last') ? 'last' : this.#readNumber() };
    }
    this.#skipSpace();
    if (isDigit(this.#text.charCodeAt(this.#at))) return { kind: 'position', position: this.#readNumber() };
    const { isAbsolute, steps } = this.#readPath();
    return { kind: 'path', isAbsolute, steps, value: this.#take('=') ? this.#readLiteral() : undefined };
  }

  #takeFunction(name: string): boolean {
    const start = this.#at;
    if (this.#readName() === name && this.#take('(') && this.#take(')')) return true;
    this.#at = start;
    return false;
  }

  #readNumber(): number {
    this.#skipSpace();
    const start = this.#at;
    while (isDigit(this.#text.charCodeAt(this.#at))) this.#at++;
    if (this.#at === start) throw this.#unsupported();
    return Number(this.#text.slice(start, this.#at));
  }

  #readLiteral(): string {
    this.#skipSpace();
    const quote = this.#text[this.#at];
    const end = quote === '"' || quote === "'" ? this.#text.indexOf(quote, this.#at + 1) : -1;
    if (end < 0) throw this.#error('a value must be in quotes');
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

  #take(token: string): boolean {
    this.#skipSpace();
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #skipSpace(): void {
    while (this.#at < this.#text.length && ' \t\r\n'.includes(this.#text[this.#at]!)) this.#at++;
  }

  #unsupported(): Error {
    const rest = this.#text.slice(this.#at);
    return this.#error(rest === '' ? 'it ends too early' : `"${rest}" is not supported in a location path`);
  }

  #error(reason: string): Error {
    return new Error(`XPath "${this.#text}": ${reason}`);
  }
}

function isAxis(name: string): name is XPathAxis {
  return AXES.has(name);
}

function isNameByte(byte: number, isFirst: boolean): boolean {
  if (byte === 0x5f || byte > 0x7f) return true; // _
  if (isFirst) return isAlphanumeric(byte) && !isDigit(byte);
  return isAlphanumeric(byte) || byte === 0x2d || byte === 0x2e; // - .
}
