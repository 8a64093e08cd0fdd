import type { XmlElement, XmlNode } from './xml-document.ts';
import type { XPathType } from './xpath-syntax.ts';
import {
  stringValue,
  toBoolean,
  toNumber,
  toText,
  trimXmlSpace,
  type XPathContext,
  type XPathValue,
} from './xpath-values.ts';

/** A function of the core library (XPath 1.0 section 4). */
export interface XPathFunction {
  readonly type: XPathType;
  readonly minimum: number;
  readonly maximum: number;
  /** Every operand must be a set of nodes. */
  readonly takesNodes?: boolean;
  call(operands: readonly XPathValue[], context: XPathContext): XPathValue;
}

const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';

/** Everything the core library has, by name. */
export const xpathFunctions: ReadonlyMap<string, XPathFunction> = new Map<string, XPathFunction>([
  ['last', { type: 'number', minimum: 0, maximum: 0, call: (_none, { size }) => size }],
  ['position', { type: 'number', minimum: 0, maximum: 0, call: (_none, { position }) => position }],
  ['count', { type: 'number', minimum: 1, maximum: 1, takesNodes: true, call: ([set]) => nodesOf(set).length }],
  ['id', { type: 'nodes', minimum: 1, maximum: 1, call: ([wanted = ''], context) => byId(wanted, context) }],
  ['local-name', nameFunction((node) => ('localName' in node ? node.localName : 'name' in node ? node.name : ''))],
  ['namespace-uri', nameFunction((node) => ('namespace' in node ? node.namespace : ''))],
  ['name', nameFunction((node) => ('name' in node ? node.name : ''))],
  ['string', textFunction(0, 1, ([value], context) => toText(value ?? [context.node], context))],
  ['concat', textFunction(2, Number.POSITIVE_INFINITY, (values, context) => textsOf(values, context).join(''))],
  ['starts-with', testFunction((text, part) => text.startsWith(part))],
  ['contains', testFunction((text, part) => text.includes(part))],
  ['substring-before', textFunction(2, 2, (values, context) => before(...pairOf(values, context)))],
  ['substring-after', textFunction(2, 2, (values, context) => after(...pairOf(values, context)))],
  ['substring', textFunction(2, 3, substring)],
  [
    'string-length',
    {
      type: 'number',
      minimum: 0,
      maximum: 1,
      call: ([value], context) => characters(own(value, context), context).length,
    },
  ],
  [
    'normalize-space',
    textFunction(0, 1, ([value], context) => trimXmlSpace(own(value, context)).replace(/[ \t\r\n]+/g, ' ')),
  ],
  ['translate', textFunction(3, 3, translate)],
  ['boolean', { type: 'boolean', minimum: 1, maximum: 1, call: ([value = '']) => toBoolean(value) }],
  ['not', { type: 'boolean', minimum: 1, maximum: 1, call: ([value = '']) => !toBoolean(value) }],
  ['true', { type: 'boolean', minimum: 0, maximum: 0, call: () => true }],
  ['false', { type: 'boolean', minimum: 0, maximum: 0, call: () => false }],
  [
    'lang',
    {
      type: 'boolean',
      minimum: 1,
      maximum: 1,
      call: ([wanted = ''], context) => hasLanguage(toText(wanted, context), context),
    },
  ],
  [
    'number',
    { type: 'number', minimum: 0, maximum: 1, call: ([value], context) => toNumber(value ?? [context.node], context) },
  ],
  [
    'sum',
    { type: 'number', minimum: 1, maximum: 1, takesNodes: true, call: ([set], context) => sum(nodesOf(set), context) },
  ],
  ['floor', roundingFunction(Math.floor)],
  ['ceiling', roundingFunction(Math.ceil)],
  // Halves go up, as with Math.round.
  ['round', roundingFunction(Math.round)],
]);

function textFunction(minimum: number, maximum: number, call: XPathFunction['call']): XPathFunction {
  return { type: 'string', minimum, maximum, call };
}

function testFunction(test: (text: string, part: string) => boolean): XPathFunction {
  return { type: 'boolean', minimum: 2, maximum: 2, call: (values, context) => test(...pairOf(values, context)) };
}

function roundingFunction(round: (value: number) => number): XPathFunction {
  return { type: 'number', minimum: 1, maximum: 1, call: ([value = ''], context) => round(toNumber(value, context)) };
}

