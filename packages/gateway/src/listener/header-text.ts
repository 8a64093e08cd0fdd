/** Parts of header values, read byte by byte: regular expressions and `trim` would take other bytes than HTTP does. */

const SPACE = 0x20;
const TAB = 0x09;
const COMMA = 0x2c;

/** Without the blanks and tabs around it (RFC 9110 §5.6.3); other white space is a part of the text. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

/** The items of a list, as in Connection, in lower case; empty ones are left out. */
export function tokensOf(value: string): readonly string[] {
  const tokens: string[] = [];
  for (let start = 0, at = 0; at <= value.length; at++) {
    if (at < value.length && value.charCodeAt(at) !== COMMA) continue;
    const token = trimBlanks(value.slice(start, at));
    if (token !== '') tokens.push(token.toLowerCase());
    start = at + 1;
  }
  return tokens;
}

/** Digits only, at most 15 of them, so that the number is exact; undefined for anything else. */
export function parseLength(value: string): number | undefined {
  if (value.length === 0 || value.length > 15) return undefined;
  let length = 0;
  for (let at = 0; at < value.length; at++) {
    const digit = value.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    length = length * 10 + digit;
  }
  return length;
}

export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}
