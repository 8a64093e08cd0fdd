import type { MaskSpan } from '../audit/masking.ts';
import { hexPair } from '../bytes/ascii.ts';
import { escapeLog } from '../bytes/escape.ts';
import { encodeUrl } from '../bytes/url.ts';

/** Shorter texts are masked only where they stand alone: they occur in any text by chance. */
export const SHORTEST_SEARCHED = 4;

/** Longer secrets are taken to stand side by side only. */
const LONGEST_OVERLAPPING = 64;

/** Where the secrets stand in a text, in the spellings logs use. */
export function spansOf(text: string, secrets: readonly string[]): MaskSpan[] {
  const spans: MaskSpan[] = [];
  for (const secret of secrets) {
    if (secret.length < SHORTEST_SEARCHED) {
      spans.push(...quotedSpans(text, secret));
      continue;
    }
    for (const spelling of new Set([secret, escapeLog(secret), encodeUrl(secret)])) {
      const step = stepBehind(spelling);
      for (let at = text.indexOf(spelling); at !== -1; at = text.indexOf(spelling, at + step)) {
        spans.push([at, at + spelling.length]);
      }
    }
  }
  return spans;
}

/** A short secret between quotes, as sentences about operators have values. */
function quotedSpans(text: string, secret: string): MaskSpan[] {
  const quoted = `"${escapeLog(secret)}"`;
  const spans: MaskSpan[] = [];
  for (let at = text.indexOf(quoted); at !== -1; at = text.indexOf(quoted, at + 1)) {
    spans.push([at + 1, at + quoted.length - 1]);
  }
  return spans;
}

/** Short secrets are found where they overlap, as in `4111111111111111`; for long ones that could take quadratic time. */
function stepBehind(secret: string): number {
  return secret.length <= LONGEST_OVERLAPPING ? 1 : secret.length;
}

/** Where the secrets stand in text that may be URL-encoded in any way. */
export function encodedSpans(text: string, secrets: readonly string[]): MaskSpan[] {
  if (!text.includes('%') && !text.includes('+')) return [];
  let decoded = '';
  const starts: number[] = [];
  for (let at = 0; at < text.length; at++) {
    starts.push(at);
    const byte = text[at] === '%' ? hexPair(text, at + 1) : -1;
    if (byte >= 0) {
      decoded += String.fromCharCode(byte);
      at += 2;
    } else decoded += text[at] === '+' ? ' ' : text[at];
  }
  starts.push(text.length);
  const plain = secrets.filter((secret) => secret.length >= SHORTEST_SEARCHED);
  return plain.flatMap((secret) => {
    const spans: MaskSpan[] = [];
    const step = stepBehind(secret);
    for (let at = decoded.indexOf(secret); at !== -1; at = decoded.indexOf(secret, at + step)) {
      spans.push([starts[at] ?? 0, starts[at + secret.length] ?? text.length]);
    }
    return spans;
  });
}
