// A fingerprint is the row of token types a value folds to. Thousands are known from attacks; some of those also turn up in
// ordinary text, and for them the tokens themselves decide.

import { createTokens, fold } from './fold.ts';
import { FINGERPRINTS } from './tables.generated.ts';
import { equalsIgnoringCase, type Token, upperCase } from './token.ts';
import { type SqlContext, SqlTokenizer } from './tokenizer.ts';

/** What a value looks like when read in one context. */
export interface Reading {
  /** The types of at most five tokens; `X` if there is something in the value that cannot be read with confidence. */
  readonly fingerprint: string;
  readonly tokens: readonly Token[];
  /** How many tokens were read before folding. */
  readonly tokenCount: number;
  /** Whether reading it as MySQL would have made a difference. */
  readonly dialectsDiffer: boolean;
}

/** Reads a byte string in a context. */
export function readInContext(source: string, context: SqlContext): Reading {
  const tokenizer = new SqlTokenizer(source, context);
  const tokens = createTokens();
  const count = fold(tokenizer, tokens);

  // An empty, unclosed backtick at the end is a comment to PHP's MySQL client.
  const last = tokens[count - 1];
  if (count > 2 && last?.type === 'n' && last.openQuote === '`' && last.closeQuote === '' && last.text === '') {
    last.type = 'c';
  }

  let fingerprint = '';
  for (let i = 0; i < count; i++) {
    const { type } = tokens[i]!;
    if (type === 'X') {
      fingerprint = 'X';
      break;
    }
    fingerprint += type;
  }
  return { fingerprint, tokens, tokenCount: tokenizer.tokenCount, dialectsDiffer: tokenizer.dialectsDiffer };
}

/** Whether a reading is an injection of SQL. */
export function isAttack(source: string, reading: Reading): boolean {
  return isKnownFingerprint(reading.fingerprint) && !isInnocent(source, reading);
}

/** Whether a fingerprint is one of those known from attacks. Letter case does not count. */
export function isKnownFingerprint(fingerprint: string): boolean {
  const known = FINGERPRINTS[fingerprint.length] ?? '';
  const width = fingerprint.length + 1;
  let low = 0;
  let high = known.length / width;
  while (low < high) {
    const middle = (low + high) >> 1;
    const order = compareAt(known, middle * width, fingerprint);
    if (order === 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return false;
}

function compareAt(known: string, start: number, fingerprint: string): number {
  for (let i = 0; i < fingerprint.length; i++) {
    const order = known.charCodeAt(start + i) - upperCase(fingerprint.charCodeAt(i));
    if (order !== 0) return order;
  }
  return 0;
}

/** Whether a reading with a known fingerprint is more likely to be ordinary text. */
function isInnocent(source: string, reading: Reading): boolean {
  const { fingerprint } = reading;
  // SQL Server does not log statements that contain this word, so attackers end theirs with it.
  if (fingerprint.length > 1 && fingerprint.endsWith('c') && source.includes('sp_password')) return false;
  switch (fingerprint.length) {
    case 2:
      return isInnocentPair(source, reading);
    case 3:
      return isInnocentTriple(reading);
    default:
      return false;
  }
}

function isInnocentPair(source: string, { fingerprint, tokens, tokenCount }: Reading): boolean {
  const [first, second] = tokens as readonly [Token, Token];
  // "1 union" alone may be anything; if something was folded away or commented out, it is not.
  if (fingerprint.endsWith('U')) return tokenCount === 2;
  if (second.text.startsWith('#')) return true;
  if (second.type === 'c') {
    if (first.type === 'n') return !second.text.startsWith('/');
    if (first.type === '1') return isInnocentNumberAndComment(source, first, second, tokenCount);
  }
  // Text may contain "--"; an attack ends with it.
  return second.text.length > 2 && second.text.startsWith('-');
}

/**
 * A number and a comment, nothing folded away: an attack if, with the number at the very beginning, white space or the
 * comment follows it. Reference behaviour: its bytes are signed, so any above 0x7f are below a space.
 */
function isInnocentNumberAndComment(source: string, number: Token, comment: Token, tokenCount: number): boolean {
  if (comment.text.startsWith('/') || tokenCount > 2) return false;
  const place = number.text.length;
  const next = place < source.length ? source.charCodeAt(place) : 0;
  if (next <= 0x20 || next > 0x7f) return false;
  return !source.startsWith('/*', place) && !source.startsWith('--', place);
}

function isInnocentTriple({ fingerprint, tokens, tokenCount }: Reading): boolean {
  const [first, second, third] = tokens as readonly [Token, Token, Token];
  switch (fingerprint) {
    case 'sos':
    case 's&s':
      // Only …foo' + 'bar…, which neither opens the first string nor closes the last, breaks out of a string.
      return !(first.openQuote === '' && third.closeQuote === '' && first.closeQuote === third.openQuote);
    case 's&n':
    case 'n&1':
    case '1&1':
    case '1&v':
    case '1&s':
      return tokenCount === 3;
    default:
      // Of the keywords, only INTO OUTFILE and INTO DUMPFILE.
      return second.type === 'k' && (second.text.length < 5 || !equalsIgnoringCase(second.text.slice(0, 4), 'INTO'));
  }
}
