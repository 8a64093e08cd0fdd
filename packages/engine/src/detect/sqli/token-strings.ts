// Strings: quoted ones, and those of the dialects that announce their quotes with a letter or a dollar sign.
//
// Every reader takes the value, the place of the token's first byte and the token to fill, and returns the place after the
// token; or NOT_A_STRING, having changed nothing, when the bytes are to be read as an ordinary word instead.

import { setToken, type Token } from './token.ts';

export const NOT_A_STRING = -1;

const BACKSLASH = 0x5c;
const SINGLE_QUOTE = 0x27;

/**
 * Reads up to an end quote that is neither escaped by a backslash nor doubled.
 *
 * @param contents where the text begins, after the opening quote
 * @param openQuote the quote it began with; '' when the value is thought to begin inside a string
 */
export function readQuoted(source: string, contents: number, token: Token, quote: string, openQuote: string): number {
  token.openQuote = openQuote;
  let end = source.indexOf(quote, contents);
  while (end !== -1) {
    if (isEscaped(source, contents, end)) {
      end = source.indexOf(quote, end + 1);
    } else if (source.charCodeAt(end + 1) === quote.charCodeAt(0)) {
      end = source.indexOf(quote, end + 2);
    } else {
      setToken(token, 's', source, contents, end);
      token.closeQuote = quote;
      return end + 1;
    }
  }
  setToken(token, 's', source, contents, source.length);
  token.closeQuote = '';
  return source.length;
}

/** `'…'` or `"…"`. */
export function readString(source: string, at: number, token: Token): number {
  const quote = source.charAt(at);
  return readQuoted(source, at + 1, token, quote, quote);
}

/** `E'…'` of PostgreSQL. */
export function readEscapeString(source: string, at: number, token: Token): number {
  if (at + 2 >= source.length || source.charCodeAt(at + 1) !== SINGLE_QUOTE) return NOT_A_STRING;
  return readQuoted(source, at + 2, token, "'", "'");
}

/** `U&'…'` of PostgreSQL. */
export function readUnicodeString(source: string, at: number, token: Token): number {
  if (!source.startsWith("&'", at + 1)) return NOT_A_STRING;
  const next = readString(source, at + 2, token);
  token.openQuote = 'u';
  if (token.closeQuote === "'") token.closeQuote = 'u';
  return next;
}

/** `N'…'` of MySQL or `NQ'(…)'` of Oracle. */
export function readNationalString(source: string, at: number, token: Token): number {
  const next = readEscapeString(source, at, token);
  return next === NOT_A_STRING ? readOracleString(source, at + 1, token) : next;
}

/** `Q'(…)'` of Oracle: the byte after the quote, or its mirror image if it is a bracket, and a quote end it. */
export function readOracleString(source: string, at: number, token: Token): number {
  const letter = source.charCodeAt(at);
  if ((letter !== 0x71 && letter !== 0x51) || at + 2 >= source.length) return NOT_A_STRING;
  if (source.charCodeAt(at + 1) !== SINGLE_QUOTE) return NOT_A_STRING;
  // The reference compares as signed bytes: neither blanks and controls nor bytes above 0x7f delimit.
  const opening = source.charCodeAt(at + 2);
  if (opening < 0x21 || opening > 0x7f) return NOT_A_STRING;
  return readUntil(source, at + 3, token, `${closingOf(source.charAt(at + 2))}'`, 'q');
}

/** `$$…$$` or `$tag$…$tag$` of PostgreSQL. A tag is made of letters. */
export function readDollarString(source: string, at: number, token: Token): number {
  const tagEnd = skipLetters(source, at + 1);
  if (source.charCodeAt(tagEnd) !== 0x24) return NOT_A_STRING;
  return readUntil(source, tagEnd + 1, token, source.slice(at, tagEnd + 1), '$');
}

/** `B'0101'`: a number, in spite of its quotes. */
export function readBinaryString(source: string, at: number, token: Token): number {
  return readDigitString(source, at, token, skipBinaryDigits);
}

/** `X'C0FFEE'`: a number, in spite of its quotes. */
export function readHexString(source: string, at: number, token: Token): number {
  return readDigitString(source, at, token, skipHexDigits);
}

// The reference skips these with strchr(), which finds a NUL in every set; so do we.

/** The place of the first byte from `at` on that is neither 0, 1 nor NUL. */
export function skipBinaryDigits(source: string, at: number): number {
  let end = at;
  for (; end < source.length; end++) {
    const byte = source.charCodeAt(end);
    if (byte !== 0x30 && byte !== 0x31 && byte !== 0) break;
  }
  return end;
}

/** The place of the first byte from `at` on that is neither a hexadecimal digit nor NUL. */
export function skipHexDigits(source: string, at: number): number {
  let end = at;
  for (; end < source.length; end++) {
    const byte = source.charCodeAt(end);
    const isDigit = byte >= 0x30 && byte <= 0x39;
    const isLetter = (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
    if (!isDigit && !isLetter && byte !== 0) break;
  }
  return end;
}

function skipLetters(source: string, at: number): number {
  let end = at;
  for (; end < source.length; end++) {
    const byte = source.charCodeAt(end);
    if (!((byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0)) break;
  }
  return end;
}

function readDigitString(
  source: string,
  at: number,
  token: Token,
  skipDigits: (source: string, at: number) => number,
): number {
  if (at + 2 >= source.length || source.charCodeAt(at + 1) !== SINGLE_QUOTE) return NOT_A_STRING;
  const end = skipDigits(source, at + 2);
  if (source.charCodeAt(end) !== SINGLE_QUOTE) return NOT_A_STRING;
  setToken(token, '1', source, at, end + 1);
  return end + 1;
}

function readUntil(source: string, contents: number, token: Token, terminator: string, quote: string): number {
  const end = source.indexOf(terminator, contents);
  token.openQuote = quote;
  token.closeQuote = end === -1 ? '' : quote;
  setToken(token, 's', source, contents, end === -1 ? source.length : end);
  return end === -1 ? source.length : end + terminator.length;
}

function closingOf(opening: string): string {
  switch (opening) {
    case '(':
      return ')';
    case '[':
      return ']';
    case '{':
      return '}';
    case '<':
      return '>';
    default:
      return opening;
  }
}

/** Whether an odd number of backslashes, counted back to where the text begins, stands before the quote at `end`. */
function isEscaped(source: string, contents: number, end: number): boolean {
  let first = end;
  while (first > contents && source.charCodeAt(first - 1) === BACKSLASH) first--;
  return ((end - first) & 1) === 1;
}
