import type { Claim } from './tree.ts';

/** What stands before a position, as far as any claim can tell. */
export const BEFORE = { start: 0, word: 1, other: 2, newline: 3 } as const;
export type Before = (typeof BEFORE)[keyof typeof BEFORE];

/** What stands behind a position. The newline that is the last byte counts as `finalNewline`. */
export const AFTER = { end: 0, word: 1, other: 2, newline: 3, finalNewline: 4 } as const;
export type After = (typeof AFTER)[keyof typeof AFTER];

/** The claims by number, as programs store them. */
export const CLAIMS: readonly Claim[] = [
  'subjectStart',
  'subjectEnd',
  'subjectEndOrFinalNewline',
  'lineStart',
  'lineEnd',
  'searchStart',
  'wordBoundary',
  'notWordBoundary',
  'wordStart',
  'wordEnd',
];

/** Whether the claim holds between `before` and `after`. `searchStart` depends on neither: the caller knows. */
export function holds(claim: Claim, before: Before, after: After, isSearchStart: boolean): boolean {
  const wordBefore = before === BEFORE.word;
  const wordAfter = after === AFTER.word;
  switch (claim) {
    case 'subjectStart':
      return before === BEFORE.start;
    case 'subjectEnd':
      return after === AFTER.end;
    case 'subjectEndOrFinalNewline':
      return after === AFTER.end || after === AFTER.finalNewline;
    case 'lineStart':
      return before === BEFORE.start || (before === BEFORE.newline && after !== AFTER.end);
    case 'lineEnd':
      return after === AFTER.end || after === AFTER.newline || after === AFTER.finalNewline;
    case 'searchStart':
      return isSearchStart;
    case 'wordBoundary':
      return wordBefore !== wordAfter;
    case 'notWordBoundary':
      return wordBefore === wordAfter;
    case 'wordStart':
      return !wordBefore && wordAfter;
    case 'wordEnd':
      return wordBefore && !wordAfter;
  }
}

const NEWLINE = 0x0a;

/** What stands before `at` in the subject. */
export function beforeAt(subject: string, at: number): Before {
  if (at === 0) return BEFORE.start;
  const byte = subject.charCodeAt(at - 1);
  return isWordByte(byte) ? BEFORE.word : byte === NEWLINE ? BEFORE.newline : BEFORE.other;
}

/** What stands at `at` in the subject. */
export function afterAt(subject: string, at: number): After {
  if (at === subject.length) return AFTER.end;
  const byte = subject.charCodeAt(at);
  if (isWordByte(byte)) return AFTER.word;
  if (byte !== NEWLINE) return AFTER.other;
  return at + 1 === subject.length ? AFTER.finalNewline : AFTER.newline;
}

export function isWordByte(byte: number): boolean {
  return (
    (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x5f
  );
}
