import { isDigit, isLower } from '../bytes/ascii.ts';
import {
  type BodyArgument,
  type BodyOptions,
  type BodyParser,
  type BodyProcessor,
  type BodyResult,
  defineBodyProcessor,
} from '../registry/body-processor.ts';
import { ARGUMENTS_LIMIT_EXCEEDED, BodyError, jsonError } from './body-errors.ts';
import { type JsonContainer, type JsonNaming, jsonNamings } from './json-names.ts';
import { endOfPlainString, JsonString } from './json-string.ts';

/** JSON documents: every leaf becomes an argument. */
export const json: BodyProcessor = defineBodyProcessor({
  name: 'JSON',
  summary: 'A JSON document; its leaves become arguments.',
  definesRequestBody: false,
  createParser: (options) => new JsonParser(options),
});

/** What may come next, white space apart. */
type Expectation = 'value' | 'value or ]' | 'key' | 'key or }' | 'colon' | 'comma or end' | 'nothing';

/** Scalars as arguments: a number keeps its source text, null is empty. */
const LITERALS: ReadonlyMap<string, string> = new Map([
  ['true', 'true'],
  ['false', 'false'],
  ['null', ''],
]);
const LONGEST_LITERAL = 5;
const QUOTE = 0x22;

/**
 * Each leaf's name repeats the keys above it, so a small document can spell names of any total length. Above this many
 * bytes it is refused; a thousand arguments with names of four thousand bytes each stay below.
 */
const MAX_TOTAL_NAME_LENGTH = 4 * 1024 * 1024;

/**
 * RFC 8259, nothing more: one value, UTF-8 without byte order mark, no comments. A machine with a stack of its own, so depth
 * costs memory and not stack; names may repeat, and each occurrence becomes an argument.
 */
class JsonParser implements BodyParser {
  readonly #options: BodyOptions;
  readonly #naming: JsonNaming;
  readonly #arguments: BodyArgument[] = [];
  readonly #open: JsonContainer[] = [];
  #expected: Expectation = 'value';
  /** The token a chunk ended in; at most one is set. */
  #string: JsonString | undefined;
  #number = '';
  #literal = '';
  #length = 0;
  #namesLength = 0;
  #duplicateKey: string | undefined;
  #error: string | undefined;

  constructor(options: BodyOptions) {
    this.#options = options;
    this.#naming = jsonNamings[options.jsonNames];
  }

  write(chunk: string): void {
    this.#length += chunk.length;
    this.#guard(() => this.#read(chunk));
  }

  finish(): void {
    if (this.#length === 0) return;
    this.#guard(() => {
      this.#endNumber();
      this.#endLiteral();
      if (this.#expected !== 'nothing') throw jsonError('document ends too early');
    });
  }

  get result(): BodyResult {
    return {
      arguments: this.#arguments,
      isForm: false,
      files: [],
      partHeaders: [],
      lastPartName: undefined,
      lastFilename: undefined,
      multipart: undefined,
      xml: undefined,
      duplicateKey: this.#duplicateKey,
      error: this.#error,
      hasInvalidEscape: false,
      noFilesLength: this.#length,
    };
  }

  #guard(read: () => void): void {
    if (this.#error !== undefined) return;
    try {
      read();
    } catch (error) {
      if (!(error instanceof BodyError)) throw error;
      this.#error = error.message;
    }
  }

