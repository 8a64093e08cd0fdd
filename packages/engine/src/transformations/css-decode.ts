import { hexPair, hexValue, isHexDigit, isSpace } from '../bytes/ascii.ts';
import { defineTransformation, type Transformation } from '../registry/transformation.ts';
import { foldFullWidth } from './full-width.ts';
import { unescapeBackslashes } from './unescape-backslashes.ts';

export const cssDecode: Transformation = defineTransformation({
  name: 'cssDecode',
  summary: 'Decodes CSS escapes: \\ and 1-6 hex digits become the low byte, \\ and line feed nothing, \\c is c.',
  examples: [
    { input: 'e\\78pression', output: 'expression' },
    { input: '\\00006Aav\\61 script', output: 'javascript' },
    { input: '\\ff1c\\0ff1c\\00ff1c\\1ff1c', output: '<<<\x1c' },
    { input: 'a\\\nb\\q\\', output: 'abq' },
  ],
  apply: (value) => unescapeBackslashes(value, readEscape, ''),
  triggers: (byte) => byte === 0x5c,
});

function readEscape(value: string, at: number): readonly [text: string, length: number] {
  let digits = 0;
  while (digits < 6 && isHexDigit(value.charCodeAt(at + digits))) digits++;
  if (digits === 0) {
    const isLineFeed = value.charCodeAt(at) === 0x0a;
    return [isLineFeed ? '' : value.charAt(at), 1];
  }
  const low = digits === 1 ? hexValue(value.charCodeAt(at)) : hexPair(value, at + digits - 2);
  const byte = isSixteenBit(value, at, digits) ? foldFullWidth(hexPair(value, at + digits - 4), low) : low;
  // One white space byte ends the escape and belongs to it.
  return [String.fromCharCode(byte), isSpace(value.charCodeAt(at + digits)) ? digits + 1 : digits];
}

/** Whether the digits are four, not counting zeros that make them five or six. */
function isSixteenBit(value: string, at: number, digits: number): boolean {
  if (digits < 4) return false;
  for (let zero = at; zero < at + digits - 4; zero++) if (value.charCodeAt(zero) !== 0x30) return false;
  return true;
}
