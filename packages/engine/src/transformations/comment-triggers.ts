/**
 * Bytes without which a value has no comment mark of any kind: `/*` and its end need an asterisk, `<!--`, `-->` and `--` a
 * hyphen, and `#` itself.
 */
export function isCommentByte(byte: number): boolean {
  return byte === 0x2a || byte === 0x2d || byte === 0x23;
}
