/**
 * JSON in pure ASCII on one line: a byte `hh` of a text that is no ASCII is written as the character U+00hh, so parsing gives the
 * byte string back and no reader stumbles over a broken UTF-8 sequence.
 */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\x7f-\uffff]/g, escapeUnit);
}

function escapeUnit(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
