// Numbers, as loosely as the union of all databases reads them, and sums of money.

import { setToken, type Token } from './token.ts';
import { skipBinaryDigits, skipHexDigits } from './token-strings.ts';

/** Reads what begins with a digit or a dot, and returns the place after it: a number, a lone dot, or a bare word like `1e`. */
export function readNumber(source: string, at: number, token: Token): number {
  if (source.charCodeAt(at) === 0x30) {
    const prefix = source.charCodeAt(at + 1) | 0x20;
    if (prefix === 0x78) return readPrefixed(source, at, token, skipHexDigits(source, at + 2));
    if (prefix === 0x62) return readPrefixed(source, at, token, skipBinaryDigits(source, at + 2));
  }

  let end = skipDigits(source, at);
  if (source.charCodeAt(end) === 0x2e) {
    end = skipDigits(source, end + 1);
    if (end === at + 1) {
      setToken(token, '.', source, at, end);
      return end;
    }
  }

  let isWord = false;
  if ((source.charCodeAt(end) | 0x20) === 0x65) {
    end += 1;
    const sign = source.charCodeAt(end);
    if (sign === 0x2b || sign === 0x2d) end += 1;
    const exponent = end;
    end = skipDigits(source, end);
    isWord = end === exponent;
  }

  const suffix = source.charCodeAt(end) | 0x20;
  if ((suffix === 0x64 || suffix === 0x66) && endsAfterSuffix(source, end + 1)) end += 1;

  setToken(token, isWord ? 'n' : '1', source, at, end);
  return end;
}

/**
 * Reads what may be an amount such as `$1,000.00`, and returns the place after it; `at` itself, having changed nothing, if
 * no digit, dot or comma follows the dollar sign.
 */
export function readMoney(source: string, at: number, token: Token): number {
  let end = at + 1;
  for (; end < source.length; end++) {
    const byte = source.charCodeAt(end);
    const isDigit = byte >= 0x30 && byte <= 0x39;
    // A NUL counts, as among the digits of a hexadecimal number.
    if (!isDigit && byte !== 0x2e && byte !== 0x2c && byte !== 0) break;
  }
  if (end === at + 1) return at;
  setToken(token, '1', source, at, end);
  return end;
}

function readPrefixed(source: string, at: number, token: Token, end: number): number {
  setToken(token, end === at + 2 ? 'n' : '1', source, at, end);
  return end;
}

function skipDigits(source: string, at: number): number {
  let end = at;
  for (; end < source.length; end++) {
    const byte = source.charCodeAt(end);
    if (byte < 0x30 || byte > 0x39) break;
  }
  return end;
}

/**
 * Whether a number ends with the `d` or `f` that Oracle puts after one, going by what follows: the end, white space, `;`,
 * or the `u` of `1fUNION`. Otherwise, as in `123FROM`, the letter begins a word.
 */
function endsAfterSuffix(source: string, next: number): boolean {
  if (next >= source.length) return true;
  const byte = source.charCodeAt(next);
  return isWhiteSpace(byte) || byte === 0x3b || (byte | 0x20) === 0x75;
}

/** What libinjection takes for white space between tokens that depend on it; NUL is that to Oracle, 0xa0 to MySQL. */
export function isWhiteSpace(byte: number): boolean {
  return (byte >= 0x09 && byte <= 0x0d) || byte === 0x20 || byte === 0 || byte === 0xa0;
}
