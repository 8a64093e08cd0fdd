const BACKSLASH = 0x5c;
const QUOTE = 0x22;
/** In the place of a byte, for none. */
const NO_BYTE = -1;

/** Control bytes that have a short escape in log lines; the others are `\xhh`. */
const SHORT: Readonly<Record<number, string>> = { 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 13: '\\r' };

/**
 * For quoted fields of a log line (msg, tag, id, rev, ver, uri): `"` and `\` behind a backslash, `\b \n \r \t \v`, and
 * `\xhh` for other bytes below 0x20 and from 0x7F on. The result is printable ASCII and cannot end the quotes.
 */
export function escapeLog(text: string): string {
  return escapeBytes(text, QUOTE, BACKSLASH, shortEscape);
}

/**
 * For member names (`ARGS:name`) in logs, in MATCHED_VAR_NAME and for exclusions: as `escapeLog`, but a quote stays, because
 * names are written without quotes around them.
 */
export function escapeKey(text: string): string {
  return escapeBytes(text, NO_BYTE, BACKSLASH, shortEscape);
}

/** For a whole line or sentence that has quotes of its own: as `escapeLog`, but quotes stay. */
export function escapeLine(text: string): string {
  return escapeKey(text);
}

/**
 * For a line or sentence in which values are escaped already, so that quotes and backslashes are its own: only bytes that could
 * end the line, or do worse on a terminal, become `\b \n \r \t \v` and `\xhh`.
 */
export function escapeControls(text: string): string {
  return escapeBytes(text, NO_BYTE, NO_BYTE, shortEscape);
}

/**
 * For the `data` field of a log line: `\xhh` for `"`, `\`, bytes below 0x20 and from 0x7F on. With a `limit` (in bytes, at
 * least 3) a longer result is cut to exactly `limit` bytes, the last three of which are `...`; the cut may fall into an escape.
 */
export function escapeHexOnly(text: string, limit: number = Number.POSITIVE_INFINITY): string {
  // No byte becomes less than one, so what lies behind the limit cannot show.
  const escaped = escapeBytes(text.length > limit ? text.slice(0, limit + 1) : text, QUOTE, BACKSLASH, hexEscape);
  return escaped.length > limit ? `${escaped.slice(0, limit - 3)}...` : escaped;
}

/** What is not printable is replaced, and two bytes besides; `NO_BYTE` in the place of one leaves it as it is. */
function escapeBytes(text: string, quote: number, backslash: number, replacement: (byte: number) => string): string {
  let result = '';
  let copied = 0;
  for (let at = 0; at < text.length; at++) {
    const byte = text.charCodeAt(at);
    if (byte >= 0x20 && byte < 0x7f && byte !== quote && byte !== backslash) continue;
    result += text.slice(copied, at) + replacement(byte);
    copied = at + 1;
  }
  return copied === 0 ? text : result + text.slice(copied);
}

function shortEscape(byte: number): string {
  if (byte === QUOTE) return '\\"';
  if (byte === BACKSLASH) return '\\\\';
  return SHORT[byte] ?? hexEscape(byte);
}

function hexEscape(byte: number): string {
  return `\\x${byte < 0x10 ? '0' : ''}${byte.toString(16)}`;
}
