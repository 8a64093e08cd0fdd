// A token of SQL as the detector sees it: a one-letter type, some text, and how a string was quoted.

/**
 * What a token is. The letters are libinjection's, because a fingerprint is nothing but a row of them:
 *
 *     k keyword         n bare word          s string       c comment       ( ) { }  . , : ;  \  themselves
 *     E start of an     1 number             v variable     A COLLATE       ? any other byte
 *       expression      f function           t data type    B GROUP BY …    X text no two databases read alike
 *     T start of T-SQL  U UNION and its kin  o operator     & AND, OR …     '' nothing yet
 */
export type TokenType =
  | ''
  | ('k' | 'n' | 's' | 'c' | '1' | 'v' | 'A' | 'E' | 'f' | 't' | 'B' | 'X' | 'T' | 'U' | 'o' | '&')
  | ('(' | ')' | '{' | '}' | '.' | ',' | ':' | ';' | '\\' | '?');

/** A token. Tokens are filled in place, over and over, so that reading a value allocates nothing per token but its text. */
export interface Token {
  type: TokenType;
  /** At most 31 bytes: libinjection keeps that many, and verdicts depend on it. */
  text: string;
  /** The quote a string began with (`q`, `u` and `$` for quotes of their kind), or '' if it began before the value. */
  openQuote: string;
  /** The quote a string ended with, or '' if it ran to the end of the value. */
  closeQuote: string;
  /** How many `@` a variable began with: 0, 1 or 2. */
  atSigns: number;
}

const LONGEST_TEXT = 31;

/** An empty token. */
export function createToken(): Token {
  return { type: '', text: '', openQuote: '', closeQuote: '', atSigns: 0 };
}

/** Makes a token empty again. */
export function clearToken(token: Token): void {
  token.type = '';
  token.text = '';
  token.openQuote = '';
  token.closeQuote = '';
  token.atSigns = 0;
}

/** Overwrites one token with another. */
export function copyToken(target: Token, source: Token): void {
  target.type = source.type;
  target.text = source.text;
  target.openQuote = source.openQuote;
  target.closeQuote = source.closeQuote;
  target.atSigns = source.atSigns;
}

/** Gives a token its type and its text, the bytes of `source` from `start` to before `end`; the rest of it stays. */
export function setToken(token: Token, type: TokenType, source: string, start: number, end: number): void {
  token.type = type;
  token.text = source.slice(start, end - start > LONGEST_TEXT ? start + LONGEST_TEXT : end);
}

/** Whether a token can stand before an expression as a sign or a negation. */
export function isUnaryOperator(token: Token): boolean {
  if (token.type !== 'o') return false;
  const { text } = token;
  switch (text.length) {
    case 1:
      return text === '+' || text === '-' || text === '!' || text === '~';
    case 2:
      return text === '!!';
    case 3:
      return equalsIgnoringCase(text, 'NOT');
    default:
      return false;
  }
}

/** Whether a token is one of `* / - + %`. */
export function isArithmeticOperator(token: Token): boolean {
  if (token.type !== 'o') return false;
  const { text } = token;
  return text === '*' || text === '/' || text === '-' || text === '+' || text === '%';
}

/** Compares bytes with an upper-case word, taking a to z for A to Z and every other byte as it is. */
export function equalsIgnoringCase(text: string, upperCaseWord: string): boolean {
  if (text.length !== upperCaseWord.length) return false;
  for (let i = 0; i < text.length; i++) {
    if (upperCase(text.charCodeAt(i)) !== upperCaseWord.charCodeAt(i)) return false;
  }
  return true;
}

/** The byte for A to Z if it is one for a to z, otherwise the byte itself. */
export function upperCase(byte: number): number {
  return byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte;
}
