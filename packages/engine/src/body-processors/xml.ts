import { lowerCase } from '../bytes/ascii.ts';
import { encodeUtf8 } from '../bytes/utf8.ts';
import {
  type BodyParser,
  type BodyProcessor,
  type BodyResult,
  defineBodyProcessor,
} from '../registry/body-processor.ts';
import { BodyError, xmlError } from './body-errors.ts';
import type { XmlDocument } from './xml-document.ts';
import { parseXmlTag, readAttribute, skipXmlSpace, xmlNameEnd } from './xml-tag.ts';
import { decodeXmlText, decodeXmlVerbatim } from './xml-text.ts';
import { type XmlToken, XmlTokenizer } from './xml-tokens.ts';
import { XmlTree } from './xml-tree.ts';

/** XML documents, for the `XML` variable. */
export const xml: BodyProcessor = defineBodyProcessor({
  name: 'XML',
  summary: 'An XML document; rules look at it through XPath.',
  definesRequestBody: false,
  createParser: () => new XmlParser(),
});

const BYTE_ORDER_MARK = '\xef\xbb\xbf';
const UTF8_NAMES: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii']);
const LATIN1_NAMES: ReadonlySet<string> = new Set(['iso-8859-1', 'iso-latin-1', 'latin1']);

/**
 * Checks that a document is well-formed (XML 1.0 with namespaces) and builds its tree. There are no document types, hence no
 * entities but the five of XML and nothing to fetch; ModSecurity 2 lets libxml2 expand internal entities, which is the one
 * thing refused here that it takes. Encodings are UTF-8 and ISO-8859-1. After an error the tree up to there stays visible to rules.
 */
class XmlParser implements BodyParser {
  readonly #tokenizer = new XmlTokenizer((token) => this.#read(token));
  readonly #tree = new XmlTree();
  #isFirstToken = true;
  #isLatin1 = false;
  #length = 0;
  #document: XmlDocument | undefined;
  #error: string | undefined;

  write(chunk: string): void {
    this.#length += chunk.length;
    this.#guard(() => this.#tokenizer.write(chunk));
  }

  finish(): void {
    if (this.#length === 0) return;
    this.#guard(() => {
      this.#tokenizer.finish();
      if (this.#tree.isInside) throw xmlError('element is not closed');
      if (!this.#tree.hasRoot) throw xmlError('no root element');
    });
    this.#document ??= this.#tree.finish();
  }

  get result(): BodyResult {
    return {
      arguments: [],
      isForm: false,
      files: [],
      partHeaders: [],
      lastPartName: undefined,
      lastFilename: undefined,
      multipart: undefined,
      xml: this.#document,
      error: this.#error,
      hasInvalidEscape: false,
      noFilesLength: this.#length,
    };
  }

  #guard(read: () => void): void {
    if (this.#error !== undefined) return;
    try {
      read();
    } catch (error) {
      if (!(error instanceof BodyError)) throw error;
      this.#error = error.message;
      this.#document = this.#tree.finish();
    }
  }

  #read(token: XmlToken): void {
    const isFirst = this.#isFirstToken;
    // A byte order mark may stand before the declaration.
    const { kind } = token;
    const content = this.#isLatin1 ? encodeUtf8(token.content) : token.content;
    if (isFirst && kind === 'text' && content === BYTE_ORDER_MARK) return;
    this.#isFirstToken = false;
    switch (kind) {
      case 'text':
        this.#readText(
          isFirst && content.startsWith(BYTE_ORDER_MARK) ? content.slice(BYTE_ORDER_MARK.length) : content,
        );
        break;
      case 'tag':
        this.#readTag(content);
        break;
      case 'cdata':
        if (!this.#tree.isInside) throw xmlError('text outside of the root element');
        this.#addText(decodeXmlVerbatim(content));
        break;
      case 'comment':
        if (content.includes('--') || content.endsWith('-')) throw xmlError('-- in a comment');
        this.#tree.addRemark('comment', '', decodeXmlVerbatim(content));
        break;
      case 'instruction':
        this.#readInstruction(content, isFirst);
        break;
    }
  }

  #readText(content: string): void {
    if (this.#tree.isInside) {
      if (content.includes(']]>')) throw xmlError(']]> in text');
      this.#addText(decodeXmlText(content));
    } else if (skipXmlSpace(content, 0) < content.length) throw xmlError('text outside of the root element');
  }

  #addText(text: string): void {
    if (text !== '') this.#tree.addText(text);
  }

  #readTag(content: string): void {
    const tag = parseXmlTag(content);
    if (tag.kind === 'end') {
      this.#tree.closeElement(tag.name);
      return;
    }
    this.#tree.openElement(tag.name, tag.attributes);
    if (tag.kind === 'empty') this.#tree.closeElement(tag.name);
  }

  #readInstruction(content: string, isFirst: boolean): void {
    const nameEnd = xmlNameEnd(content, 0);
    const target = content.slice(0, nameEnd);
    if (target === '' || (nameEnd < content.length && skipXmlSpace(content, nameEnd) === nameEnd)) {
      throw xmlError('malformed processing instruction');
    }
    if (lowerCase(target) === 'xml') {
      if (!isFirst || target !== 'xml') throw xmlError('XML declaration in the wrong place');
      this.#isLatin1 = declaresLatin1(content.slice(nameEnd));
      return;
    }
    const text = content.slice(skipXmlSpace(content, nameEnd));
    this.#tree.addRemark('instruction', decodeXmlVerbatim(target), decodeXmlVerbatim(text));
  }
}

/** Reads `version`, then `encoding`, then `standalone`, the last two optional (XML 1.0 §2.8). */
function declaresLatin1(text: string): boolean {
  const found = new Map<string, string>();
  for (let at = 0; ; ) {
    const start = skipXmlSpace(text, at);
    if (start === text.length) break;
    if (start === at) throw xmlError('malformed XML declaration');
    at = readAttribute(text, start, found);
  }
  const order = ['version', 'encoding', 'standalone'].filter((name) => found.has(name));
  if (found.get('version')?.startsWith('1.') !== true || order.join() !== [...found.keys()].join()) {
    throw xmlError('malformed XML declaration');
  }
  const standalone = found.get('standalone');
  if (standalone !== undefined && standalone !== 'yes' && standalone !== 'no')
    throw xmlError('malformed XML declaration');
  const encoding = lowerCase(found.get('encoding') ?? 'utf-8');
  if (!UTF8_NAMES.has(encoding) && !LATIN1_NAMES.has(encoding))
    throw xmlError('encoding is neither UTF-8 nor ISO-8859-1');
  return LATIN1_NAMES.has(encoding);
}
