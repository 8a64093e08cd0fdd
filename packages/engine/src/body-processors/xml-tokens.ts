import { xmlError } from './body-errors.ts';

/** A piece of a document between two markup limits; `content` is without the limits (`<`, `>`, `<!--`, `-->` …). */
export interface XmlToken {
  readonly kind: XmlTokenKind;
  readonly content: string;
}

export type XmlTokenKind = 'text' | 'tag' | 'comment' | 'instruction' | 'cdata';

const COMMENT = '!--';
const CDATA = '![CDATA[';
const DOCTYPE = '!DOCTYPE';

const TERMINATORS: Readonly<Record<'comment' | 'instruction' | 'cdata', string>> = {
  comment: '-->',
  instruction: '?>',
  cdata: ']]>',
};

/**
 * Cuts a document that arrives in chunks into tokens, looking at each byte once. What a token contains is judged by whoever
 * gets it; only a document type is refused right here, before a byte of it is read.
 */
export class XmlTokenizer {
  readonly #emit: (token: XmlToken) => void;
  #state: XmlTokenKind | 'opening' = 'text';
  /** The token so far. */
  #content = '';
  /** Last two bytes of `#content`, where a terminator may have begun. */
  #tail = '';
  /** Quote a tag is in at the moment. */
  #quote = '';

  constructor(emit: (token: XmlToken) => void) {
    this.#emit = emit;
  }

  /** Takes the next bytes. Throws `BodyError` for markup that cannot be. */
  write(chunk: string): void {
    for (let at = 0; at < chunk.length; ) at = this.#readOn(chunk, at);
  }

  /** Gives the text behind the last markup. Throws `BodyError` inside of markup. */
  finish(): void {
    if (this.#state !== 'text') throw xmlError('document ends in the middle of markup');
    this.#end('text', 'text');
  }

  #readOn(chunk: string, at: number): number {
    switch (this.#state) {
      case 'text':
        return this.#readText(chunk, at);
      case 'opening':
        return this.#readOpening(chunk, at);
      case 'tag':
        return this.#readTag(chunk, at);
      case 'comment':
      case 'instruction':
      case 'cdata':
        return this.#readUntil(TERMINATORS[this.#state], this.#state, chunk, at);
    }
  }

  #readText(chunk: string, at: number): number {
    const open = chunk.indexOf('<', at);
    this.#content += chunk.slice(at, open < 0 ? chunk.length : open);
    if (open < 0) return chunk.length;
    this.#end('text', 'opening');
    return open + 1;
  }

  /** Decides what a `<` opens, byte by byte as long as it could still be several things. */
  #readOpening(chunk: string, at: number): number {
    this.#content += chunk[at]!;
    const opening = this.#content;
    if (opening === '?') this.#begin('instruction');
    else if (opening === COMMENT) this.#begin('comment');
    else if (opening === CDATA) this.#begin('cdata');
    else if (opening[0] !== '!') {
      this.#begin('tag');
      return at;
    } else if (opening === DOCTYPE) throw xmlError('document types are not allowed');
    else if (![COMMENT, CDATA, DOCTYPE].some((word) => word.startsWith(opening))) throw xmlError('malformed markup');
    return at + 1;
  }

  #readTag(chunk: string, start: number): number {
    for (let at = start; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (this.#quote !== '') {
        if (byte === this.#quote) this.#quote = '';
      } else if (byte === '"' || byte === "'") this.#quote = byte;
      else if (byte === '>') {
        this.#content += chunk.slice(start, at);
        this.#end('tag', 'text');
        return at + 1;
      }
    }
    this.#content += chunk.slice(start);
    return chunk.length;
  }

  #readUntil(terminator: string, kind: XmlTokenKind, chunk: string, start: number): number {
    // A terminator may have begun in earlier chunks; of this one, only its first bytes can complete it.
    const carried = this.#tail.length;
    const seam =
      carried === 0 ? -1 : (this.#tail + chunk.slice(start, start + terminator.length - 1)).indexOf(terminator);
    const hit = seam >= 0 ? start + seam - carried : chunk.indexOf(terminator, start);
    if (seam < 0 && hit < 0) {
      this.#content += chunk.slice(start);
      this.#tail = (this.#tail + chunk.slice(start).slice(-2)).slice(-2);
      return chunk.length;
    }
    this.#content = hit < start ? this.#content.slice(0, hit - start) : this.#content + chunk.slice(start, hit);
    this.#end(kind, 'text');
    return hit + terminator.length;
  }

  #begin(kind: XmlTokenKind): void {
    this.#state = kind;
    this.#content = '';
    this.#tail = '';
    this.#quote = '';
  }

  #end(kind: XmlTokenKind, next: 'text' | 'opening'): void {
    const content = this.#content;
    this.#content = '';
    this.#state = next;
    if (kind !== 'text' || content !== '') this.#emit({ kind, content });
  }
}
