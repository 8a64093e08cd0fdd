import { escapeLog } from '../bytes/escape.ts';

/** How many bytes of a pattern or phrase ModSecurity 2 quotes in a log sentence. */
const QUOTED_BYTES = 252;

/** A pattern or phrase as log sentences quote it: escaped, and whole or its first 252 bytes and ` ...`. */
export function quotedForLog(text: string): string {
  // No byte becomes less than one, so what lies behind the limit cannot show; patterns are thousands of bytes long.
  const escaped = escapeLog(text.slice(0, QUOTED_BYTES + 1));
  return escaped.length > QUOTED_BYTES ? `${escaped.slice(0, QUOTED_BYTES)} ...` : escaped;
}
