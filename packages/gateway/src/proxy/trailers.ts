/** Trailer fields of requests and answers: those a route lists pass, as they are, and nothing else. */
import { hasControlBytes } from './hop-headers.ts';

/** Names and values in turn. */
export type Trailers = readonly string[];

/** More bytes of names and values than this are dropped, all of them. */
const MOST_BYTES = 8 * 1024;

/**
 * What passes of the trailers a client or an upstream sent. `raw`: names and values in turn. A listed field that
 * comes twice does not pass: whoever reads it may take either.
 */
export function passedTrailers(raw: readonly (Buffer | string)[], listed: readonly string[]): Trailers {
  const names = new Set(listed.map((name) => name.toLowerCase()));
  const found = new Map<string, string | undefined>();
  let bytes = 0;
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = textOf(raw[at] ?? '').toLowerCase();
    if (!names.has(name)) continue;
    const value = textOf(raw[at + 1] ?? '');
    bytes += name.length + value.length;
    found.set(name, found.has(name) || hasControlBytes(value) ? undefined : value);
  }
  if (bytes > MOST_BYTES) return [];
  return [...found].flatMap(([name, value]) => (value === undefined ? [] : [name, value]));
}

function textOf(part: Buffer | string): string {
  return typeof part === 'string' ? part : part.toString('latin1');
}
