/** A case of the language tests that we answer differently on purpose. A listed case that passes fails the run. */
export interface LanguageException {
  /** File name without `.json`. */
  readonly file: string;
  /** Position in the file, from 0. */
  readonly index: number;
  /** The input as written in the file, so that a changed corpus does not silently excuse another case. */
  readonly input: string;
  readonly reason: string;
}

export const transformationExceptions: readonly LanguageException[] = [
  {
    file: 'cssDecode',
    index: 3,
    input: 'test\\a\\b\\f\\n\\r\\t\\v\\?\\\'\\"\\\x00\\12\\123\\1234\\12345\\123456\\ff01\\ff5e\\\n\\\x00  string',
    reason:
      'expects one of two spaces behind an escaped NUL to vanish, though no hexadecimal escape precedes them; ModSecurity 2.9.7 keeps both (the corpus runner of ModSecurity 3 cuts its strings at the first NUL and never compares them)',
  },
  {
    file: 'escapeSeqDecode',
    index: 5,
    input: '\\8\\9\\666\\xag\\xga\\0123',
    reason:
      'expects \\xag and \\xga unchanged; ModSecurity 2.9.7 and 3 drop the backslash of an escape they do not know (the corpus runner takes both for bytes and never shows them to the transformation)',
  },
];
