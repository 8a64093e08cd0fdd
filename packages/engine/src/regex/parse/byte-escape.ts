import { isDigit, isHexDigit, isLetter, isOctalDigit, type PatternReader } from './reader.ts';

const CONTROL_ESCAPES: ReadonlyMap<string, number> = new Map([
  ['a', 0x07],
  ['e', 0x1b],
  ['f', 0x0c],
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
]);

/**
 * Reads the rest of an escape that stands for one byte; the reader is behind the backslash. `undefined`, with the reader
 * unmoved, when the escape is of another kind: a letter that names a set or an assertion, or an `8` or `9`. One to three
 * octal digits are a byte: where they may be a back reference instead, the caller has looked.
 *
 * @throws RegexSyntaxError
 */
export function readByteEscape(reader: PatternReader): number | undefined {
  const character = reader.peek();
  if (character === '') reader.fail('\\ at end of pattern');
  const control = CONTROL_ESCAPES.get(character);
  if (control !== undefined) {
    reader.at++;
    return control;
  }
  if (isOctalDigit(character)) return readOctal(reader);
  switch (character) {
    case 'o':
      reader.at++;
      return readBraced(reader, isOctalDigit, 8, 'octal');
    case 'x':
      reader.at++;
      if (reader.peek() === '{') return readBraced(reader, isHexDigit, 16, 'hexadecimal');
      return Number.parseInt(reader.take(isHexDigit, 2) || '0', 16);
    case 'c':
      reader.at++;
      return readControl(reader);
    default:
      // Any byte that is no letter and no digit stands for itself.
      if (isLetter(character) || isDigit(character)) return undefined;
      reader.at++;
      return character.charCodeAt(0);
  }
}

function readOctal(reader: PatternReader): number {
  const value = Number.parseInt(reader.take(isOctalDigit, 3), 8);
  if (value > 0xff) reader.fail('octal value is greater than \\377');
  return value;
}

function readBraced(reader: PatternReader, accepts: (c: string) => boolean, radix: number, kind: string): number {
  if (!reader.eat('{')) reader.fail(`missing { after an ${kind} escape`);
  const digits = reader.take(accepts);
  if (digits === '') reader.fail(`missing or wrong digits in an ${kind} escape`);
  if (!reader.eat('}')) reader.fail(`an ${kind} escape with a wrong digit or without }`);
  const value = Number.parseInt(digits, radix);
  if (value > 0xff) reader.fail(`an ${kind} escape above ${(0xff).toString(radix)} is no byte`);
  return value;
}

/** `\cA` is byte 1: the character, upper-cased, with bit 6 turned over. */
function readControl(reader: PatternReader): number {
  const character = reader.next();
  if (character === '') reader.fail('\\c at end of pattern');
  if (character < ' ' || character > '~') reader.fail('\\c must be followed by a printable ASCII character');
  return character.toUpperCase().charCodeAt(0) ^ 0x40;
}
