import { xmlError } from './body-errors.ts';
import type { XmlAttribute, XmlDocument, XmlElement, XmlRemark, XmlText } from './xml-document.ts';
import { XmlNamespaces } from './xml-namespaces.ts';

/** libxml2 stops one element deeper. */
const MAX_DEPTH = 256;

/** Elements, attributes and texts together: what a document of a megabyte may cost in memory stays in the tens of megabytes. */
const MAX_NODES = 100_000;

const NO_ATTRIBUTES: readonly XmlAttribute[] = [];

type Growing<Shape> = { -readonly [Key in keyof Shape]: Shape[Key] };
type OpenElement = Growing<XmlElement> & { children: (XmlElement | XmlText | XmlRemark)[] };

/** Builds a document from the events of a parser. Throws `BodyError` when tags do not match or a limit is passed. */
export class XmlTree {
  readonly #open: OpenElement[] = [];
  readonly #namespaces = new XmlNamespaces();
  readonly #attributeValues: string[] = [];
  #root: XmlElement | undefined;
  readonly #top: (XmlElement | XmlRemark)[] = [];
  #text = '';
  /** The text node that further character data belongs to. */
  #lastText: Growing<XmlText> | undefined;
  #nodes = 0;

  /** Whether the next text or element would be inside the root element. */
  get isInside(): boolean {
    return this.#open.length > 0;
  }

  get hasRoot(): boolean {
    return this.#root !== undefined;
  }

  openElement(name: string, attributes: ReadonlyMap<string, string>): void {
    if (this.#open.length === 0 && this.#root !== undefined) throw xmlError('second root element');
    if (this.#open.length >= MAX_DEPTH) throw xmlError('elements are nested too deep');
    const order = this.#nextOrder();
    this.#namespaces.enter(attributes);
    const parent = this.#open.at(-1);
    const { localName, namespace } = this.#namespaces.resolve(name, true);
    const element: OpenElement = {
      kind: 'element',
      name,
      parent,
      localName,
      namespace,
      attributes: NO_ATTRIBUTES,
      declared: attributes.size === 0 ? undefined : declaredIn(attributes),
      children: [],
      start: this.#text.length,
      end: this.#text.length,
      order,
    };
    if (attributes.size > 0) element.attributes = this.#readAttributes(element, attributes);
    if (parent === undefined) {
      this.#root = element;
      this.#top.push(element);
    } else addChild(parent, element);
    this.#open.push(element);
    this.#lastText = undefined;
  }

  closeElement(name: string): void {
    const element = this.#open.pop();
    if (element?.name !== name) throw xmlError('end tag does not match the start tag');
    element.end = this.#text.length;
    this.#namespaces.leave();
    this.#lastText = undefined;
  }

  /** Adjacent pieces of character data, CDATA or not, are one text node. */
  addText(text: string): void {
    const parent = this.#open.at(-1)!;
    const start = this.#text.length;
    this.#text += text;
    const end = this.#text.length;
    if (this.#lastText !== undefined) {
      this.#lastText.end = end;
      return;
    }
    this.#lastText = { kind: 'text', parent, start, end, order: this.#nextOrder() };
    addChild(parent, this.#lastText);
  }

  /** A comment or processing instruction; it separates two texts. `name` is the target of an instruction. */
  addRemark(kind: XmlRemark['kind'], name: string, value: string): void {
    this.#lastText = undefined;
    const parent = this.#open.at(-1);
    const remark: XmlRemark = { kind, parent, name, value, order: this.#nextOrder() };
    if (parent === undefined) this.#top.push(remark);
    else addChild(parent, remark);
  }

  /** The document as far as it was built; elements still open end with the text. */
  finish(): XmlDocument {
    const end = this.#text.length;
    for (const element of this.#open) element.end = end;
    return {
      kind: 'document',
      start: 0,
      end,
      order: 0,
      children: this.#top,
      documentText: this.#text,
      attributeValues: this.#attributeValues,
    };
  }

  #readAttributes(parent: XmlElement, attributes: ReadonlyMap<string, string>): XmlAttribute[] {
    let found: XmlAttribute[] = [];
    for (const [name, value] of attributes) {
      if (name === 'xmlns' || name.startsWith('xmlns:')) continue;
      const { localName, namespace } = this.#namespaces.resolve(name, false);
      const attribute: XmlAttribute = {
        kind: 'attribute',
        parent,
        name,
        localName,
        namespace,
        value,
        order: this.#nextOrder(),
      };
      if (found.length === 0) found = [attribute];
      else found.push(attribute);
      this.#attributeValues.push(value);
    }
    return found;
  }

  #nextOrder(): number {
    if (++this.#nodes > MAX_NODES) throw xmlError('too many elements, attributes and texts');
    return this.#nodes;
  }
}

/** Most elements have one child, and an array that has grown to hold it has room for sixteen more: two fifths of a tree's memory. */
function addChild(parent: OpenElement, child: OpenElement['children'][number]): void {
  if (parent.children.length === 0) parent.children = [child];
  else parent.children.push(child);
}

/** Declarations by prefix; the default namespace is under the empty one. */
function declaredIn(attributes: ReadonlyMap<string, string>): ReadonlyMap<string, string> | undefined {
  let declared: Map<string, string> | undefined;
  for (const [name, uri] of attributes) {
    if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue;
    declared ??= new Map();
    declared.set(name.slice(6), uri);
  }
  return declared;
}
