import type { MatchedValue, RuleMatch, TransactionRecord } from '../contract.ts';

/** Bytes of a text that must not be logged, `[start, end)`. */
export type MaskSpan = readonly [start: number, end: number];

/**
 * Puts `*` over the spans, byte for byte, so that lengths and positions stay true. Spans may overlap and may reach
 * beyond the text.
 */
export function maskSpans(text: string, spans: readonly MaskSpan[]): string {
  let out = '';
  let done = 0;
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    const from = Math.max(done, start);
    const to = Math.min(text.length, end);
    if (to <= from) continue;
    out += text.slice(done, from) + '*'.repeat(to - from);
    done = to;
  }
  return done === 0 ? text : out + text.slice(done);
}

/**
 * Spans of the values of named parameters in `a=1&b=2` text (a query string or a urlencoded body). Names are compared
 * caseless and after URL decoding, so `p%61ssword` is found as `password`.
 */
export function parameterSpans(text: string, names: ReadonlySet<string>, offset = 0): MaskSpan[] {
  const wanted = new Set([...names].map((name) => name.toLowerCase()));
  const spans: MaskSpan[] = [];
  for (let start = 0; start < text.length; ) {
    let end = text.indexOf('&', start);
    if (end < 0) end = text.length;
    const equals = text.indexOf('=', start);
    if (equals >= 0 && equals < end && wanted.has(decodeName(text.slice(start, equals)).toLowerCase())) {
      spans.push([offset + equals + 1, offset + end]);
    }
    start = end + 1;
  }
  return spans;
}

function decodeName(text: string): string {
  let out = '';
  for (let index = 0; index < text.length; index++) {
    const char = text[index]!;
    const high = char === '%' ? hexValue(text.charCodeAt(index + 1)) : -1;
    const low = high < 0 ? -1 : hexValue(text.charCodeAt(index + 2));
    if (low >= 0) {
      out += String.fromCharCode(high * 16 + low);
      index += 2;
    } else {
      out += char === '+' ? ' ' : char;
    }
  }
  return out;
}

function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** Which values are written as `*`. Names in lower case. */
export interface MaskSettings {
  /** Request parameters, wherever they arrive: query string, urlencoded or multipart body. */
  readonly parameters: ReadonlySet<string>;
  readonly requestHeaders: ReadonlySet<string>;
  readonly responseHeaders: ReadonlySet<string>;
}

/** A request line or URI with the masked parameters of its query. */
export function maskTarget(text: string, mask: MaskSettings | undefined): string {
  const query = text.indexOf('?') + 1;
  if (mask === undefined || query === 0) return text;
  const space = text.indexOf(' ', query);
  const end = space < 0 ? text.length : space;
  return maskSpans(text, parameterSpans(text.slice(query, end), mask.parameters, query));
}

/** A request body with masked parameters; other types than urlencoded and multipart stay as they are. */
export function maskBody(body: string, contentType: string | undefined, mask: MaskSettings | undefined): string {
  if (mask === undefined || mask.parameters.size === 0) return body;
  const type = (contentType ?? '').toLowerCase();
  if (type.startsWith('multipart/form-data')) return maskSpans(body, partSpans(body, mask.parameters));
  if (type === '' || type.startsWith('application/x-www-form-urlencoded')) {
    return maskSpans(body, parameterSpans(body, mask.parameters));
  }
  return body;
}

/**
 * Spans of the contents of multipart parts with one of the names. Generous on purpose: whatever follows a header that
 * names such a part, up to the next line that begins with `--`, is covered, well-formed or not.
 */
function partSpans(body: string, names: ReadonlySet<string>): MaskSpan[] {
  const lower = body.toLowerCase();
  const spans: MaskSpan[] = [];
  for (const name of names) {
    for (const written of [`name="${name}"`, `name='${name}'`, `name=${name}`]) {
      for (let at = lower.indexOf(written); at >= 0; at = lower.indexOf(written, at + 1)) {
        const before = lower[at - 1] ?? ' ';
        if (before >= 'a' && before <= 'z') continue;
        const start = endOfHead(body, at);
        const next = body.indexOf('\n--', start);
        const end = next < 0 ? body.length : body[next - 1] === '\r' ? next - 1 : next;
        if (end > start) spans.push([start, end]);
      }
    }
  }
  return spans;
}

/** First byte after the empty line that ends the header block `from` is in. */
function endOfHead(body: string, from: number): number {
  const ends = [body.indexOf('\r\n\r\n', from) + 4, body.indexOf('\n\n', from) + 2].filter((end) => end > from);
  return ends.length === 0 ? body.length : Math.min(...ends);
}

/**
 * The record with masked values in its matches: value, original and the rule's `logdata`, which usually quotes them. The
 * operator sentence stays; it holds names, not values.
 */
export function maskMatches(record: TransactionRecord, mask: MaskSettings | undefined): TransactionRecord {
  if (
    mask === undefined ||
    !record.matches.some((match) => match.matched.some((value) => variableIsMasked(value.name, mask)))
  ) {
    return record;
  }
  return { ...record, matches: record.matches.map((match) => maskMatch(match, mask)) };
}

function maskMatch(match: RuleMatch, mask: MaskSettings): RuleMatch {
  const matched = match.matched.map(
    (value): MatchedValue =>
      variableIsMasked(value.name, mask)
        ? { ...value, value: '*'.repeat(value.value.length), original: '*'.repeat(value.original.length) }
        : value,
  );
  if (matched.every((value, index) => value === match.matched[index])) return match;
  return { ...match, matched, data: match.data === undefined ? undefined : '*'.repeat(match.data.length) };
}

/** Variables that carry a whole head, query or body: one masked value inside makes all of it unfit to be quoted. */
const WHOLE = new Set([
  'REQUEST_BODY',
  'REQUEST_URI',
  'REQUEST_URI_RAW',
  'REQUEST_LINE',
  'QUERY_STRING',
  'FULL_REQUEST',
  'STREAM_INPUT_BODY',
]);

/** Whether a variable, by its full name, holds a masked value. */
export function variableIsMasked(variable: string, mask: MaskSettings): boolean {
  const colon = variable.indexOf(':');
  const collection = (colon < 0 ? variable : variable.slice(0, colon)).toUpperCase();
  const member = colon < 0 ? '' : variable.slice(colon + 1).toLowerCase();
  if (collection.startsWith('ARGS')) return mask.parameters.has(member);
  if (collection === 'REQUEST_HEADERS') return mask.requestHeaders.has(member);
  if (collection === 'REQUEST_COOKIES') return mask.requestHeaders.has('cookie');
  if (collection === 'RESPONSE_HEADERS') return mask.responseHeaders.has(member);
  if (collection === 'FULL_REQUEST' && mask.requestHeaders.size > 0) return true;
  return mask.parameters.size > 0 && WHOLE.has(collection);
}
