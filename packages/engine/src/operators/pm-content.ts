import { hexValue } from '../bytes/ascii.ts';

const BACKSLASH = 0x5c;
const BAR = 0x7c;
const SPACE = 0x20;
/** The only bytes a backslash may stand before. */
const ESCAPABLE = ':;\\"';

/**
 * Decodes the notation of phrases: `|0d 0a|` stands for bytes in hexadecimal, and a backslash keeps the meaning from
 * `: ; \ "`. Undefined when the text is not in that notation, which for `@pm` means that it is meant as it stands.
 *
 * ModSecurity is laxer about bars: it drops whatever is no pair of digits between them, so that a phrase such as
 * `string|int|float` falls to pieces. Here bars that do not enclose whole bytes make the text undecodable.
 */
export function decodePmContent(text: string): string | undefined {
  if (!text.includes('|') && !text.includes('\\')) return text;
  let decoded = '';
  for (let index = 0; index < text.length; index++) {
    const byte = text.charCodeAt(index);
    if (byte === BAR) {
      const end = text.indexOf('|', index + 1);
      const bytes = end === -1 ? undefined : decodeHexBytes(text.slice(index + 1, end));
      if (bytes === undefined) return undefined;
      decoded += bytes;
      index = end;
    } else if (byte === BACKSLASH) {
      const escaped = text.charAt(++index);
      if (escaped === '' || !ESCAPABLE.includes(escaped)) return undefined;
      decoded += escaped;
    } else {
      decoded += text.charAt(index);
    }
  }
  return decoded;
}

/** The text without one pair of double quotes around it. */
export function stripQuotes(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}

/** Bytes written as pairs of hexadecimal digits with or without spaces; undefined for anything else and for nothing. */
function decodeHexBytes(text: string): string | undefined {
  let decoded = '';
  let high = -1;
  for (let index = 0; index < text.length; index++) {
    const byte = text.charCodeAt(index);
    if (byte === SPACE) continue;
    const digit = hexValue(byte);
    if (digit === -1) return undefined;
    if (high === -1) {
      high = digit;
    } else {
      decoded += String.fromCharCode(high * 16 + digit);
      high = -1;
    }
  }
  return high === -1 && decoded !== '' ? decoded : undefined;
}
