import { hexPair, isAlphanumeric } from './ascii.ts';

/** A decoded form field, and whether the client wrote a `%` that starts no escape. */
export interface UrlDecoded {
  readonly value: string;
  /** At least one `%` was not followed by two hexadecimal digits. It is kept as it is; ModSecurity counts it as an error. */
  readonly hasInvalidEscape: boolean;
}

const PERCENT = 0x25;
const PLUS = 0x2b;

/**
 * Decodes one name or value of a query string or form: `%HH` is a byte, `+` a space, everything else stays. Never fails:
 * a `%` without two hexadecimal digits is kept and reported. One level only; `%2541` is `%41`.
 */
export function decodeUrlEncoded(text: string): UrlDecoded {
  let result = '';
  let copied = 0;
  let hasInvalidEscape = false;
  for (let at = 0; at < text.length; at++) {
    const byte = text.charCodeAt(at);
    if (byte === PLUS) {
      result += `${text.slice(copied, at)} `;
      copied = at + 1;
    } else if (byte === PERCENT) {
      const decoded = hexPair(text, at + 1);
      if (decoded < 0) {
        hasInvalidEscape = true;
        continue;
      }
      result += text.slice(copied, at) + String.fromCharCode(decoded);
      at += 2;
      copied = at + 1;
    }
  }
  return { value: copied === 0 ? text : result + text.slice(copied), hasInvalidEscape };
}

/** Form encoding as ModSecurity writes it: `0-9 A-Z a-z *` stay, a space is `+`, every other byte `%hh` in lower case. */
export function encodeUrl(text: string): string {
  let result = '';
  let copied = 0;
  for (let at = 0; at < text.length; at++) {
    const byte = text.charCodeAt(at);
    if (isUrlSafe(byte)) continue;
    result += text.slice(copied, at) + (byte === 0x20 ? '+' : `%${byte < 0x10 ? '0' : ''}${byte.toString(16)}`);
    copied = at + 1;
  }
  return copied === 0 ? text : result + text.slice(copied);
}

/** Bytes that `encodeUrl` keeps. */
export function isUrlSafe(byte: number): boolean {
  return isAlphanumeric(byte) || byte === 0x2a;
}
