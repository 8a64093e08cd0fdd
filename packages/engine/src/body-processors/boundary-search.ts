import { findBytes, hasBytesAt } from '../bytes/byte-search.ts';
import { toBytes } from '../bytes/byte-string.ts';

/** What begins a line that has to be judged. */
const DASH_LINE = toBytes('\n--');
const DASHES = toBytes('--');
/** Files with more of them, as art made of characters has them, are searched for each of the two things they may begin. */
const MANY_DASHES = 8;
const LF = 0x0a;

/** Searches files of an upload as bytes: rules see no more of them than names and sizes, so they need not become a byte string. */
export class BoundarySearch {
  readonly #delimiter: Uint8Array;

  /** `delimiter`: `--` and the boundary. */
  constructor(delimiter: string) {
    this.#delimiter = toBytes(delimiter);
  }

  /**
   * Up to where nothing begins in `bytes[start, end)` that has to be judged: a line with dashes, or the delimiter inside of one where
   * `isInnerJudged`. A line end that belongs to it is not part of that, so it is `end - 1` where there is nothing.
   */
  harmlessEnd(bytes: Uint8Array, start: number, end: number, isInnerJudged: boolean): number {
    if (!isInnerJudged) return firstOf(DASH_LINE, bytes, start, end) - 1;
    let dashes = start - 1;
    for (let hits = 0; hits < MANY_DASHES; hits++) {
      // One search in place of two: whatever has to be judged has them.
      dashes = firstOf(DASHES, bytes, dashes + 1, end);
      if (dashes > start && bytes[dashes - 1] === LF) return dashes - 2;
      if (dashes === end || hasBytesAt(bytes, this.#delimiter, dashes)) return dashes - 1;
    }
    const line = firstOf(DASH_LINE, bytes, dashes, end);
    return firstOf(this.#delimiter, bytes, dashes, line) - 1;
  }
}

/** Where `wanted` begins first, at `start` or behind; `end` where it does not begin before that. */
function firstOf(wanted: Uint8Array, bytes: Uint8Array, start: number, end: number): number {
  const found = findBytes(bytes, wanted, start);
  return found >= 0 && found < end ? found : end;
}
