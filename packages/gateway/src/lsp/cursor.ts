/**
 * What stands in front of the cursor, in a file that is being typed: quotes are open, lists end in the middle, the rule after
 * it may be swallowed. So nothing here needs a whole line, and nothing is ever wrong.
 */
export interface Cursor {
  /** Words of the directive that are complete, its name first. */
  readonly words: readonly string[];
  /** The word at the cursor as far as it is written, without its opening quote. */
  readonly current: string;
}

const BACKSLASH = 0x5c;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Reads the directive around an offset up to that offset. */
export function cursorAt(bytes: string, offset: number): Cursor {
  const text = directiveBefore(bytes, offset);
  const words: string[] = [];
  let at = 0;
  for (;;) {
    while (at < text.length && isBlank(text[at])) at++;
    if (at >= text.length) return { words, current: '' };
    const start = at;
    const quote = text[at] === '"' || text[at] === "'" ? text[at] : undefined;
    if (quote !== undefined) at++;
    let word = '';
    while (at < text.length && (quote === undefined ? !isBlank(text[at]) : text[at] !== quote)) {
      const isEscape = text[at] === '\\' && (text[at + 1] === '\\' || text[at + 1] === quote);
      if (isEscape) at++;
      word += text[at] ?? '';
      at++;
    }
    if (at >= text.length) return { words, current: quote === undefined ? text.slice(start) : word };
    if (quote !== undefined) at++;
    words.push(word);
  }
}

/** The directive's text before the offset, lines that a backslash joins put together. */
function directiveBefore(bytes: string, offset: number): string {
  let start = lineStart(bytes, offset);
  const pieces = [bytes.slice(start, offset)];
  while (start > 0) {
    let end = start - 1;
    if (end > 0 && bytes.charCodeAt(end - 1) === CARRIAGE_RETURN) end--;
    if (end === 0 || bytes.charCodeAt(end - 1) !== BACKSLASH) break;
    start = lineStart(bytes, start - 1);
    pieces.unshift(bytes.slice(start, end - 1));
  }
  return pieces.join('');
}

function lineStart(bytes: string, offset: number): number {
  return offset === 0 ? 0 : bytes.lastIndexOf(String.fromCharCode(LINE_FEED), offset - 1) + 1;
}

function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t' || char === '\r';
}

/** The last item of a target or action list: everything since the last separator that no single quote holds. */
export function lastItem(list: string): string {
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < list.length; at++) {
    const char = list[at];
    if (isQuoted) {
      if (char === '\\') at++;
      else if (char === "'") isQuoted = false;
    } else if (char === "'" && list[at - 1] === ':') {
      isQuoted = true;
    } else if (char === ',' || char === '|' || isBlank(char)) {
      start = at + 1;
    }
  }
  return list.slice(start);
}
