import { isAlphanumeric, isDigit } from '../bytes/ascii.ts';
import { xmlError } from './body-errors.ts';
import { decodeXmlAttribute, decodeXmlVerbatim } from './xml-text.ts';

/** What stands between `<` and `>`. */
export interface XmlTag {
  readonly kind: 'start' | 'end' | 'empty';
  readonly name: string;
  /** Names as written, values decoded; each name once. */
  readonly attributes: ReadonlyMap<string, string>;
}

const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

/** Parses the content of a tag. Throws `BodyError` when it is not well-formed. */
export function parseXmlTag(content: string): XmlTag {
  const isEnd = content.startsWith('/');
  const isEmpty = !isEnd && content.endsWith('/');
  const text = content.slice(isEnd ? 1 : 0, isEmpty ? -1 : content.length);
  let at = xmlNameEnd(text, 0);
  if (at === 0) throw xmlError('malformed tag');
  const name = decodeXmlVerbatim(text.slice(0, at));
  let attributes: Map<string, string> | undefined;
  while (at < text.length) {
    const start = skipXmlSpace(text, at);
    if (start === text.length) break;
    if (start === at || isEnd) throw xmlError('malformed tag');
    attributes ??= new Map();
    at = readAttribute(text, start, attributes);
  }
  return { kind: isEnd ? 'end' : isEmpty ? 'empty' : 'start', name, attributes: attributes ?? NO_ATTRIBUTES };
}

/**
 * Reads the pseudo-attributes of an XML declaration or the attributes of a tag, one at a time; gives where the value ends.
 */
export function readAttribute(text: string, start: number, attributes: Map<string, string>): number {
  const nameEnd = xmlNameEnd(text, start);
  const equals = skipXmlSpace(text, nameEnd);
  const open = skipXmlSpace(text, equals + 1);
  const quote = text[open];
  if (nameEnd === start || text[equals] !== '=' || (quote !== '"' && quote !== "'"))
    throw xmlError('malformed attribute');
  const close = text.indexOf(quote, open + 1);
  if (close < 0) throw xmlError('malformed attribute');
  const value = text.slice(open + 1, close);
  if (value.includes('<')) throw xmlError('< in an attribute value');
  const name = decodeXmlVerbatim(text.slice(start, nameEnd));
  if (attributes.has(name)) throw xmlError('duplicate attribute');
  attributes.set(name, decodeXmlAttribute(value));
  return close + 1;
}

/** Where a name that starts at `start` ends; `start` itself when there is none. Every non-ASCII character may be in names. */
export function xmlNameEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && isNameByte(text.charCodeAt(at), at === start)) at++;
  return at;
}

function isNameByte(byte: number, isFirst: boolean): boolean {
  if (byte > 0x7f || byte === 0x3a || byte === 0x5f) return true; // : _
  if (isFirst) return isAlphanumeric(byte) && !isDigit(byte);
  return isAlphanumeric(byte) || byte === 0x2d || byte === 0x2e; // - .
}

export function skipXmlSpace(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t' || text[at] === '\r' || text[at] === '\n') at++;
  return at;
}
