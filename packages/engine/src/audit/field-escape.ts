/** Escapes for values inside log lines: afterwards no value can end its field, its line, or reach a terminal raw. */

const SHORT: ReadonlyMap<number, string> = new Map([
  [0x08, '\\b'],
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0b, '\\v'],
  [0x0d, '\\r'],
  [0x5c, '\\\\'],
]);

const HEX = '0123456789abcdef';

/** `\xhh` of one byte. */
export function hexByte(byte: number): string {
  return `\\x${HEX[byte >> 4]}${HEX[byte & 15]}`;
}

/**
 * ModSecurity's escaping of `msg`, `tag`, `id`, `rev`, `ver`: `"` and `\` get a backslash, `\b \n \r \t \v` by name,
 * other bytes below 0x20 or from 0x7F on become `\xhh`.
 */
export function escapeField(text: string): string {
  return escapeWith(text, '\\"');
}

/** Like `escapeField`, but quotes stay: Apache's layer over a finished line of its error log. */
export function escapeLine(text: string): string {
  return escapeWith(text, '"');
}

/** ModSecurity's escaping of `data`: only `\xhh`, for `"`, `\`, bytes below 0x20 and from 0x7F on. */
export function escapeHex(text: string): string {
  let from = 0;
  let out = '';
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 0x20 && code < 0x7f && code !== 0x22 && code !== 0x5c) continue;
    out += text.slice(from, index) + hexByte(code);
    from = index + 1;
  }
  return from === 0 ? text : out + text.slice(from);
}

function escapeWith(text: string, quote: string): string {
  let from = 0;
  let out = '';
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 0x20 && code < 0x7f && code !== 0x22 && code !== 0x5c) continue;
    out += text.slice(from, index) + (code === 0x22 ? quote : (SHORT.get(code) ?? hexByte(code)));
    from = index + 1;
  }
  return from === 0 ? text : out + text.slice(from);
}
