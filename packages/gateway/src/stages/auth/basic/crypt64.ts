const LETTERS = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Three bytes, the most significant first, as `length` letters of crypt(3)'s alphabet, the least significant first. */
export function encodeCrypt64(high: number, middle: number, low: number, length: number): string {
  let bits = (high << 16) | (middle << 8) | low;
  let text = '';
  for (let at = 0; at < length; at++) {
    text += LETTERS[bits & 0x3f];
    bits >>= 6;
  }
  return text;
}
