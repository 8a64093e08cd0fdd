/**
 * A parsed XML document as XPath 1.0 sees it (its section 5). All text is UTF-8 as a byte string, references expanded.
 *
 * The text of the whole document is one string and every node knows its range in it, so the text of any element costs
 * nothing to keep and nothing to collect.
 */
export interface XmlDocument {
  readonly kind: 'document';
  readonly start: 0;
  readonly end: number;
  readonly order: 0;
  /** The root element, if parsing came so far, and the comments and instructions around it. */
  readonly children: readonly (XmlElement | XmlRemark)[];
  /** All character data in document order: the value of `XML:/*`. */
  readonly documentText: string;
  /** Values of all attributes in document order: `XML://@*`. */
  readonly attributeValues: readonly string[];
}

export interface XmlElement {
  readonly kind: 'element';
  readonly parent: XmlElement | undefined;
  /** As written, with prefix. */
  readonly name: string;
  /** Name without prefix, or the whole name where the prefix was never declared. */
  readonly localName: string;
  /** Namespace URI; empty without one. */
  readonly namespace: string;
  readonly attributes: readonly XmlAttribute[];
  /** Namespaces declared here, by prefix; undefined, the usual case, for none. */
  readonly declared: ReadonlyMap<string, string> | undefined;
  readonly children: readonly (XmlElement | XmlText | XmlRemark)[];
  /** Range of the element's text in `documentText`. */
  readonly start: number;
  readonly end: number;
  /** Position in document order. */
  readonly order: number;
}

export interface XmlText {
  readonly kind: 'text';
  readonly parent: XmlElement;
  readonly start: number;
  readonly end: number;
  readonly order: number;
}

export interface XmlAttribute {
  readonly kind: 'attribute';
  readonly parent: XmlElement;
  /** As written, with prefix. */
  readonly name: string;
  readonly localName: string;
  readonly namespace: string;
  readonly value: string;
  readonly order: number;
}

/** A comment or a processing instruction: no part of any text. */
export interface XmlRemark {
  readonly kind: 'comment' | 'instruction';
  readonly parent: XmlElement | undefined;
  /** Target of an instruction; empty for comments. */
  readonly name: string;
  readonly value: string;
  readonly order: number;
}

/** A namespace in scope of an element; made when an expression asks for it. */
export interface XmlNamespaceNode {
  readonly kind: 'namespace';
  readonly parent: XmlElement;
  /** The prefix; empty for the default namespace. */
  readonly name: string;
  /** The URI. */
  readonly value: string;
  readonly order: number;
}

export type XmlNode = XmlDocument | XmlElement | XmlText | XmlAttribute | XmlRemark | XmlNamespaceNode;