  #read(chunk: string): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#string !== undefined) {
        at = this.#string.read(chunk, at);
        if (at < 0) return;
        this.#endString(this.#string.value);
        continue;
      }
      const byte = chunk.charCodeAt(at);
      if (isNumberByte(byte) && (this.#number !== '' || byte === 0x2d || isDigit(byte)))
        at = this.#readNumber(chunk, at);
      else if (isLower(byte)) at = this.#readLiteral(chunk, at);
      else {
        this.#endNumber();
        this.#endLiteral();
        if (byte === QUOTE) at = this.#beginString(chunk, at + 1);
        else {
          this.#readPunctuation(byte);
          at++;
        }
      }
    }
  }

  #readNumber(chunk: string, start: number): number {
    this.#endLiteral();
    let end = start;
    while (end < chunk.length && isNumberByte(chunk.charCodeAt(end))) end++;
    this.#number += chunk.slice(start, end);
    return end;
  }

  #readLiteral(chunk: string, start: number): number {
    this.#endNumber();
    let end = start;
    while (end < chunk.length && isLower(chunk.charCodeAt(end))) end++;
    this.#literal += chunk.slice(start, end);
    if (this.#literal.length > LONGEST_LITERAL) this.#endLiteral();
    return end;
  }

  /** Reads a string from behind its quote on; gives where to go on. */
  #beginString(chunk: string, at: number): number {
    if (this.#expected !== 'key' && this.#expected !== 'key or }') this.#expectValue();
    const end = endOfPlainString(chunk, at);
    if (end === -1) {
      this.#string = new JsonString();
      return at;
    }
    this.#endString(chunk.slice(at, end));
    return end + 1;
  }

  #readPunctuation(byte: number): void {
    switch (byte) {
      case 0x20:
      case 0x09:
      case 0x0a:
      case 0x0d:
        return;
      case 0x7b: // {
        this.#openContainer(false);
        return;
      case 0x5b: // [
        this.#openContainer(true);
        return;
      case 0x7d: // }
        this.#closeContainer(false);
        return;
      case 0x5d: // ]
        this.#closeContainer(true);
        return;
      case 0x3a: // :
        if (this.#expected !== 'colon') throw jsonError('unexpected colon');
        this.#expected = 'value';
        return;
      case 0x2c: // ,
        this.#readComma();
        return;
      default:
        throw jsonError('invalid character');
    }
  }

  #openContainer(isArray: boolean): void {
    this.#expectValue();
    const parent = this.#open.at(-1);
    this.#open.push(parent === undefined ? this.#naming.openRoot(isArray) : this.#naming.open(isArray, parent));
    if (this.#open.length > this.#options.jsonDepthLimit) throw jsonError('JSON depth limit exceeded');
    this.#expected = isArray ? 'value or ]' : 'key or }';
  }

  #closeContainer(isArray: boolean): void {
    const isEmpty = this.#expected === (isArray ? 'value or ]' : 'key or }');
    if (this.#open.at(-1)?.isArray !== isArray || (!isEmpty && this.#expected !== 'comma or end')) {
      throw jsonError(isArray ? 'unexpected ]' : 'unexpected }');
    }
    const closed = this.#open.pop();
    if (this.#naming.countsElements === true && closed?.isArray === true && closed.index > 0) {
      this.#addArgument(closed.path ?? '', String(closed.index));
    }
    this.#endValue();
  }

  #readComma(): void {
    const container = this.#open.at(-1);
    if (container === undefined || this.#expected !== 'comma or end') throw jsonError('unexpected comma');
    this.#expected = container.isArray ? 'value' : 'key';
  }

  #expectValue(): void {
    if (this.#expected === 'value' || this.#expected === 'value or ]') return;
    throw jsonError(this.#expected === 'nothing' ? 'text behind the document' : 'unexpected value');
  }

  #endString(text: string): void {
    this.#string = undefined;
    if (this.#expected === 'key' || this.#expected === 'key or }') {
      this.#nameMember(this.#open.at(-1)!, text);
      this.#expected = 'colon';
    } else this.#addLeaf(text);
  }

  #nameMember(container: JsonContainer, key: string): void {
    container.key = key;
    if (this.#duplicateKey !== undefined) return;
    container.keys ??= new Set();
    if (container.keys.has(key)) this.#duplicateKey = key;
    container.keys.add(key);
  }

  #endNumber(): void {
    if (this.#number === '') return;
    this.#expectValue();
    if (!isNumber(this.#number)) throw jsonError('malformed number');
    const source = this.#number;
    this.#number = '';
    this.#addLeaf(source);
  }

  #endLiteral(): void {
    if (this.#literal === '') return;
    this.#expectValue();
    const value = LITERALS.get(this.#literal);
    if (value === undefined) throw jsonError('unknown word');
    this.#literal = '';
    this.#addLeaf(value);
  }

  #addLeaf(value: string): void {
    const container = this.#open.at(-1);
    this.#addArgument(container === undefined ? this.#naming.scalarName : this.#naming.memberName(container), value);
    this.#endValue();
  }

  #addArgument(name: string, value: string): void {
    if (this.#arguments.length >= this.#options.argumentsLimit) throw new BodyError(ARGUMENTS_LIMIT_EXCEEDED);
    this.#namesLength += name.length;
    if (this.#namesLength > MAX_TOTAL_NAME_LENGTH) throw jsonError('names are too long altogether');
    this.#arguments.push({ name, value });
  }

  #endValue(): void {
    const container = this.#open.at(-1);
    this.#expected = container === undefined ? 'nothing' : 'comma or end';
    if (container !== undefined) container.index++;
  }
}

function isNumberByte(byte: number): boolean {
  return isDigit(byte) || byte === 0x2b || byte === 0x2d || byte === 0x2e || byte === 0x45 || byte === 0x65;
}

/** RFC 8259 §6: `-`? (`0` | digit 1-9, digits) (`.` digits)? ([eE] [+-]? digits)? */
function isNumber(text: string): boolean {
  const integer = text[0] === '-' ? 1 : 0;
  let at = skipDigits(text, integer);
  if (at === integer || (text[integer] === '0' && at > integer + 1)) return false;
  if (text[at] === '.') {
    const fraction = at + 1;
    at = skipDigits(text, fraction);
    if (at === fraction) return false;
  }
  if (text[at] === 'e' || text[at] === 'E') {
    const exponent = text[at + 1] === '+' || text[at + 1] === '-' ? at + 2 : at + 1;
    at = skipDigits(text, exponent);
    if (at === exponent) return false;
  }
  return at === text.length;
}

function skipDigits(text: string, from: number): number {
  let at = from;
  while (isDigit(text.charCodeAt(at))) at++;
  return at;
}
