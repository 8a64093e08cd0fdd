import type { Word } from './ast.ts';
import type { Diagnostics } from './diagnostics.ts';
import { isSpace, type LogicalLine, skipSpace } from './logical-line.ts';
import { SourceWord } from './word.ts';

/**
 * How `\\` in a word is read. `halve`: as one backslash, the way Apache's word reader and so ModSecurity 2 do. `keep`: as
 * two, for files written for ModSecurity 3 or Coraza, which only take the backslash off an escaped quote.
 */
export type DoubledBackslash = 'halve' | 'keep';

const BACKSLASH = 0x5c;

/** All words from `start` to `end` of a line, in Apache's grammar. An open quote ends with the line. */
export function readWords(
  line: LogicalLine,
  start: number,
  end: number,
  diagnostics: Diagnostics,
  doubled: DoubledBackslash,
): ReadWords {
  const words: Word[] = [];
  let isComplete = true;
  let at = skipSpace(line.text, start, end);
  while (at < end) {
    const quote = quoteAt(line.text, at);
    const written = quote === undefined ? scanBare(line.text, at, end) : scanQuoted(line.text, at, end);
    const text = decode(line.text, written, quote, doubled);
    words.push(new SourceWord(line, written, quote, text.decoded, text.escaped));
    if (quote !== undefined && written.end === written.contentEnd) {
      isComplete = false;
      diagnostics.error(
        'SL1003',
        `the quote ${quote} that opens here is never closed`,
        line.span(at, at + 1),
        `write ${quote} after the last byte of the word, or \\ at the very end of the line to go on in the next one`,
      );
    } else if (quote !== undefined && written.end < end && !isSpace(line.text.charCodeAt(written.end))) {
      diagnostics.warning(
        'SL1004',
        `the word ends at this ${quote}; what follows it directly begins another word`,
        line.span(written.end - 1, written.end),
        `write \\${quote} for a quote inside the word`,
      );
    }
    at = skipSpace(line.text, written.end, end);
  }
  return { words, isComplete };
}

export interface ReadWords {
  readonly words: readonly Word[];
  /** False when a quote was left open, so that the number of words says nothing. */
  readonly isComplete: boolean;
}

interface Written {
  readonly start: number;
  readonly end: number;
  readonly contentStart: number;
  readonly contentEnd: number;
}

function quoteAt(text: string, at: number): '"' | "'" | undefined {
  const char = text[at];
  return char === '"' || char === "'" ? char : undefined;
}

function scanBare(text: string, start: number, end: number): Written {
  // A list between backticks is the only word with line feeds in it.
  const listEnd = text[start] === '`' && text.includes('\n', start) ? text.lastIndexOf('`') + 1 : 0;
  if (listEnd > 0) return { start, end: listEnd, contentStart: start, contentEnd: listEnd };
  let at = start;
  while (at < end && !isSpace(text.charCodeAt(at))) at++;
  return { start, end: at, contentStart: start, contentEnd: at };
}

function scanQuoted(text: string, start: number, end: number): Written {
  const quote = text.charAt(start);
  const contentStart = start + 1;
  for (let from = contentStart; ; ) {
    const at = text.indexOf(quote, from);
    if (at === -1 || at >= end) return { start, end, contentStart, contentEnd: end };
    // Backslashes take each other's meaning in pairs; one that is left over takes that of the quote.
    let first = at;
    while (first > from && text.charCodeAt(first - 1) === BACKSLASH) first--;
    if ((at - first) % 2 === 0) return { start, end: at + 1, contentStart, contentEnd: at };
    from = at + 1;
  }
}

/** A backslash in front of the quote or of another backslash; any other one stands for itself. */
function isEscape(text: string, at: number, end: number, quote: number): boolean {
  if (text.charCodeAt(at) !== BACKSLASH || at + 1 >= end) return false;
  const next = text.charCodeAt(at + 1);
  return next === BACKSLASH || next === quote;
}

/** Takes the backslash off each escape; `escaped` are the indices in the result where one was. */
function decode(
  text: string,
  written: Written,
  quoteChar: '"' | "'" | undefined,
  doubled: DoubledBackslash,
): { readonly decoded: string; readonly escaped: readonly number[] } {
  const { contentStart, contentEnd } = written;
  const quote = quoteChar === undefined ? -1 : quoteChar.charCodeAt(0);
  const escaped: number[] = [];
  let decoded = '';
  let copied = contentStart;
  for (let at = contentStart; ; at++) {
    at = text.indexOf('\\', at);
    if (at === -1 || at >= contentEnd) break;
    if (!isEscape(text, at, contentEnd, quote)) continue;
    if (doubled === 'halve' || text.charCodeAt(at + 1) === quote) {
      decoded += text.slice(copied, at);
      escaped.push(decoded.length);
      copied = at + 1;
    }
    at++;
  }
  return {
    decoded: copied === contentStart ? text.slice(contentStart, contentEnd) : decoded + text.slice(copied, contentEnd),
    escaped,
  };
}
