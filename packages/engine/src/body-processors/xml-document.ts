/**
 * A parsed XML document as XPath sees it: elements, attributes and text. Comments, processing instructions and namespace
 * declarations are no nodes here. All text is UTF-8 as a byte string, references expanded.
 *
 * The text of the whole document is one string and every node knows its range in it, so the text of any element costs
 * nothing to keep and nothing to collect.
 */
export interface XmlDocument {
  readonly kind: 'document';
  readonly start: 0;
  readonly end: number;
  readonly order: 0;
  /** The root element; none when parsing failed before it. */
  readonly children: readonly XmlElement[];
  /** All character data in document order: the value of `XML:/*`. */
  readonly documentText: string;
  /** Values of all attributes in document order: `XML://@*`. */
  readonly attributeValues: readonly string[];
}

export interface XmlElement {
  readonly kind: 'element';
  readonly parent: XmlElement | undefined;
  /** Name without prefix, or the whole name where the prefix was never declared. */
  readonly localName: string;
  /** Namespace URI; empty without one. */
  readonly namespace: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly (XmlElement | XmlText)[];
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
  readonly localName: string;
  readonly namespace: string;
  readonly value: string;
  readonly order: number;
}

export type XmlNode = XmlDocument | XmlElement | XmlText | XmlAttribute;
