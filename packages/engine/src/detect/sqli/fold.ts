// Folding: shortens a value to at most five tokens that still say what it does.
//
// A window slides over the tokens. While its first two, or its first three, tokens can be said with fewer (`1 + 1` is a
// number, `UNION ALL` one keyword, a sign before a number nothing), they are, and the window goes back to look again;
// otherwise it moves on. So `-1 + (2 * 3) UNION ALL SELECT …` and `1 UNION SELECT …` end up alike.
//
// The order of the rules, and where the window goes after each, decide verdicts: they are libinjection's, to the letter.

import { lookUpPhrase } from './keywords.ts';
import {
  copyToken,
  createToken,
  equalsIgnoringCase,
  isArithmeticOperator,
  isUnaryOperator,
  type Token,
  type TokenType,
} from './token.ts';
import type { SqlTokenizer } from './tokenizer.ts';

/** How many tokens a folded value has at most. */
export const MAX_TOKENS = 5;

/** What a rule did: nothing, something that calls for another look, or found what no database should be sent. */
type Outcome = 'none' | 'again' | 'unreadable';

/**
 * Reads a value to its end, or until five tokens remain that cannot be folded.
 *
 * @param tokens overwritten with the tokens that remain; at least six, as one more is needed to understand the fifth
 * @returns how many remain
 */
export function fold(tokenizer: SqlTokenizer, tokens: readonly Token[]): number {
  return new Folding(tokenizer, tokens).run();
}

/** Enough tokens for {@link fold}. */
export function createTokens(): readonly Token[] {
  return [createToken(), createToken(), createToken(), createToken(), createToken(), createToken()];
}

class Folding {
  readonly #tokenizer: SqlTokenizer;
  readonly #tokens: readonly Token[];
  readonly #lastComment: Token = createToken();
  /** Where the window begins. */
  #left = 0;
  /** How many tokens there are; the next one read goes here. */
  #count = 0;
  #more = true;

  constructor(tokenizer: SqlTokenizer, tokens: readonly Token[]) {
    this.#tokenizer = tokenizer;
    this.#tokens = tokens;
  }

