/**
 * Reads what follows a backslash at `at` (inside the value). Returns the text it stands for and how many bytes behind the
 * backslash it takes, at least one.
 */
export type EscapeReader = (value: string, at: number) => readonly [text: string, length: number];

/** Replaces each backslash and what follows by what `read` makes of it; a backslash at the very end becomes `atEnd`. */
export function unescapeBackslashes(value: string, read: EscapeReader, atEnd: '' | '\\' = '\\'): string {
  let at = value.indexOf('\\');
  if (at === -1) return value;
  let result = '';
  let copied = 0;
  while (at !== -1) {
    result += value.slice(copied, at);
    if (at + 1 === value.length) return result + atEnd;
    const [text, length] = read(value, at + 1);
    result += text;
    copied = at + 1 + length;
    at = value.indexOf('\\', copied);
  }
  return result + value.slice(copied);
}
