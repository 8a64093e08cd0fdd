import { ByteSet, NO_BYTE } from '../../bytes/byte-set.ts';
import { ESCAPE_SETS, POSIX_SETS } from '../named-sets.ts';
import { readByteEscape } from './byte-escape.ts';
import type { PatternReader } from './reader.ts';

export interface ClassFlags {
  readonly caseless: boolean;
  /** `(?xx)`: blanks and tabs inside the class are ignored. */
  readonly ignoreBlanks: boolean;
}

/** Reads a bracketed class; the reader is behind the `[`. */
export function readClass(reader: PatternReader, flags: ClassFlags): ByteSet {
  return new ClassReader(reader, flags).read();
}

class ClassReader {
  readonly #reader: PatternReader;
  readonly #flags: ClassFlags;
  readonly #ranges: (readonly [number, number])[] = [];
  #named = NO_BYTE;
  /** The byte a following `-` would start a range from, or -1. */
  #rangeStart = -1;
  /** A hyphen behind `#rangeStart` waits for its other end. */
  #inRange = false;
  /** A set such as `\d` was read just before: as in PCRE2, a hyphen may follow it only as the last character. */
  #afterSet = false;

  constructor(reader: PatternReader, flags: ClassFlags) {
    this.#reader = reader;
    this.#flags = flags;
  }

  read(): ByteSet {
    const reader: PatternReader = this.#reader;
    const start = reader.at - 1;
    const negated = reader.eat('^');
    for (let isFirst = true, quoted = false; ; ) {
      if (reader.atEnd) reader.fail('missing terminating ] for character class', start);
      if (reader.eat('\\E')) {
        quoted = false;
        continue;
      }
      if (!quoted && reader.eat('\\Q')) {
        quoted = true;
        continue;
      }
      const character = reader.next();
      if (!quoted && this.#flags.ignoreBlanks && (character === ' ' || character === '\t')) continue;
      if (quoted) this.#addByte(character.charCodeAt(0));
      else if (character === ']' && !isFirst) break;
      else this.#addItem(character);
      isFirst = false;
    }
    if (this.#inRange) this.#ranges.push([0x2d, 0x2d]);
    const plain = ByteSet.from(this.#ranges);
    const set = (this.#flags.caseless ? plain.foldCase() : plain).union(this.#named);
    return negated ? set.complement() : set;
  }

  #addItem(character: string): void {
    const reader: PatternReader = this.#reader;
    if (character === '\\') this.#addEscape();
    else if (character === '[' && posixEnd(reader) !== -1) this.#addSet(this.#readPosix());
    else if (character === '-' && reader.peek() !== ']' && this.#afterSet)
      reader.fail('invalid range in character class');
    else if (character === '-' && reader.peek() !== ']' && this.#rangeStart !== -1 && !this.#inRange)
      this.#inRange = true;
    else this.#addByte(character.charCodeAt(0));
  }

  #addByte(byte: number): void {
    if (this.#inRange) {
      if (byte < this.#rangeStart) this.#reader.fail('range out of order in character class');
      this.#ranges.push([this.#rangeStart, byte]);
      this.#rangeStart = -1;
    } else {
      this.#ranges.push([byte, byte]);
      this.#rangeStart = byte;
    }
    this.#inRange = false;
    this.#afterSet = false;
  }

  #addSet(set: ByteSet): void {
    if (this.#inRange) this.#reader.fail('invalid range in character class');
    this.#named = this.#named.union(set);
    this.#rangeStart = -1;
    this.#afterSet = true;
  }

  #addEscape(): void {
    const reader: PatternReader = this.#reader;
    const letter = reader.peek();
    const set = ESCAPE_SETS.get(letter);
    if (set !== undefined) {
      reader.at++;
      this.#addSet(set);
    } else if (letter === '8' || letter === '9') {
      // There are no back references in a class: other digits are octal.
      reader.at++;
      this.#addByte(letter.charCodeAt(0));
    } else if (letter === 'b') {
      reader.at++;
      this.#addByte(0x08);
    } else {
      const byte = readByteEscape(reader);
      if (byte === undefined) reader.fail(`\\${letter} is not supported in a character class`);
      this.#addByte(byte);
    }
  }

  #readPosix(): ByteSet {
    const reader: PatternReader = this.#reader;
    const end = posixEnd(reader);
    if (reader.next() !== ':') reader.fail('POSIX collating elements are not supported');
    const negated = reader.eat('^');
    const name = reader.text.slice(reader.at, end);
    const isCased = name === 'upper' || name === 'lower';
    const set = POSIX_SETS.get(isCased && this.#flags.caseless ? 'alpha' : name);
    if (set === undefined) reader.fail(`unknown POSIX class name "${name}"`);
    reader.at = end + 2;
    return negated ? set.complement() : set;
  }
}

/**
 * Where a class ends whose `[` was just read, behind its `]`: -1 when it has no end, or holds a POSIX name or quotes, which
 * make it harder to say.
 */
export function plainClassEnd({ text, at }: PatternReader): number {
  const first = text.charAt(at) === '^' ? at + 1 : at;
  for (let end = first; end < text.length; end++) {
    const character = text.charAt(end);
    if (character === ']' && end > first) return end + 1;
    const following = text.charAt(end + 1);
    if (character === '[' && ':.='.includes(following)) return -1;
    if (character !== '\\') continue;
    if (following === 'Q' || following === 'E') return -1;
    end++;
  }
  return -1;
}

/**
 * Where the `:]` of a POSIX name begins, or -1 when the `[` just read begins none. PCRE2's rule: between the marks stands
 * neither `]` nor another opening of the same kind.
 */
export function posixEnd(reader: PatternReader): number {
  const { text, at } = reader;
  const mark = text.charAt(at);
  if (mark !== ':' && mark !== '.' && mark !== '=') return -1;
  for (let end = at + 1; end + 1 < text.length; end++) {
    const character = text.charAt(end);
    const following = text.charAt(end + 1);
    if (character === '\\' && (following === ']' || following === '\\')) end++;
    else if (character === ']' || (character === '[' && following === mark)) return -1;
    else if (character === mark && following === ']') return end;
  }
  return -1;
}
