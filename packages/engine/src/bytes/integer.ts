/**
 * Reads an integer as C's `atoi` does: optional white space, sign and digits, anything else ends it, no digits give 0.
 * Saturates at the bounds of exact integers instead of overflowing (±(2^53 − 1)).
 */
export function parseInteger(text: string): number {
  let index = 0;
  let code = text.charCodeAt(0);
  while (code === 0x20 || (code >= 0x09 && code <= 0x0d)) code = text.charCodeAt(++index);
  let isNegative = false;
  if (code === 0x2b || code === 0x2d) {
    isNegative = code === 0x2d;
    code = text.charCodeAt(++index);
  }
  let value = 0;
  while (code >= 0x30 && code <= 0x39) {
    value = value * 10 + (code - 0x30);
    if (value > Number.MAX_SAFE_INTEGER) {
      value = Number.MAX_SAFE_INTEGER;
      break;
    }
    code = text.charCodeAt(++index);
  }
  return isNegative && value !== 0 ? -value : value;
}

/** Sum that stays within the exact integers. */
export function addSaturating(left: number, right: number): number {
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, left + right));
}
