import { isAttack, type Reading, readInContext } from './fingerprint.ts';
import type { SqlContext } from './tokenizer.ts';

/** Whether a value is an injection of SQL and, if so, what it looks like. */
export interface SqliVerdict {
  readonly isSqli: boolean;
  /** The token types the value folds to, such as `s&1c`; '' if it is not an injection. */
  readonly fingerprint: string;
}

/**
 * Decides whether a value, inserted into a statement of SQL as a number, in single or in double quotes, would change what
 * the statement does. Gives the verdict and the fingerprint of libinjection 4.
 *
 * @param value a byte string
 */
export function detectSqli(value: string): SqliVerdict {
  if (isOneWord(value)) return HARMLESS;

  const plain = readInContext(value, AS_IS);
  if (isAttack(value, plain)) return found(plain);
  if (plain.dialectsDiffer) {
    const mysql = readInContext(value, AS_IS_IN_MYSQL);
    if (isAttack(value, mysql)) return found(mysql);
  }
  if (value.includes("'")) {
    const quoted = readInContext(value, IN_SINGLE_QUOTES);
    if (isAttack(value, quoted)) return found(quoted);
    if (quoted.dialectsDiffer) {
      const mysql = readInContext(value, IN_SINGLE_QUOTES_IN_MYSQL);
      if (isAttack(value, mysql)) return found(mysql);
    }
  }
  if (value.includes('"')) {
    const quoted = readInContext(value, IN_DOUBLE_QUOTES_IN_MYSQL);
    if (isAttack(value, quoted)) return found(quoted);
  }
  return HARMLESS;
}

const HARMLESS: SqliVerdict = { isSqli: false, fingerprint: '' };

const AS_IS: SqlContext = { quote: '', dialect: 'ansi' };
const AS_IS_IN_MYSQL: SqlContext = { quote: '', dialect: 'mysql' };
const IN_SINGLE_QUOTES: SqlContext = { quote: "'", dialect: 'ansi' };
const IN_SINGLE_QUOTES_IN_MYSQL: SqlContext = { quote: "'", dialect: 'mysql' };
const IN_DOUBLE_QUOTES_IN_MYSQL: SqlContext = { quote: '"', dialect: 'mysql' };

function found(reading: Reading): SqliVerdict {
  return { isSqli: true, fingerprint: reading.fingerprint };
}

/**
 * Most values are one word or one decimal number. Those are one token, and no attack is: the only fingerprint of one token
 * is that of a comment (a test keeps it so). Empty values are no attack either.
 */
function isOneWord(value: string): boolean {
  const first = value.charCodeAt(0);
  const isNumber = first >= 0x30 && first <= 0x39;
  for (let i = 0; i < value.length; i++) {
    const byte = value.charCodeAt(i);
    if (byte >= 0x30 && byte <= 0x39) continue;
    if (isNumber) return false;
    if (!((byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || byte === 0x5f)) return false;
  }
  return true;
}