function nameFunction(nameOf: (node: XmlNode) => string): XPathFunction {
  const call: XPathFunction['call'] = ([set], { node }) => {
    const named = set === undefined ? node : nodesOf(set)[0];
    return named === undefined ? '' : nameOf(named);
  };
  return { type: 'string', minimum: 0, maximum: 1, takesNodes: true, call };
}

/** The parser has seen to it that it is one. */
function nodesOf(value: XPathValue | undefined): readonly XmlNode[] {
  return typeof value === 'object' ? value : [];
}

function own(value: XPathValue | undefined, context: XPathContext): string {
  return toText(value ?? [context.node], context);
}

function textsOf(values: readonly XPathValue[], context: XPathContext): readonly string[] {
  return values.map((value) => {
    const text = toText(value, context);
    context.spend(text.length >> 4);
    return text;
  });
}

function pairOf(values: readonly XPathValue[], context: XPathContext): readonly [string, string] {
  const [left = '', right = ''] = textsOf(values, context);
  return [left, right];
}

function before(text: string, part: string): string {
  const at = text.indexOf(part);
  return at < 0 ? '' : text.slice(0, at);
}

function after(text: string, part: string): string {
  const at = text.indexOf(part);
  return at < 0 ? '' : text.slice(at + part.length);
}

/** Characters of UTF-8; bytes that are none count as one each. */
function characters(text: string, { spend }: XPathContext): readonly string[] {
  spend(text.length);
  return text.match(/[\0-\x7f]|[\xc0-\xff][\x80-\xbf]*|[\x80-\xbf]/g) ?? [];
}

/** Positions are rounded and counted from 1; NaN picks nothing. */
function substring([value = '', start = 0, length]: readonly XPathValue[], context: XPathContext): string {
  const from = Math.round(toNumber(start, context));
  const to = length === undefined ? Number.POSITIVE_INFINITY : from + Math.round(toNumber(length, context));
  const isPicked = (_character: string, index: number): boolean => index + 1 >= from && index + 1 < to;
  return characters(toText(value, context), context).filter(isPicked).join('');
}

function translate([value = '', from = '', to = '']: readonly XPathValue[], context: XPathContext): string {
  const replacements = characters(toText(to, context), context);
  const map = new Map<string, string>();
  for (const [index, character] of characters(toText(from, context), context).entries()) {
    if (!map.has(character)) map.set(character, replacements[index] ?? '');
  }
  return characters(toText(value, context), context)
    .map((character) => map.get(character) ?? character)
    .join('');
}

function sum(nodes: readonly XmlNode[], context: XPathContext): number {
  return nodes.reduce((total, node) => total + toNumber(stringValue(node, context.document), context), 0);
}

/** Elements by `xml:id`: without a document type nothing else is an id. */
function byId(wanted: XPathValue, context: XPathContext): readonly XmlNode[] {
  const { document, spend } = context;
  const texts =
    typeof wanted === 'object' ? wanted.map((node) => stringValue(node, document)) : [toText(wanted, context)];
  const ids = new Set(texts.flatMap((text) => trimXmlSpace(text).split(/[ \t\r\n]+/)));
  const found = new Map<string, XmlElement>();
  const open = document.children.filter((child) => child.kind === 'element').reverse();
  for (let element = open.pop(); element !== undefined; element = open.pop()) {
    spend(1 + element.attributes.length);
    const id = element.attributes.find(({ localName, namespace }) => localName === 'id' && namespace === XML_NAMESPACE);
    if (id !== undefined && ids.has(id.value) && !found.has(id.value)) found.set(id.value, element);
    for (const child of [...element.children].reverse()) if (child.kind === 'element') open.push(child);
  }
  return [...found.values()].sort((left, right) => left.order - right.order);
}

/** Whether the nearest `xml:lang` is the language or a variety of it. */
function hasLanguage(wanted: string, { node, spend }: XPathContext): boolean {
  const language = wanted.toLowerCase();
  let at = node.kind === 'document' || node.kind === 'element' ? node : node.parent;
  while (at?.kind === 'element') {
    spend(1 + at.attributes.length);
    const found = at.attributes.find(({ localName, namespace }) => localName === 'lang' && namespace === XML_NAMESPACE);
    if (found !== undefined) {
      const value = found.value.toLowerCase();
      return value === language || value.startsWith(`${language}-`);
    }
    at = at.parent;
  }
  return false;
}
