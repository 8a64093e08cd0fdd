import { hexPair, isHexDigit } from '../../packages/engine/src/bytes/ascii.ts';
import { encodeUtf8 } from '../../packages/engine/src/bytes/utf8.ts';

/**
 * The bytes that a string of the language tests stands for. The corpus escapes twice: JSON first, the result as UTF-8; then
 * a backslash with `x` and two digits, or with `u` and four, is one byte (of `u` the low one), which lets it write bytes
 * that are no UTF-8. Everything else, other backslashes included, is text.
 */
export function caseBytes(text: string): string {
  const utf8 = encodeUtf8(text);
  let result = '';
  for (let at = 0; at < utf8.length; at++) {
    const marker = utf8.charAt(at) === '\\' ? utf8.charAt(at + 1) : '';
    const byte =
      marker === 'x'
        ? hexPair(utf8, at + 2)
        : marker === 'u' && hasFourDigits(utf8, at + 2)
          ? hexPair(utf8, at + 4)
          : -1;
    result += byte < 0 ? utf8.charAt(at) : String.fromCharCode(byte);
    if (byte >= 0) at += marker === 'x' ? 3 : 5;
  }
  return result;
}

function hasFourDigits(text: string, at: number): boolean {
  for (let digit = at; digit < at + 4; digit++) if (!isHexDigit(text.charCodeAt(digit))) return false;
  return true;
}
