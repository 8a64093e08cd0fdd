import { isDigit, isWordCharacter, type PatternReader } from './reader.ts';

/** PCRE2's own limit. */
const MAX_NAME_LENGTH = 32;

/** How a pattern speaks of one of its groups. `offset` is where, for messages. */
export type GroupReference = NamedReference | NumberedReference;

export interface NamedReference {
  readonly kind: 'named';
  readonly name: string;
  readonly offset: number;
}

/** With a sign it counts from here: `-1` is the group opened last, `+1` the next one. */
export interface NumberedReference {
  readonly kind: 'numbered';
  readonly sign: '' | '-' | '+';
  readonly number: number;
  readonly offset: number;
}

/**
 * Reads a group name and the character that closes it.
 *
 * @throws RegexSyntaxError
 */
export function readGroupName(reader: PatternReader, close: string): string {
  const start = reader.at;
  const name = reader.take(isWordCharacter);
  if (name === '') reader.fail('subpattern name expected', start);
  if (isDigit(name.charAt(0))) reader.fail('subpattern name must start with a non-digit', start);
  if (name.length > MAX_NAME_LENGTH) reader.fail(`subpattern name is longer than ${MAX_NAME_LENGTH} bytes`, start);
  if (!reader.eat(close)) reader.fail(`missing ${close} behind a subpattern name`);
  return name;
}

/** Reads a number with or without a sign; `undefined` where no digit follows, and the sign may be gone. */
export function readGroupNumber(reader: PatternReader, offset: number): NumberedReference | undefined {
  const sign = reader.eat('-') ? '-' : reader.eat('+') ? '+' : '';
  const digits = reader.take(isDigit);
  return digits === '' ? undefined : { kind: 'numbered', sign, number: Number(digits), offset };
}

/**
 * Reads a back reference behind its backslash: `1`, `g{-1}`, `k<name>` and the like; `undefined`, with the reader unmoved,
 * when there is none. A number of two digits or more is a reference only when that many groups are `opened`, else octal.
 *
 * @throws RegexSyntaxError
 */
export function readBackreference(reader: PatternReader, opened: number): GroupReference | undefined {
  const letter = reader.peek();
  if (letter >= '1' && letter <= '9') return readDecimal(reader, opened);
  if (letter === 'g') return readNumberOrName(reader);
  if (letter === 'k') return readName(reader);
  return undefined;
}

function readDecimal(reader: PatternReader, opened: number): NumberedReference | undefined {
  const offset = reader.at;
  const number = Number(reader.take(isDigit));
  if (number < 10 || reader.text.charAt(offset) >= '8' || number <= opened)
    return { kind: 'numbered', sign: '', number, offset };
  reader.at = offset;
  return undefined;
}

function readName(reader: PatternReader): NamedReference {
  const offset = ++reader.at;
  const open = reader.next();
  const close = open === '{' ? '}' : open === '<' ? '>' : open === "'" ? "'" : undefined;
  if (close === undefined)
    return reader.fail('\\k must be followed by a name in braces, angle brackets or quotes', offset);
  return { kind: 'named', name: readGroupName(reader, close), offset };
}

function readNumberOrName(reader: PatternReader): GroupReference {
  const offset = ++reader.at;
  if (reader.peek() === '<' || reader.peek() === "'") reader.fail('calling a group as a subroutine is not supported');
  const isBraced = reader.eat('{');
  if (isBraced && !/[-+0-9]/.test(reader.peek())) return { kind: 'named', name: readGroupName(reader, '}'), offset };
  const numbered = readGroupNumber(reader, offset);
  if (numbered === undefined || (isBraced && !reader.eat('}')))
    return reader.fail('\\g must be followed by a number or a name', offset);
  return numbered;
}
