/** How many bytes of a pattern or phrase ModSecurity 2 quotes in a log sentence. */
const QUOTED_BYTES = 252;

/** A pattern or phrase, already escaped, as log sentences quote it: whole, or its first 252 bytes and ` ...`. */
export function cutForLog(escaped: string): string {
  return escaped.length > QUOTED_BYTES ? `${escaped.slice(0, QUOTED_BYTES)} ...` : escaped;
}
