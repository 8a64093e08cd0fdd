import { EMPTY, type RegexNode, type RepeatNode } from '../tree.ts';
import { isDigit, type PatternReader } from './reader.ts';

/** PCRE2's own limit. */
const MAX_REPEAT = 65_535;

export interface Quantifier {
  readonly min: number;
  /** `Infinity` when there is no upper bound. */
  readonly max: number;
}

/**
 * Reads `*`, `+`, `?` or `{…}`; `undefined` when there is none. A brace that does not form a quantifier is a literal, and
 * nothing is read.
 *
 * @throws RegexSyntaxError
 */
export function readQuantifier(reader: PatternReader): Quantifier | undefined {
  switch (reader.peek()) {
    case '*':
      reader.at++;
      return { min: 0, max: Number.POSITIVE_INFINITY };
    case '+':
      reader.at++;
      return { min: 1, max: Number.POSITIVE_INFINITY };
    case '?':
      reader.at++;
      return { min: 0, max: 1 };
    case '{':
      return readCounts(reader);
    default:
      return undefined;
  }
}

function readCounts(reader: PatternReader): Quantifier | undefined {
  const start = reader.at++;
  const low = reader.take(isDigit);
  const hasComma = reader.eat(',');
  const high = hasComma ? reader.take(isDigit) : low;
  if (low === '' || !reader.eat('}')) {
    reader.at = start;
    return undefined;
  }
  const min = Number(low);
  const max = high === '' ? Number.POSITIVE_INFINITY : Number(high);
  if (min > MAX_REPEAT || (high !== '' && max > MAX_REPEAT)) reader.fail('number too big in {} quantifier');
  if (max < min) reader.fail('numbers out of order in {} quantifier');
  return { min, max };
}

/** Reads what may stand behind a quantifier: `?` turns the preference over, `+` gives nothing back. */
export function readMode(reader: PatternReader, ungreedy: boolean): RepeatNode['mode'] {
  if (reader.eat('?')) return ungreedy ? 'greedy' : 'lazy';
  if (reader.eat('+')) return 'possessive';
  return ungreedy ? 'lazy' : 'greedy';
}

/** `body` as often as the quantifier says, without a wrapper where none is needed. */
export function repeat(body: RegexNode, { min, max }: Quantifier, mode: RepeatNode['mode']): RegexNode {
  // Asking again changes nothing but captures; PCRE2 does it once more than it must, not for ever.
  const most = body.kind === 'look' && max === Number.POSITIVE_INFINITY ? min + 1 : max;
  if (most === 0) return EMPTY;
  if (min === 1 && most === 1 && mode !== 'possessive') return body;
  return { kind: 'repeat', body, min, max: most, mode };
}
