const BACKSLASH = 0x5c;
const QUOTE = 0x22;

/** Control bytes that have a short escape in log lines; the others are `\xhh`. */
const SHORT: Readonly<Record<number, string>> = { 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 13: '\\r' };

/**
 * For quoted fields of a log line (msg, tag, id, rev, ver, uri): `"` and `\` behind a backslash, `\b \n \r \t \v`, and
 * `\xhh` for other bytes below 0x20 and from 0x7F on. The result is printable ASCII and cannot end the quotes.
 */
export function escapeLog(text: string): string {
  return escapeBytes(text, (byte) => {
    if (byte === QUOTE) return '\\"';
    if (byte === BACKSLASH) return '\\\\';
    return SHORT[byte] ?? hexEscape(byte);
  });
}

/**
 * For member names (`ARGS:name`) in logs, in MATCHED_VAR_NAME and for exclusions: as `escapeLog`, but a quote stays, because
 * names are written without quotes around them.
 */
export function escapeKey(text: string): string {
  return escapeBytes(text, (byte) => {
    if (byte === QUOTE) return '"';
    if (byte === BACKSLASH) return '\\\\';
    return SHORT[byte] ?? hexEscape(byte);
  });
}

/** For a whole line or sentence that has quotes of its own: as `escapeLog`, but quotes stay. */
export function escapeLine(text: string): string {
  return escapeKey(text);
}

/**
 * For the `data` field of a log line: `\xhh` for `"`, `\`, bytes below 0x20 and from 0x7F on. With a `limit` (in bytes, at
 * least 3) a longer result is cut to exactly `limit` bytes, the last three of which are `...`; the cut may fall into an escape.
 */
export function escapeHexOnly(text: string, limit: number = Number.POSITIVE_INFINITY): string {
  // No byte becomes less than one, so what lies behind the limit cannot show.
  const escaped = escapeBytes(text.length > limit ? text.slice(0, limit + 1) : text, hexEscape);
  return escaped.length > limit ? `${escaped.slice(0, limit - 3)}...` : escaped;
}

function escapeBytes(text: string, replace: (byte: number) => string): string {
  let result = '';
  let copied = 0;
  for (let at = 0; at < text.length; at++) {
    const byte = text.charCodeAt(at);
    if (byte >= 0x20 && byte < 0x7f && byte !== QUOTE && byte !== BACKSLASH) continue;
    result += text.slice(copied, at) + replace(byte);
    copied = at + 1;
  }
  return copied === 0 ? text : result + text.slice(copied);
}

function hexEscape(byte: number): string {
  return `\\x${byte < 0x10 ? '0' : ''}${byte.toString(16)}`;
}
