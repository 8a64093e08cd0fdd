// Cuts a value into tokens of SQL, of no database in particular: whatever some database would accept is a token.

import { lookUpKeyword } from './keywords.ts';
import { clearToken, setToken, type Token } from './token.ts';
import { isWhiteSpace, readMoney, readNumber } from './token-numbers.ts';
import {
  NOT_A_STRING,
  readBinaryString,
  readDollarString,
  readEscapeString,
  readHexString,
  readNationalString,
  readOracleString,
  readQuoted,
  readString,
  readUnicodeString,
} from './token-strings.ts';
import { endOfWord, readBacktickWord, readBracketWord, readVariable, readWord } from './token-words.ts';

/** The place in a statement where a value is thought to have been inserted. */
export interface SqlContext {
  /** The quote that opened the string the value begins in, or '' if it does not begin in a string. */
  readonly quote: '' | "'" | '"';
  /** `#` begins a comment in MySQL only; `--` begins one there only if white space or the end follows. */
  readonly dialect: 'ansi' | 'mysql';
}

/** Reads the tokens of one value, one at a time. Reading all of them takes time proportional to the value's length. */
export class SqlTokenizer {
  readonly #source: string;
  readonly #context: SqlContext;
  #position = 0;
  #tokenCount = 0;
  #dialectsDiffer = false;
  #wordEnd = 0;

  /** @param source the value, a byte string */
  constructor(source: string, context: SqlContext) {
    this.#source = source;
    this.#context = context;
  }

  /** How many tokens were read, comments included. */
  get tokenCount(): number {
    return this.#tokenCount;
  }

  /** Whether something was read that MySQL would have read in another way. */
  get dialectsDiffer(): boolean {
    return this.#dialectsDiffer;
  }

  /** Reads the next token into `token`. Returns false, and leaves `token` empty, at the end of the value. */
  next(token: Token): boolean {
    clearToken(token);
    const source = this.#source;
    if (source.length === 0) return false;
    if (this.#position === 0 && this.#context.quote !== '') {
      this.#position = readQuoted(source, 0, token, this.#context.quote, '');
      this.#tokenCount += 1;
      return true;
    }
    while (this.#position < source.length) {
      const byte = source.charCodeAt(this.#position);
      if (byte <= 0x20 || byte === 0x7f || byte === 0xa0) {
        this.#position += 1;
        continue;
      }
      this.#position = this.#read(byte, this.#position, token);
      this.#tokenCount += 1;
      return true;
    }
    return false;
  }

  #read(byte: number, at: number, token: Token): number {
    const source = this.#source;
    switch (byte) {
      case 0x22: // "
      case 0x27: // '
        return readString(source, at, token);
      case 0x23: // #
        return this.#readHash(at, token);
      case 0x24: // $
        return this.#readDollar(at, token);
      case 0x21: // !
      case 0x26: // &
      case 0x2a: // *
      case 0x3a: // :
      case 0x3c: // <
      case 0x3d: // =
      case 0x3e: // >
      case 0x7c: // |
        return readOperator(source, at, token);
      case 0x25: // %
      case 0x2b: // +
      case 0x5e: // ^
      case 0x7e: // ~
        return readByteAs('o', source, at, token);
      case 0x28:
        return readByteAs('(', source, at, token);
      case 0x29:
        return readByteAs(')', source, at, token);
      case 0x2c:
        return readByteAs(',', source, at, token);
      case 0x3b:
        return readByteAs(';', source, at, token);
      case 0x7b:
        return readByteAs('{', source, at, token);
      case 0x7d:
        return readByteAs('}', source, at, token);
      case 0x3f: // ?
      case 0x5d: // ]
        return readByteAs('?', source, at, token);
      case 0x2d: // -
        return this.#readDash(at, token);
      case 0x2f: // /
        return readSlash(source, at, token);
      case 0x2e: // .
      case 0x30:
      case 0x31:
      case 0x32:
      case 0x33:
      case 0x34:
      case 0x35:
      case 0x36:
      case 0x37:
      case 0x38:
      case 0x39:
        return readNumber(source, at, token);
      case 0x40: // @
        return readVariable(source, at, token);
      case 0x5b: // [
        return readBracketWord(source, at, token);
      case 0x5c: // backslash
        return readBackslash(source, at, token);
      case 0x60: // `
        return readBacktickWord(source, at, token);
      case 0x42: // B
      case 0x62:
        return this.#orWord(readBinaryString(source, at, token), at, token);
      case 0x45: // E
      case 0x65:
        return this.#orWord(readEscapeString(source, at, token), at, token);
      case 0x4e: // N
      case 0x6e:
        return this.#orWord(readNationalString(source, at, token), at, token);
      case 0x51: // Q
      case 0x71:
        return this.#orWord(readOracleString(source, at, token), at, token);
      case 0x55: // U
      case 0x75:
        return this.#orWord(readUnicodeString(source, at, token), at, token);
      case 0x58: // X
      case 0x78:
        return this.#orWord(readHexString(source, at, token), at, token);
      default:
        return this.#readWord(at, token);
    }
  }

