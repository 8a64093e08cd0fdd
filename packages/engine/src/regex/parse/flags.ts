import type { RegexOptions } from '../options.ts';
import type { PatternReader } from './reader.ts';

/** The options that can change inside a pattern. Every setting makes a new object, so that a group can put back its own. */
export interface PatternFlags {
  readonly caseless: boolean;
  readonly dotAll: boolean;
  readonly multiline: boolean;
  readonly extended: boolean;
  /** `(?xx)`: blanks are ignored in classes too. */
  readonly extendedMore: boolean;
  readonly ungreedy: boolean;
  /** `(?n)`: plain parentheses do not capture. */
  readonly noAutoCapture: boolean;
}

const FLAG_LETTERS: ReadonlyMap<string, keyof PatternFlags> = new Map([
  ['i', 'caseless'],
  ['s', 'dotAll'],
  ['m', 'multiline'],
  ['x', 'extended'],
  ['U', 'ungreedy'],
  ['n', 'noAutoCapture'],
]);

/** What holds at the start of a pattern. */
export function initialFlags({ caseless, dotAll, multiline, extended }: RegexOptions): PatternFlags {
  return {
    caseless: caseless === true,
    dotAll: dotAll === true,
    multiline: multiline === true,
    extended: extended === true,
    extendedMore: false,
    ungreedy: false,
    noAutoCapture: false,
  };
}

/**
 * Reads a setting such as `i-s` behind the `(?` at `start`, up to the `)` or `:` that ends it, and gives what `flags` become.
 *
 * @throws RegexSyntaxError
 */
export function readFlags(reader: PatternReader, flags: PatternFlags, start: number): PatternFlags {
  const changed = { ...flags };
  const hasCaret = reader.eat('^');
  if (hasCaret) {
    Object.assign(changed, { caseless: false, dotAll: false, multiline: false, noAutoCapture: false });
    Object.assign(changed, { extended: false, extendedMore: false });
  }
  for (let value = true; ; ) {
    const letter = reader.peek();
    if (letter === ')' || letter === ':') return changed;
    reader.at++;
    const name = FLAG_LETTERS.get(letter);
    if (letter === 'x') {
      changed.extendedMore = reader.eat('x') && value;
      changed.extended = value;
    } else if (name !== undefined) {
      changed[name] = value;
    } else if (letter === '-' && value && !hasCaret) {
      value = false;
    } else if (letter !== '' && 'CJR&+*0123456789'.includes(letter)) {
      reader.fail(
        `(?${letter} is not supported: callout, duplicate names, recursion, call or non-atomic look-ahead`,
        start,
      );
    } else {
      reader.fail('unrecognized character after (? or (?-', reader.at - 1);
    }
  }
}