  run(): number {
    if (!this.#readFirst()) return 0;
    while (true) {
      if (this.#count >= MAX_TOKENS) this.#dropOrdinaryBeginning();
      if (!this.#more || this.#left >= MAX_TOKENS) break;

      this.#readUntilWindowHolds(2);
      if (this.#count - this.#left < 2) {
        this.#left = this.#count;
        continue;
      }
      const pair = this.#foldPair(this.#tokens[this.#left]!, this.#tokens[this.#left + 1]!);
      if (pair === 'again') continue;
      if (pair === 'unreadable') return this.#left + 2;

      this.#readUntilWindowHolds(3);
      if (this.#count - this.#left < 3) {
        this.#left = this.#count;
        continue;
      }
      // Read anew: the rule about collations may have moved the window.
      const at = this.#left;
      const triple = this.#foldTriple(this.#tokens[at]!, this.#tokens[at + 1]!, this.#tokens[at + 2]!);
      if (triple === 'again') continue;

      this.#left += 1;
    }
    return this.#withLastComment(this.#count);
  }

  /** Reads the first token that is not a comment, an opening parenthesis, a type or a sign. */
  #readFirst(): boolean {
    const first = this.#tokens[0]!;
    while (this.#tokenizer.next(first)) {
      if (first.type !== 'c' && first.type !== '(' && first.type !== 't' && !isUnaryOperator(first)) {
        this.#count = 1;
        return true;
      }
    }
    return false;
  }

  #readUntilWindowHolds(size: number): void {
    while (this.#more && this.#count <= MAX_TOKENS && this.#count - this.#left < size) {
      const token = this.#tokens[this.#count]!;
      this.#more = this.#tokenizer.next(token);
      if (!this.#more) return;
      if (token.type === 'c') {
        copyToken(this.#lastComment, token);
      } else {
        this.#lastComment.type = '';
        this.#count += 1;
      }
    }
  }

  /** A comment at the very end counts, if there is room for it. */
  #withLastComment(count: number): number {
    if (count < MAX_TOKENS && this.#lastComment.type === 'c') {
      copyToken(this.#tokens[count]!, this.#lastComment);
      return count + 1;
    }
    return Math.min(count, MAX_TOKENS);
  }

  /** Five tokens of plain arithmetic, or of a list, say nothing yet: keep the first and read on. */
  #dropOrdinaryBeginning(): void {
    if (!isOrdinaryBeginning(this.#tokens)) return;
    if (this.#count > MAX_TOKENS) {
      copyToken(this.#tokens[1]!, this.#tokens[MAX_TOKENS]!);
      this.#count = 2;
    } else {
      this.#count = 1;
    }
    this.#left = 0;
  }

  /** Takes the last tokens away and goes back to the beginning. */
  #drop(count: number): Outcome {
    this.#count -= count;
    this.#left = 0;
    return 'again';
  }

  /** Takes the last token away and stays. */
  #dropAndStay(): Outcome {
    this.#count -= 1;
    return 'again';
  }

  /** Takes the last token away and goes back by one. */
  #dropAndStepBack(): Outcome {
    this.#count -= 1;
    if (this.#left > 0) this.#left -= 1;
    return 'again';
  }

  #foldPair(left: Token, right: Token): Outcome {
    switch (left.type) {
      case 's':
        if (right.type === 's') return this.#dropAndStay();
        break;
      case ';':
        if (right.type === ';') return this.#dropAndStay();
        if (right.type === 'f' && equalsIgnoringCase(right.text.slice(0, 2), 'IF')) {
          // IF is a function everywhere but in T-SQL, where it also begins a statement.
          right.type = 'T';
          return 'again';
        }
        break;
      case '&':
        if (isUnaryOperator(right) || right.type === 't') return this.#drop(1);
        break;
      case 'o':
        if (isUnaryOperator(right) || right.type === 't') return this.#drop(1);
        if (mergeWords(left, right)) return this.#dropAndStepBack();
        if (equalsIgnoringCase(left.text, 'LIKE') || equalsIgnoringCase(left.text, 'NOT LIKE')) {
          if (right.type === '(') left.type = 'f';
          return 'none';
        }
        break;
      case '(':
        if (isUnaryOperator(right)) return this.#dropAndStepBack();
        if (right.type === '(') return this.#drop(1);
        break;
      case ')':
        if (right.type === ')') return this.#drop(1);
        break;
      case 'n':
        if (mergeWords(left, right)) return this.#dropAndStepBack();
        if (right.type === '(' && isFunctionWhenCalled(left.text)) {
          left.type = 'f';
          return 'again';
        }
        break;
      case 'v':
        if (right.type === '(' && isFunctionWhenCalled(left.text)) {
          left.type = 'f';
          return 'again';
        }
        break;
      case 'k':
        if (mergeWords(left, right)) return this.#dropAndStepBack();
        if (equalsIgnoringCase(left.text, 'IN') || equalsIgnoringCase(left.text, 'NOT IN')) {
          left.type = right.type === '(' ? 'o' : 'n';
          return 'again';
        }
        break;
      case 'U':
      case 'E':
      case 'T':
      case 'f':
        if (mergeWords(left, right)) return this.#dropAndStepBack();
        break;
      case 't':
        if (mergeWords(left, right)) return this.#dropAndStepBack();
        if (isTypedByCast(right.type)) {
          copyToken(left, right);
          return this.#drop(1);
        }
        break;
      case 'A':
        // There are too many collations to list, but their names have an underscore. (A NUL ends the name in a C string.)
        if (right.type === 'n' && right.text.split('\0', 1)[0]!.includes('_')) {
          right.type = 't';
          this.#left = 0;
        }
        break;
      case '\\':
        if (isArithmeticOperator(right)) {
          // T-SQL reads `\%1` as `0 % 1`,
          left.type = '1';
          return this.#drop(0);
        }
        // and `\1` as `1`.
        copyToken(left, right);
        return this.#drop(1);
      case '{':
        if (right.type === 'n') {
          // MySQL takes {``.``.id} for a column. Nobody means that.
          if (right.text === '') {
            right.type = 'X';
            return 'unreadable';
          }
          // {name expression} of ODBC is the expression.
          return this.#drop(2);
        }
        break;
      default:
        break;
    }
    return right.type === '}' ? this.#drop(1) : 'none';
  }

  #foldTriple(left: Token, middle: Token, right: Token): Outcome {
    switch (left.type) {
      case '1':
      case 'n':
      case 's':
      case 'v':
        return isFoldedIntoOperand(left, middle, right) ? this.#drop(2) : 'none';
      case 'o':
        return middle.type !== '(' && right.type === 'o' ? this.#drop(2) : 'none';
      case '&':
        return right.type === '&' ? this.#drop(2) : 'none';
      case 'k':
      case 'B':
      case 'E':
      case ',':
        return this.#dropSign(left.type, middle, right);
      case 'f':
        // USER() is a function; with an argument it is but somebody's word.
        if (middle.type === '(' && right.type !== ')' && equalsIgnoringCase(left.text, 'USER')) left.type = 'n';
        return 'none';
      default:
        return 'none';
    }
  }

  /** `SELECT -1` is `SELECT 1`, `1, -1` is `1`, and the dot of ``SELECT .`name` `` may go, too. */
  #dropSign(left: 'k' | 'B' | 'E' | ',', middle: Token, right: Token): Outcome {
    let dropped = 0;
    if (isUnaryOperator(middle)) {
      if (right.type === '(') dropped = left === 'k' ? 0 : 1;
      else if (right.type === 'f') dropped = 1;
      // After a comma, what stands before it goes, too: that token, the comma and this one fold to nothing new.
      else if (isOperand(right.type)) dropped = left === ',' ? 3 : 1;
    } else if (left === 'E' && middle.type === '.' && right.type === 'n') {
      dropped = 1;
    }
    if (dropped === 0) return 'none';
    copyToken(middle, right);
    return this.#drop(dropped);
  }
}

