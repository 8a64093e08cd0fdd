// Words: bare ones, those in backticks or brackets, and variables.
//
// Every reader takes the value, the place of the token's first byte and the token to fill, and returns the place after it.

import { lookUpKeyword } from './keywords.ts';
import { clearToken, setToken, type Token } from './token.ts';
import { readQuoted, readString } from './token-strings.ts';

const DOT = 0x2e;
const BACKTICK = 0x60;
const LONGEST_WORD = 31;

// Not the same set: a word may go on with a backtick, a variable with brackets, braces and the no-break space of Latin-1.
const ENDS_WORD = bytesOf('\0\t\n\v\f\r !"#%&\'()*+,-/:;<=>?@\\^|~[]{}\xa0');
const ENDS_VARIABLE = bytesOf('\0\t\n\v\f\r !"#%&\'()*+,-/:;<=>?@\\^|~`');

/** The place of the first byte from `at` on that cannot be in a bare word. */
export function endOfWord(source: string, at: number): number {
  let end = at;
  while (end < source.length && ENDS_WORD[source.charCodeAt(end)] === 0) end++;
  return end;
}

/**
 * Reads a bare word, which may have dots and backticks in it, and finds out what it means. A keyword before a dot or a
 * backtick, as in ``SELECT`name` ``, is a token of its own.
 *
 * @param end what {@link endOfWord} says; the caller knows it, and keeps it when a word is read in several pieces
 */
export function readWord(source: string, at: number, token: Token, end: number): number {
  const looked = Math.min(end, at + LONGEST_WORD);
  for (let i = at; i < looked; i++) {
    const byte = source.charCodeAt(i);
    if (byte !== DOT && byte !== BACKTICK) continue;
    const type = lookUpKeyword(source, at, i);
    if (type !== '' && type !== 'n') {
      clearToken(token);
      setToken(token, type, source, at, i);
      return i;
    }
  }
  setToken(token, (end - at <= LONGEST_WORD && lookUpKeyword(source, at, end)) || 'n', source, at, end);
  return end;
}

/** `` `name` `` of MySQL: a bare word, unless it names a function. */
export function readBacktickWord(source: string, at: number, token: Token): number {
  const next = readQuoted(source, at + 1, token, '`', '`');
  token.type = lookUpKeyword(token.text, 0, token.text.length) === 'f' ? 'f' : 'n';
  return next;
}

/** `[name]` of SQL Server. */
export function readBracketWord(source: string, at: number, token: Token): number {
  const bracket = source.indexOf(']', at);
  const end = bracket === -1 ? source.length : bracket + 1;
  setToken(token, 'n', source, at, end);
  return end;
}

/** `@name`, `@@name`, or with the name in quotes or backticks. */
export function readVariable(source: string, at: number, token: Token): number {
  token.atSigns = source.charAt(at + 1) === '@' ? 2 : 1;
  const name = at + token.atSigns;
  const first = source.charAt(name);
  if (first === '`' || first === "'" || first === '"') {
    const next = first === '`' ? readBacktickWord(source, name, token) : readString(source, name, token);
    token.type = 'v';
    return next;
  }
  let end = name;
  while (end < source.length && ENDS_VARIABLE[source.charCodeAt(end)] === 0) end++;
  setToken(token, 'v', source, name, end);
  return end;
}

function bytesOf(members: string): Uint8Array {
  const set = new Uint8Array(256);
  for (let i = 0; i < members.length; i++) set[members.charCodeAt(i)] = 1;
  return set;
}
