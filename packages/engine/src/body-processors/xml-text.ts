import { hexValue, isDigit, isSpace } from '../bytes/ascii.ts';
import { encodeCodePoint, isOverlong, isSurrogate, utf8SequenceLength, utf8SequenceValue } from '../bytes/utf8.ts';
import { xmlError } from './body-errors.ts';

/** The only references there are without a document type. */
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

const LONGEST_REFERENCE = 12;
const AMPERSAND = 0x26;
const CARRIAGE_RETURN = 0x0d;

/** Character data with references expanded and line ends made LF (XML 1.0 §2.11). Throws `BodyError`. */
export function decodeXmlText(source: string): string {
  return decode(source, true, '\n');
}

/** An attribute value: as text, and white space that was not written as a reference is a space (§3.3.3). Throws `BodyError`. */
export function decodeXmlAttribute(source: string): string {
  return decode(source, true, ' ');
}

/** Character data without references (CDATA, comments, processing instructions). Throws `BodyError`. */
export function decodeXmlVerbatim(source: string): string {
  return decode(source, false, '\n');
}

function decode(source: string, hasReferences: boolean, lineEnd: '\n' | ' '): string {
  let result = '';
  let copied = 0;
  for (let at = 0; at < source.length; ) {
    const byte = source.charCodeAt(at);
    if (byte > 0x7f) {
      at += checkSequence(source, at);
    } else if (byte === AMPERSAND && hasReferences) {
      const end = source.indexOf(';', at);
      if (end < 0 || end - at > LONGEST_REFERENCE) throw xmlError('& without a reference');
      result += source.slice(copied, at) + expand(source.slice(at + 1, end));
      at = copied = end + 1;
    } else if (byte >= 0x20) {
      at++;
    } else if (!isSpace(byte) || byte === 0x0b || byte === 0x0c) {
      throw xmlError('control character');
    } else if (byte === CARRIAGE_RETURN || lineEnd === ' ') {
      result += source.slice(copied, at) + lineEnd;
      at += source.startsWith('\r\n', at) ? 2 : 1;
      copied = at;
    } else at++;
  }
  return copied === 0 ? source : result + source.slice(copied);
}

function expand(reference: string): string {
  if (!reference.startsWith('#')) {
    const text = ENTITIES.get(reference);
    if (text === undefined) throw xmlError('unknown entity');
    return text;
  }
  const isHex = reference[1] === 'x';
  const digits = reference.slice(isHex ? 2 : 1);
  let value = 0;
  for (let at = 0; at < digits.length; at++) {
    const byte = digits.charCodeAt(at);
    if (isHex ? hexValue(byte) < 0 : !isDigit(byte)) throw xmlError('malformed character reference');
    value = value * (isHex ? 16 : 10) + hexValue(byte);
  }
  if (digits === '') throw xmlError('malformed character reference');
  if (!isXmlCharacter(value)) throw xmlError('reference to a character that is not allowed');
  return encodeCodePoint(value);
}

/** Length of the sequence at `at`, when it is UTF-8 for a permitted character. */
function checkSequence(source: string, at: number): number {
  const length = utf8SequenceLength(source, at);
  if (length === 0) throw xmlError('text is not UTF-8');
  const value = utf8SequenceValue(source, at, length);
  if (isOverlong(value, length) || !isXmlCharacter(value)) throw xmlError('text is not UTF-8');
  return length;
}

/** XML 1.0 §2.2 `Char`. */
function isXmlCharacter(value: number): boolean {
  if (value < 0x20) return value === 0x09 || value === 0x0a || value === 0x0d;
  return value <= 0x10ffff && !isSurrogate(value) && value !== 0xfffe && value !== 0xffff;
}
