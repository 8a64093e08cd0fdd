// Cuts a value into tokens of HTML the way browsers do (HTML Living Standard, 13.2.5), joined with the liberties old ones
// took: NUL bytes inside names, backticks for quotes, `<% … %>` for comments.

/** What a token is. */
export type HtmlTokenType =
  | 'data'
  | 'tag-open'
  | 'tag-open-end'
  | 'tag-self-close'
  | 'tag-close'
  | 'attribute-name'
  | 'attribute-value'
  | 'comment'
  | 'doctype';

/** The place in a page where a value is thought to have been inserted: in text, in a tag, or in an attribute's quotes. */
export type HtmlContext = 'text' | 'tag' | 'single-quoted' | 'double-quoted' | 'backtick-quoted';

type State =
  | HtmlContext
  | 'tag-open'
  | 'before-attribute-value'
  | 'after-attribute-name'
  | 'after-quoted-value'
  | 'self-closing'
  | 'tag-open-end'
  | 'end';

const NUL = 0x00;
const BANG = 0x21;
const PERCENT = 0x25;
const DASH = 0x2d;
const SLASH = 0x2f;
const EQUALS = 0x3d;
const GREATER = 0x3e;
const QUESTION = 0x3f;

/** Reads the tokens of one value, one at a time. Reading all of them takes time proportional to the value's length. */
export class Html5Tokenizer {
  readonly #source: string;
  #state: State;
  #position = 0;
  #isClosingTag = false;
  #type: HtmlTokenType = 'data';
  #start = 0;
  #end = 0;

  /** @param source the value, a byte string */
  constructor(source: string, context: HtmlContext) {
    this.#source = source;
    this.#state = context;
  }

  /** What the last token read is. */
  get type(): HtmlTokenType {
    return this.#type;
  }

  /** Where the last token read begins. */
  get start(): number {
    return this.#start;
  }

  /** Where the last token read ends: the place after its last byte. */
  get end(): number {
    return this.#end;
  }

  /** Reads the next token. Returns false when there is none. */
  next(): boolean {
    switch (this.#state) {
      case 'text':
        return this.#readText();
      case 'tag-open':
        return this.#readTagOpen();
      case 'tag':
        return this.#readBeforeAttributeName();
      case 'after-attribute-name':
        return this.#readAfterAttributeName();
      case 'before-attribute-value':
        return this.#readBeforeAttributeValue();
      case 'single-quoted':
        return this.#readQuotedValue("'");
      case 'double-quoted':
        return this.#readQuotedValue('"');
      case 'backtick-quoted':
        return this.#readQuotedValue('`');
      case 'after-quoted-value':
        return this.#readAfterQuotedValue();
      case 'self-closing':
        return this.#readSelfClosing();
      case 'tag-open-end':
        return this.#readTagOpenEnd();
      case 'end':
        return false;
    }
  }

