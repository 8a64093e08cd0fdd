import type { Position, Span, Word } from './ast.ts';
import type { LogicalLine } from './logical-line.ts';
import { lastAtMost, SourceFile } from './source.ts';

/** A word of a logical line. Places are worked out when somebody asks, from the few bytes that were dropped. */
export class SourceWord implements Word {
  readonly text: string;
  readonly quote: '"' | "'" | undefined;
  readonly #line: LogicalLine;
  /** Indices in the line, quotes included. */
  readonly #from: number;
  readonly #to: number;
  /** Index in the line of the first byte after the opening quote. */
  readonly #start: number;
  /** Indices in `text` of the bytes that were written with a backslash in front, ascending. */
  readonly #escaped: readonly number[];

  constructor(
    line: LogicalLine,
    written: { readonly start: number; readonly end: number; readonly contentStart: number },
    quote: '"' | "'" | undefined,
    text: string,
    escaped: readonly number[],
  ) {
    this.text = text;
    this.quote = quote;
    this.#line = line;
    this.#from = written.start;
    this.#to = written.end;
    this.#start = written.contentStart;
    this.#escaped = escaped;
  }

  get span(): Span {
    return this.#line.span(this.#from, this.#to);
  }

  positionAt(index: number): Position {
    const inside = Math.min(Math.max(index, 0), this.text.length);
    // The backslash in front of byte `inside` itself is part of how that byte is written: its position is the backslash.
    return this.#line.positionAt(this.#start + inside + lastAtMost(this.#escaped, inside - 1) + 1);
  }
}

/** The stretch of source that bytes `start` to `end` (exclusive) of a word were written as. */
export function spanWithin(word: Word, start: number, end: number): Span {
  const from = word.positionAt(start);
  const { file } = word.span;
  if (end <= start) return { file, start: from, end: from };
  const last = word.positionAt(end - 1);
  const next = word.positionAt(end);
  if (next.line === last.line) return { file, start: from, end: next };
  // The next byte stands on a joined line; the stretch ends before the backslash that joins it.
  return { file, start: from, end: { offset: last.offset + 1, line: last.line, column: last.column + 1 } };
}

/** A part of a word as a word of its own, for example the targets in `ctl:ruleRemoveTargetById=1;ARGS:x`. */
export function sliceWord(word: Word, start: number, end: number = word.text.length): Word {
  return {
    text: word.text.slice(start, end),
    quote: undefined,
    span: spanWithin(word, start, end),
    positionAt: (index) => word.positionAt(start + Math.min(Math.max(index, 0), end - start)),
  };
}

/** Text that stands in no file (a built-in default, a value from an API) as a word; positions count from its first byte. */
export function wordOf(text: string, file: string): Word {
  const source = new SourceFile(file, text);
  const span = { file, start: source.position(0), end: source.position(text.length) };
  return { text, quote: undefined, span, positionAt: (index) => source.position(index) };
}
