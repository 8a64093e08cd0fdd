import type { Word } from './ast.ts';
import type { Diagnostics } from './diagnostics.ts';
import { isSpace } from './logical-line.ts';
import { lastAtMost } from './source.ts';
import { spanWithin } from './word.ts';

/** One item of a target or action list; all indices count in the text of the word the list was read from. */
export interface ListItem {
  readonly name: string;
  readonly nameStart: number;
  readonly nameEnd: number;
  /** `undefined` without a `:`, or when nothing unquoted follows it. */
  readonly value: string | undefined;
  readonly isQuoted: boolean;
  /** From the first byte of the value, quote included, to the end of the item. */
  readonly valueStart: number;
  readonly end: number;
  /** Index in the word of byte `index` of the value. */
  valueIndex(index: number): number;
}

const COLON = 0x3a;
const QUOTE = 0x27;
const BACKSLASH = 0x5c;

/**
 * Reads the grammar that target lists and action lists share: items `name` or `name:value` between any run of
 * `,`, `|` and white space; a value with one of those in it stands in single quotes. Inside the quotes `\'` and `\\` give
 * one byte; any other backslash stays, where ModSecurity 2 refuses the list and Coraza and ModSecurity 3 keep both bytes.
 */
export function* readList(word: Word, diagnostics: Diagnostics): Generator<ListItem, void, undefined> {
  const { text } = word;
  let at = skipSeparators(text, 0);
  while (at < text.length) {
    const item = readItem(word, at, diagnostics);
    if (item.name !== '') yield item;
    else reportNamelessItem(word, item, diagnostics);
    at = skipSeparators(text, skipTextAfterQuote(word, item, diagnostics));
  }
}

/** `,`, `|` or white space. */
export function isSeparator(code: number): boolean {
  return code === 0x2c || code === 0x7c || isSpace(code);
}

/** Letters, digits and `_`: what the name of a target, an action or an operator consists of in every engine. */
export function isName(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (!isNameByte(text.charCodeAt(index))) return false;
  return text !== '';
}

function isNameByte(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) || code === 0x5f
  );
}

function skipSeparators(text: string, at: number): number {
  let index = at;
  while (index < text.length && isSeparator(text.charCodeAt(index))) index++;
  return index;
}

function untilSeparator(text: string, at: number): number {
  let index = at;
  while (index < text.length && !isSeparator(text.charCodeAt(index))) index++;
  return index;
}

function readItem(word: Word, nameStart: number, diagnostics: Diagnostics): ListItem {
  const { text } = word;
  let nameEnd = nameStart;
  while (nameEnd < text.length && text.charCodeAt(nameEnd) !== COLON && !isSeparator(text.charCodeAt(nameEnd)))
    nameEnd++;
  const name = text.slice(nameStart, nameEnd);
  const valueStart = text.charCodeAt(nameEnd) === COLON ? nameEnd + 1 : nameEnd;
  const before = { name, nameStart, nameEnd, valueStart };
  if (valueStart > nameEnd && text.charCodeAt(valueStart) === QUOTE) {
    return { ...before, ...readQuotedValue(word, valueStart, diagnostics), isQuoted: true };
  }
  const end = valueStart > nameEnd ? untilSeparator(text, valueStart) : nameEnd;
  const value = end > valueStart ? text.slice(valueStart, end) : undefined;
  return { ...before, value, isQuoted: false, end, valueIndex: (index) => valueStart + index };
}

function readQuotedValue(
  word: Word,
  open: number,
  diagnostics: Diagnostics,
): Pick<ListItem, 'value' | 'end' | 'valueIndex'> {
  const { text } = word;
  const escaped: number[] = [];
  let value = '';
  let copied = open + 1;
  let at = open + 1;
  for (; at < text.length && text.charCodeAt(at) !== QUOTE; at++) {
    if (text.charCodeAt(at) !== BACKSLASH || at + 1 >= text.length) continue;
    const next = text.charCodeAt(at + 1);
    if (next === QUOTE || next === BACKSLASH) {
      value += text.slice(copied, at);
      escaped.push(value.length);
      copied = at + 1;
    }
    at++;
  }
  value += text.slice(copied, at);
  if (at >= text.length) {
    diagnostics.error(
      'SL1301',
      "the quote ' that opens here is never closed",
      spanWithin(word, open, open + 1),
      "write ' after the last byte of the value, and \\' for a quote inside it",
    );
  }
  const valueIndex = (index: number): number => open + 1 + index + lastAtMost(escaped, index - 1) + 1;
  return { value, end: Math.min(at + 1, text.length), valueIndex };
}

function skipTextAfterQuote(word: Word, item: ListItem, diagnostics: Diagnostics): number {
  if (!item.isQuoted) return item.end;
  const end = untilSeparator(word.text, item.end);
  if (end > item.end) {
    diagnostics.error(
      'SL1302',
      `the value of "${item.name}" ended at its closing quote; "${word.text.slice(item.end, end)}" cannot follow`,
      spanWithin(word, item.end, end),
      "put a comma between two items, or write \\' for a quote inside the value",
    );
  }
  return end;
}

function reportNamelessItem(word: Word, item: ListItem, diagnostics: Diagnostics): void {
  diagnostics.error(
    'SL1303',
    'there is no name in front of this ":"',
    spanWithin(word, item.nameStart, item.end),
    'a value with a space, comma or pipe in it must stand in single quotes',
  );
}