  #token(type: HtmlTokenType, start: number, end: number, next: number, state: State): true {
    this.#type = type;
    this.#start = start;
    this.#end = end;
    this.#position = next;
    this.#state = state;
    return true;
  }

  /** A token that reaches to the end of the value. */
  #lastToken(type: HtmlTokenType): true {
    return this.#token(type, this.#position, this.#source.length, this.#source.length, 'end');
  }

  #readText(): boolean {
    const start = this.#position;
    const bracket = this.#source.indexOf('<', start);
    if (bracket === -1) {
      this.#state = 'end';
      return start < this.#source.length && this.#lastToken('data');
    }
    this.#token('data', start, bracket, bracket + 1, 'tag-open');
    return bracket > start || this.#readTagOpen();
  }

  #readTagOpen(): boolean {
    const at = this.#position;
    if (at >= this.#source.length) return false;
    const byte = this.#source.charCodeAt(at);
    if (isLetter(byte) || byte === NUL) return this.#readTagName();
    switch (byte) {
      case BANG:
        this.#position += 1;
        return this.#readMarkupDeclaration();
      case SLASH:
        this.#position += 1;
        this.#isClosingTag = true;
        return this.#readEndTagOpen();
      case QUESTION:
        this.#position += 1;
        return this.#readBogusComment();
      case PERCENT:
        this.#position += 1;
        return this.#readUntil('comment', '%>');
      default:
        // Not a tag after all: the bracket is text.
        return this.#token('data', at - 1, at, at, 'text');
    }
  }

  #readEndTagOpen(): boolean {
    if (this.#position >= this.#source.length) return false;
    const byte = this.#source.charCodeAt(this.#position);
    if (byte === GREATER) return this.#readText();
    if (isLetter(byte)) return this.#readTagName();
    this.#isClosingTag = false;
    return this.#readBogusComment();
  }

  #readTagName(): boolean {
    const start = this.#position;
    for (let at = start; at < this.#source.length; at++) {
      const byte = this.#source.charCodeAt(at);
      if (byte === GREATER) {
        if (!this.#isClosingTag) return this.#token('tag-open', start, at, at, 'tag-open-end');
        this.#isClosingTag = false;
        return this.#token('tag-close', start, at, at + 1, 'text');
      }
      if (byte === SLASH) return this.#token('tag-open', start, at, at + 1, 'self-closing');
      // Old browsers skip a NUL in a tag's name; elsewhere it is white space.
      if (byte !== NUL && isWhiteSpace(byte)) return this.#token('tag-open', start, at, at + 1, 'tag');
    }
    return this.#lastToken('tag-open');
  }

  #readTagOpenEnd(): boolean {
    this.#isClosingTag = false;
    const at = this.#position;
    return this.#token('tag-open-end', at, at + 1, at + 1, at + 1 < this.#source.length ? 'text' : 'end');
  }

  #readBeforeAttributeName(): boolean {
    while (true) {
      const byte = this.#skipWhiteSpace();
      if (byte === -1) return false;
      if (byte === GREATER)
        return this.#token('tag-open-end', this.#position, this.#position + 1, this.#position + 1, 'text');
      if (byte !== SLASH) return this.#readAttributeName();
      this.#position += 1;
      if (this.#position >= this.#source.length || this.#source.charCodeAt(this.#position) === GREATER) {
        return this.#readSelfClosing();
      }
    }
  }

  #readAttributeName(): boolean {
    const start = this.#position;
    // Whatever the first byte is, it belongs to the name.
    for (let at = start + 1; at < this.#source.length; at++) {
      const byte = this.#source.charCodeAt(at);
      if (isWhiteSpace(byte)) return this.#token('attribute-name', start, at, at + 1, 'after-attribute-name');
      if (byte === SLASH) return this.#token('attribute-name', start, at, at + 1, 'self-closing');
      if (byte === EQUALS) return this.#token('attribute-name', start, at, at + 1, 'before-attribute-value');
      if (byte === GREATER) return this.#token('attribute-name', start, at, at, 'tag-open-end');
    }
    return this.#lastToken('attribute-name');
  }

  #readAfterAttributeName(): boolean {
    switch (this.#skipWhiteSpace()) {
      case -1:
        return false;
      case SLASH:
        this.#position += 1;
        return this.#readSelfClosing();
      case EQUALS:
        this.#position += 1;
        return this.#readBeforeAttributeValue();
      case GREATER:
        return this.#readTagOpenEnd();
      default:
        return this.#readAttributeName();
    }
  }

  #readBeforeAttributeValue(): boolean {
    switch (this.#skipWhiteSpace()) {
      case -1:
        this.#state = 'end';
        return false;
      case 0x22:
        return this.#readQuotedValue('"');
      case 0x27:
        return this.#readQuotedValue("'");
      case 0x60:
        return this.#readQuotedValue('`');
      default:
        return this.#readUnquotedValue();
    }
  }

  #readQuotedValue(quote: string): boolean {
    // At the very beginning the opening quote is in the page, not in the value.
    if (this.#position > 0) this.#position += 1;
    const end = this.#source.indexOf(quote, this.#position);
    if (end === -1) return this.#lastToken('attribute-value');
    return this.#token('attribute-value', this.#position, end, end + 1, 'after-quoted-value');
  }

  #readUnquotedValue(): boolean {
    const start = this.#position;
    for (let at = start; at < this.#source.length; at++) {
      const byte = this.#source.charCodeAt(at);
      if (isWhiteSpace(byte)) return this.#token('attribute-value', start, at, at + 1, 'tag');
      if (byte === GREATER) return this.#token('attribute-value', start, at, at, 'tag-open-end');
    }
    return this.#lastToken('attribute-value');
  }

  #readAfterQuotedValue(): boolean {
    const at = this.#position;
    if (at >= this.#source.length) return false;
    const byte = this.#source.charCodeAt(at);
    if (byte === GREATER) return this.#token('tag-open-end', at, at + 1, at + 1, 'text');
    if (byte === SLASH) {
      this.#position += 1;
      return this.#readSelfClosing();
    }
    return this.#readBeforeAttributeName();
  }

  #readSelfClosing(): boolean {
    const at = this.#position;
    if (at >= this.#source.length) return false;
    if (this.#source.charCodeAt(at) === GREATER) return this.#token('tag-self-close', at - 1, at + 1, at + 1, 'text');
    return this.#readBeforeAttributeName();
  }

  #readMarkupDeclaration(): boolean {
    const at = this.#position;
    if (this.#source.slice(at, at + 7).toLowerCase() === 'doctype') {
      const end = this.#source.indexOf('>', at);
      return end === -1 ? this.#lastToken('doctype') : this.#token('doctype', at, end, end + 1, 'text');
    }
    if (this.#source.startsWith('[CDATA[', at)) {
      this.#position += 7;
      return this.#readUntil('data', ']]>');
    }
    if (this.#source.startsWith('--', at)) {
      this.#position += 2;
      return this.#readComment();
    }
    return this.#readBogusComment();
  }

  #readBogusComment(): boolean {
    return this.#readUntil('comment', '>');
  }

  #readUntil(type: 'comment' | 'data', terminator: string): boolean {
    const end = this.#source.indexOf(terminator, this.#position);
    if (end === -1) return this.#lastToken(type);
    return this.#token(type, this.#position, end, end + terminator.length, 'text');
  }

  /** A comment ends with `-->` or `-!>`; NUL bytes after the first dash do not matter. */
  #readComment(): boolean {
    const source = this.#source;
    for (let dash = source.indexOf('-', this.#position); dash !== -1; dash = source.indexOf('-', dash + 1)) {
      let at = dash + 1;
      while (source.charCodeAt(at) === NUL) at++;
      const byte = source.charCodeAt(at);
      if ((byte === DASH || byte === BANG) && source.charCodeAt(at + 1) === GREATER) {
        return this.#token('comment', this.#position, dash, at + 2, 'text');
      }
    }
    return this.#lastToken('comment');
  }

  /**
   * Skips white space and returns the byte after it, or -1 at the end. To the reference, whose bytes are signed, 0xff is -1
   * as well; a tag is not read beyond it.
   */
  #skipWhiteSpace(): number {
    for (; this.#position < this.#source.length; this.#position++) {
      const byte = this.#source.charCodeAt(this.#position);
      if (!isWhiteSpace(byte)) return byte === 0xff ? -1 : byte;
    }
    return -1;
  }
}

function isLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

/** White space inside tags. The vertical tab and NUL are that to old browsers only. */
function isWhiteSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === NUL;
}
