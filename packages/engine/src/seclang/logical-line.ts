import type { Position, Span } from './ast.ts';
import { lastAtMost, type SourceFile } from './source.ts';

/**
 * One line as the directive reader sees it: physical lines that end in `\` are joined with what follows, the backslash and
 * the line end dropped, the next line's indentation kept. Knows where each of its bytes was written.
 */
export class LogicalLine {
  readonly source: SourceFile;
  readonly text: string;
  /** Where each piece begins in `text`, and where in the source; ascending, the first is 0 of `text`. */
  readonly #starts: readonly number[];
  readonly #offsets: readonly number[];

  constructor(source: SourceFile, text: string, starts: readonly number[], offsets: readonly number[]) {
    this.source = source;
    this.text = text;
    this.#starts = starts;
    this.#offsets = offsets;
  }

  /** Source position of byte `index`. */
  positionAt(index: number): Position {
    return this.source.position(this.#offsetAt(index));
  }

  /** The stretch from byte `start` up to, not including, byte `end`; it does not run on into the joined line after it. */
  span(start: number, end: number): Span {
    const from = this.#offsetAt(start);
    const to = end > start ? this.#offsetAt(end - 1) + 1 : from;
    const { source } = this;
    return { file: source.file, start: source.position(from), end: source.position(to) };
  }

  /** The joined lines: where the text of each begins, and the backslash that joined it. */
  joins(): readonly { readonly index: number; readonly backslash: Span }[] {
    return this.#starts.slice(1).map((index, previous) => {
      const offset = (this.#offsets[previous] ?? 0) + index - (this.#starts[previous] ?? 0);
      const { source } = this;
      return {
        index,
        backslash: { file: source.file, start: source.position(offset), end: source.position(offset + 1) },
      };
    });
  }

  #offsetAt(index: number): number {
    const piece = lastAtMost(this.#starts, index);
    return (this.#offsets[piece] ?? 0) + index - (this.#starts[piece] ?? 0);
  }
}

const BACKSLASH = 0x5c;
const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

/** Splits a source into logical lines; LF ends a line, a CR before it belongs to the line end. */
export function* logicalLines(source: SourceFile): Generator<LogicalLine, void, undefined> {
  const { text } = source;
  let at = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  while (at < text.length) {
    const starts: number[] = [];
    const offsets: number[] = [];
    let logical = '';
    let isOpen = true;
    while (isOpen) {
      const lineFeed = text.indexOf('\n', at);
      const next = lineFeed === -1 ? text.length : lineFeed + 1;
      let end = lineFeed === -1 ? text.length : lineFeed;
      if (end > at && text.charCodeAt(end - 1) === CARRIAGE_RETURN) end--;
      // Without a line feed after it a last backslash is an ordinary byte, as in Apache.
      isOpen = lineFeed !== -1 && end > at && text.charCodeAt(end - 1) === BACKSLASH;
      if (isOpen) end--;
      starts.push(logical.length);
      offsets.push(at);
      logical += text.slice(at, end);
      at = next;
    }
    const listEnd = endOfList(text, logical, at);
    while (at < listEnd) {
      const next = text.indexOf('\n', at) + 1 || text.length;
      const end = next > at && text.charCodeAt(next - 1) === LINE_FEED ? next - 1 : next;
      starts.push(logical.length + 1);
      offsets.push(at);
      logical += `\n${text.slice(at, text.charCodeAt(end - 1) === CARRIAGE_RETURN ? end - 1 : end)}`;
      at = next;
    }
    yield new LogicalLine(source, logical, starts, offsets);
  }
}

/**
 * Lists of SecDataset stand on lines of their own between two backticks: the first ends the line of the directive, the second
 * ends the last line of the list, where it may stand alone. Gives the index behind the line with the second one, or `at` where no list begins.
 */
function endOfList(text: string, line: string, at: number): number {
  const end = trimmedEnd(line);
  if (line[end - 1] !== '`' || !isSpace(line.charCodeAt(end - 2)) || line[skipSpace(line, 0)] === '#') return at;
  for (let start = at; start < text.length; ) {
    const next = text.indexOf('\n', start) + 1 || text.length;
    if (text[trimmedEnd(text.slice(start, next)) + start - 1] === '`') return next;
    start = next;
  }
  return at;
}

/** Editors on some systems put it in front of UTF-8 text; it is no part of the first directive. */
const BYTE_ORDER_MARK = '\xef\xbb\xbf';

/** White space of the C locale, which is what the word reader and the list grammar split at. */
export function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

/** The first index from `at` on that holds no white space, or `end`. */
export function skipSpace(text: string, at: number, end: number = text.length): number {
  let index = at;
  while (index < end && isSpace(text.charCodeAt(index))) index++;
  return index;
}

/** The index after the last byte that is no white space. */
export function trimmedEnd(text: string): number {
  let end = text.length;
  while (end > 0 && isSpace(text.charCodeAt(end - 1))) end--;
  return end;
}