/** `1 + 1`, `name = 1`, `@a = @b`, `'a'::text`, `1, 2` and `database.table` are what they begin with. */
function isFoldedIntoOperand(left: Token, middle: Token, right: Token): boolean {
  switch (middle.type) {
    case 'o':
      if (right.type === '1' || right.type === 'n') return left.type !== 's';
      if (right.type === 'v') return left.type === 'v';
      return right.type === 't' && middle.text === '::';
    case ',':
      return isOperand(right.type);
    case '.':
      return left.type === 'n' && right.type === 'n';
    default:
      return false;
  }
}

function isOperand(type: TokenType): boolean {
  return type === '1' || type === 'n' || type === 's' || type === 'v';
}

function isTypedByCast(type: TokenType): boolean {
  return isOperand(type) || type === 't' || type === '(' || type === 'f';
}

function isOrdinaryBeginning(tokens: readonly Token[]): boolean {
  const [a, b, c, d, e] = tokens as readonly [Token, Token, Token, Token, Token];
  if (a.type === '1') {
    if (b.type === 'o' || b.type === ',') return c.type === '(' && d.type === '1' && e.type === ')';
    return b.type === ')' && c.type === ',' && d.type === '(' && e.type === '1';
  }
  if (a.type === 'n') {
    if (b.type === 'o') return c.type === '(' && (d.type === 'n' || d.type === '1') && e.type === ')';
    return b.type === ')' && c.type === 'o' && d.type === '(' && e.type === 'n';
  }
  return false;
}

/** Names that are functions of some database when called, and otherwise common names of columns. */
const FUNCTIONS_WHEN_CALLED = [
  'USER_ID',
  'USER_NAME',
  'DATABASE',
  'PASSWORD',
  'USER',
  'CURRENT_USER',
  'CURRENT_DATE',
  'CURRENT_TIME',
  'CURRENT_TIMESTAMP',
  'LOCALTIME',
  'LOCALTIMESTAMP',
] as const;

function isFunctionWhenCalled(name: string): boolean {
  return FUNCTIONS_WHEN_CALLED.some((word) => equalsIgnoringCase(name, word));
}

/** Makes a phrase such as `UNION ALL` of two words, in the place of the first, if there is such a phrase. */
function mergeWords(left: Token, right: Token): boolean {
  if (!canEndPhrase(right.type)) return false;
  const type = lookUpPhrase(left.text, right.text);
  if (type === '') return false;
  left.type = type;
  left.text = `${left.text} ${right.text}`;
  return true;
}

function canEndPhrase(type: TokenType): boolean {
  switch (type) {
    case 'k':
    case 'n':
    case 'o':
    case 'U':
    case 'f':
    case 'E':
    case 'T':
    case 't':
    case '&':
      return true;
    default:
      return false;
  }
}
