import { RegexSyntaxError } from '../syntax-error.ts';

/** The pattern text and the place in it; the parts of the parser share one. */
export class PatternReader {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The character here, or the empty string at the end. */
  peek(ahead = 0): string {
    return this.text.charAt(this.at + ahead);
  }

  next(): string {
    return this.text.charAt(this.at++);
  }

  /** Steps over `expected` if it is what comes next. */
  eat(expected: string): boolean {
    if (!this.text.startsWith(expected, this.at)) return false;
    this.at += expected.length;
    return true;
  }

  /** Steps over the longest run of characters that satisfy `accepts`, at most `limit`, and returns it. */
  take(accepts: (character: string) => boolean, limit: number = Number.POSITIVE_INFINITY): string {
    const start = this.at;
    while (this.at < this.text.length && this.at - start < limit && accepts(this.text.charAt(this.at))) this.at++;
    return this.text.slice(start, this.at);
  }

  fail(message: string, offset: number = this.at): never {
    throw new RegexSyntaxError(message, offset);
  }
}

export const isDigit = (character: string): boolean => character >= '0' && character <= '9';
export const isOctalDigit = (character: string): boolean => character >= '0' && character <= '7';
export const isHexDigit = (character: string): boolean =>
  isDigit(character) || (character >= 'a' && character <= 'f') || (character >= 'A' && character <= 'F');
export const isLetter = (character: string): boolean =>
  (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
export const isWordCharacter = (character: string): boolean =>
  isLetter(character) || isDigit(character) || character === '_';
/** White space as extended mode ignores it (C locale). */
export const isPatternSpace = (character: string): boolean =>
  character === ' ' || (character >= '\t' && character <= '\r');
