import { isPatternSpace, type PatternReader } from './reader.ts';

/**
 * Skips what is not there for PCRE: `(?#…)`, an `\E` without `\Q`, an empty `\Q\E`; in extended mode blanks and `#…`.
 *
 * @throws RegexSyntaxError
 */
export function skipIgnored(reader: PatternReader, extended: boolean): void {
  for (;;) {
    const character = reader.peek();
    if (character === '(' && reader.eat('(?#')) {
      const end = reader.text.indexOf(')', reader.at);
      if (end === -1) reader.fail('missing ) after (?# comment', reader.text.length);
      reader.at = end + 1;
    } else if (character === '\\' && (reader.eat('\\E') || reader.eat('\\Q\\E'))) {
      // Nothing to add.
    } else if (extended && isPatternSpace(character)) {
      reader.at++;
    } else if (extended && character === '#') {
      const end = reader.text.indexOf('\n', reader.at);
      reader.at = end === -1 ? reader.text.length : end + 1;
    } else {
      return;
    }
  }
}
