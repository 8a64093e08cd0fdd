import type { Position } from './ast.ts';

/** One source file: its name, its text as a byte string, and where its lines begin. */
export class SourceFile {
  readonly file: string;
  readonly text: string;
  readonly #lineStarts: readonly number[];
  /** Index of the line found last: positions are mostly asked for in order, so the next one is usually near. */
  #lastLine = 0;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    this.#lineStarts = lineStartsOf(text);
  }

  /** Line and column of a byte offset; offsets outside the text are moved to its nearest end. */
  position(offset: number): Position {
    const inside = Math.min(Math.max(offset, 0), this.text.length);
    const index = this.#lineIndex(inside);
    return { offset: inside, line: index + 1, column: inside - this.#lineStart(index) + 1 };
  }

  /** Column 1 of a line that exists; lines count from 0 here. */
  #lineStart(index: number): number {
    return this.#lineStarts[index] ?? this.text.length + 1;
  }

  #lineIndex(offset: number): number {
    for (let index = this.#lastLine; index < this.#lastLine + 3; index++) {
      if (offset >= this.#lineStart(index) && offset < this.#lineStart(index + 1)) return (this.#lastLine = index);
    }
    return (this.#lastLine = lastAtMost(this.#lineStarts, offset));
  }
}

/**
 * Index of the last entry of an ascending list that is at most `value`, or -1.
 *
 * Every offset map of this folder (lines, joined lines, dropped backslashes) is such a list: a step per exception instead of
 * an entry per byte, because rule sets have patterns of twelve thousand bytes.
 */
export function lastAtMost(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? Number.POSITIVE_INFINITY) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