  #orWord(next: number, at: number, token: Token): number {
    return next === NOT_A_STRING ? this.#readWord(at, token) : next;
  }

  // In "OR.1OR.1OR.1…" every OR begins a word that reaches to the end of the value and is cut short there and then. Keeping
  // the end keeps this linear: from anywhere inside the same run of bytes, the word ends at the same place.
  #readWord(at: number, token: Token): number {
    if (at >= this.#wordEnd) this.#wordEnd = endOfWord(this.#source, at);
    return readWord(this.#source, at, token, this.#wordEnd);
  }

  #readHash(at: number, token: Token): number {
    this.#dialectsDiffer = true;
    return this.#context.dialect === 'mysql'
      ? readLineComment(this.#source, at, token)
      : readByteAs('o', this.#source, at, token);
  }

  #readDash(at: number, token: Token): number {
    const source = this.#source;
    if (source.charCodeAt(at + 1) !== 0x2d) return readByteAs('o', source, at, token);
    if (at + 2 === source.length || isWhiteSpace(source.charCodeAt(at + 2))) return readLineComment(source, at, token);
    if (this.#context.dialect === 'mysql') return readByteAs('o', source, at, token);
    this.#dialectsDiffer = true;
    return readLineComment(source, at, token);
  }

  #readDollar(at: number, token: Token): number {
    const source = this.#source;
    const afterMoney = readMoney(source, at, token);
    if (afterMoney === at + 2 && token.text === '$.') {
      clearToken(token);
      return this.#readWord(at, token);
    }
    if (afterMoney > at) return afterMoney;
    const afterString = readDollarString(source, at, token);
    return afterString === NOT_A_STRING ? readByteAs('n', source, at, token) : afterString;
  }
}

function readByteAs(
  type: 'o' | 'n' | '(' | ')' | '{' | '}' | ',' | ';' | '?',
  source: string,
  at: number,
  token: Token,
): number {
  setToken(token, type, source, at, at + 1);
  return at + 1;
}

function readOperator(source: string, at: number, token: Token): number {
  if (source.startsWith('<=>', at)) {
    setToken(token, 'o', source, at, at + 3);
    return at + 3;
  }
  const type = at + 1 < source.length ? lookUpKeyword(source, at, at + 2) : '';
  if (type !== '') {
    setToken(token, type, source, at, at + 2);
    return at + 2;
  }
  // A colon at the very end is an operator to the reference: it looks at pairs of bytes, and there is no pair.
  const isColon = source.charAt(at) === ':' && at + 1 < source.length;
  setToken(token, isColon ? ':' : 'o', source, at, at + 1);
  return at + 1;
}

/** `\N` is NULL to MySQL. Any other backslash is a token of its own. */
function readBackslash(source: string, at: number, token: Token): number {
  const isNull = source.charAt(at + 1) === 'N';
  const end = isNull ? at + 2 : at + 1;
  setToken(token, isNull ? '1' : '\\', source, at, end);
  return end;
}

function readLineComment(source: string, at: number, token: Token): number {
  const newline = source.indexOf('\n', at);
  setToken(token, 'c', source, at, newline === -1 ? source.length : newline);
  return newline === -1 ? source.length : newline + 1;
}

/**
 * A slash, or a comment. Two kinds of comment no two databases agree about: nested ones, which PostgreSQL allows, and
 * MySQL's conditional ones, which are not comments to it. What follows one cannot be read with any confidence.
 */
function readSlash(source: string, at: number, token: Token): number {
  if (source.charCodeAt(at + 1) !== 0x2a) {
    setToken(token, 'o', source, at, at + 1);
    return at + 1;
  }
  const close = source.indexOf('*/', at + 2);
  const end = close === -1 ? source.length : close + 2;
  const nested = close === -1 ? -1 : source.indexOf('/*', at + 2);
  const isUnreadable = (nested !== -1 && nested < close) || source.charAt(at + 2) === '!';
  setToken(token, isUnreadable ? 'X' : 'c', source, at, end);
  return end;
}
