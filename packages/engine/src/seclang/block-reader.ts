import type { BlockNode, Node, Position, Span, Word } from './ast.ts';
import type { Diagnostics } from './diagnostics.ts';
import { type DoubledBackslash, readWords } from './lexer.ts';
import { isSpace, type LogicalLine, skipSpace } from './logical-line.ts';

/** Far above what people write; what walks the tree may then call itself for each level. */
const DEEPEST_BLOCK = 64;

interface OpenBlock {
  readonly name: string;
  readonly nameSpan: Span;
  readonly words: readonly Word[];
  readonly start: Position;
  readonly children: Node[];
  /** Where the last thing inside ends, in case nobody closes the block. */
  end: Position;
}

/**
 * Puts nodes into the `<Name …> … </Name>` they stand in. Names are compared without case, any name is taken. A block that
 * is not closed is reported and ends where its parent or the file ends, so that what stands in it is not lost.
 */
export class BlockReader {
  readonly #diagnostics: Diagnostics;
  readonly #doubled: DoubledBackslash;
  readonly #nodes: Node[] = [];
  readonly #open: OpenBlock[] = [];
  /** How many blocks are open beyond the limit; their tags are reported once and otherwise passed over. */
  #tooDeep = 0;

  constructor(diagnostics: Diagnostics, doubled: DoubledBackslash) {
    this.#diagnostics = diagnostics;
    this.#doubled = doubled;
  }

  add(node: Node): void {
    const block = this.#open.at(-1);
    if (block === undefined) {
      this.#nodes.push(node);
      return;
    }
    block.children.push(node);
    block.end = node.span.end;
  }

  /** Takes a line whose first byte is `<`; `end` is where its trailing white space begins. */
  readTag(line: LogicalLine, start: number, end: number): void {
    const isClosing = line.text[start + 1] === '/';
    const nameStart = start + (isClosing ? 2 : 1);
    // As in Apache the last `>` ends the tag, so `<IfVersion >= 2.4>` needs no quotes.
    const bracket = line.text.lastIndexOf('>', end - 1);
    const tagEnd = bracket < nameStart ? end : bracket;
    if (tagEnd === end) this.#reportMissingBracket(line, start, end);
    else if (tagEnd + 1 < end) this.#warnAboutTextAfterTag(line, tagEnd + 1, end);

    let nameEnd = nameStart;
    while (nameEnd < tagEnd && !isSpace(line.text.charCodeAt(nameEnd)) && line.text[nameEnd] !== '>') nameEnd++;
    const name = line.text.slice(nameStart, nameEnd);
    if (name === '') {
      this.#diagnostics.error(
        'SL1105',
        `the name must follow directly after "${line.text.slice(start, nameStart)}"`,
        line.span(start, nameStart),
      );
      return;
    }
    const nameSpan = line.span(nameStart, nameEnd);
    const span = line.span(start, Math.min(tagEnd + 1, end));
    if (!isClosing) {
      const { words } = readWords(line, nameEnd, tagEnd, this.#diagnostics, this.#doubled);
      this.#openBlock(name, nameSpan, words, span);
      return;
    }
    const surplus = skipSpace(line.text, nameEnd, tagEnd);
    if (surplus < tagEnd) this.#warnAboutTextAfterTag(line, surplus, tagEnd);
    this.#closeBlock(name, span);
  }

  /** The nodes of the file; blocks that are still open are reported and closed. */
  finish(): readonly Node[] {
    while (this.#open.length > 0) this.#closeInnermost(undefined);
    return this.#nodes;
  }

  #openBlock(name: string, nameSpan: Span, words: readonly Word[], span: Span): void {
    if (this.#open.length === DEEPEST_BLOCK) {
      if (this.#tooDeep++ > 0) return;
      this.#diagnostics.error('SL1106', `blocks stand in each other more than ${DEEPEST_BLOCK} deep`, span);
      return;
    }
    this.#open.push({ name, nameSpan, words, start: span.start, children: [], end: span.end });
  }

  #closeBlock(name: string, span: Span): void {
    if (this.#tooDeep > 0) {
      this.#tooDeep--;
      return;
    }
    const wanted = name.toLowerCase();
    let index = this.#open.length - 1;
    while (index >= 0 && this.#open[index]?.name.toLowerCase() !== wanted) index--;
    if (index < 0) {
      const innermost = this.#open.at(-1);
      this.#diagnostics.error(
        'SL1104',
        `</${name}> closes a block that is not open`,
        span,
        innermost === undefined ? undefined : `the block that is open here is <${innermost.name}>`,
      );
      return;
    }
    while (this.#open.length > index + 1) this.#closeInnermost(undefined);
    this.#closeInnermost(span.end);
  }

  #closeInnermost(end: Position | undefined): void {
    const block = this.#open.pop();
    if (block === undefined) return;
    const { name, nameSpan, words, start, children } = block;
    if (end === undefined) {
      this.#diagnostics.error('SL1103', `<${name}> is never closed`, nameSpan, `write </${name}> where it ends`);
    }
    const span: Span = { file: nameSpan.file, start, end: end ?? block.end };
    const node: BlockNode = { kind: 'block', name, words, children, span, nameSpan };
    this.add(node);
  }

  #reportMissingBracket(line: LogicalLine, start: number, end: number): void {
    this.#diagnostics.error('SL1101', 'there is no ">" at the end of this tag', line.span(start, end));
  }

  #warnAboutTextAfterTag(line: LogicalLine, start: number, end: number): void {
    const at = skipSpace(line.text, start, end);
    this.#diagnostics.warning('SL1102', 'nothing that stands here has an effect', line.span(at, end), 'remove it');
  }
}
