/** What bytes of a header block say about one header. */
export interface HeaderBytes {
  /** Absent when the bytes are a part of any value. */
  readonly name: string | undefined;
  /** The beginning of the value, or the part of one. */
  readonly bytes: string;
  /** A line end follows, so that the value ends here. */
  readonly isAtEnd: boolean;
  /** The blank behind the colon was written. */
  readonly hasBlank: boolean;
}

/**
 * Takes `\r\nUser-Agent: Mozi` apart; undefined for bytes that stand in a value and nothing else. A string is the reason
 * why bytes over several lines cannot be found where every header is by itself.
 */
export function readHeaderBytes(bytes: string): HeaderBytes | string | undefined {
  const withoutEnd = bytes.replace(/[\r\n]+$/, '');
  const isAtEnd = withoutEnd !== bytes;
  const line = withoutEnd.replace(/^\r?\n/, '');
  if (/[\r\n]/.test(line)) return 'a content over several header lines';
  if (line === '') return 'a line end between headers';
  const begins = line !== withoutEnd;
  const [, name, blank, value] = /^([A-Za-z][\w-]*):([ \t]?)(.*)$/s.exec(line) ?? [];
  if (name !== undefined && value !== undefined && (blank !== '' || value === '' || begins)) {
    return { name, bytes: value, isAtEnd: isAtEnd && value !== '', hasBlank: blank !== '' };
  }
  if (begins) return 'a header name that is not complete';
  return isAtEnd ? { name: undefined, bytes: line, isAtEnd, hasBlank: false } : undefined;
}

/** The same for a pattern: `^User-Agent\x3a\s+x` is `^x` on the value of that header. */
export function readHeaderPattern(source: string): { readonly name: string; readonly source: string } | undefined {
  const [, name, value] = /^\^?(?:\\r?\\n|\\x0d\\x0a|\\n)?([A-Za-z][A-Za-z-]+)(?:\\x3a|\\?:)(.*)$/is.exec(source) ?? [];
  if (name === undefined || value === undefined || hasOpenAlternative(value)) return undefined;
  // The blank behind the colon is no part of a value.
  return { name, source: `^${value.replace(/^(?:\\s|\\x20| )\*?\+?/, '')}` };
}

/** `a|b` outside of parentheses would leave the second half without its header name. */
function hasOpenAlternative(pattern: string): boolean {
  let depth = 0;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at];
    if (char === '\\') at++;
    else if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (char === '|' && depth <= 0) return true;
  }
  return false;
}
