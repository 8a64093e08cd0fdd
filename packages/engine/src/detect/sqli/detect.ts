import { ByteSet } from '../../bytes/byte-set.ts';
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
 * Every attack has one of these bytes. With letters, digits and underscores alone one can spell some numbers and a word behind
 * them, and no fingerprint of those is an attack (a test keeps it so).
 */
export const SQLI_BYTES: ByteSet = ByteSet.where((byte) => !isWordByte(byte));

/** Most values are one word or one number. */
function isOneWord(value: string): boolean {
  for (let i = 0; i < value.length; i++) if (!isWordByte(value.charCodeAt(i))) return false;
  return true;
}

function isWordByte(byte: number): boolean {
  return (
    (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || byte === 0x5f
  );
}
