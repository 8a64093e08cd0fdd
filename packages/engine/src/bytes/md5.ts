import { fromBytes } from './byte-string.ts';
import { paddedBlocks } from './digest-padding.ts';

/** Left rotations of the four rounds (RFC 1321 §3.4); each row repeats four times in its round. */
const ROTATIONS: readonly number[] = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

/** The 64 constants of RFC 1321: the integer part of 2^32 times |sin(i)|, i from 1, in radians. */
const SINES: Int32Array = Int32Array.from(
  { length: 64 },
  (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) | 0,
);

/** MD5 (RFC 1321) of a byte string: the raw 16 bytes. A checksum for rules that ask for it, not a security measure. */
export function md5(text: string): string {
  const blocks = paddedBlocks(text, true);
  let a0 = 0x67452301;
  let b0 = 0xefcdab89 | 0;
  let c0 = 0x98badcfe | 0;
  let d0 = 0x10325476;
  for (let block = 0; block < blocks.byteLength; block += 64) {
    let a = a0;
    let b = b0;
    let c = c0;
    let d = d0;
    for (let step = 0; step < 64; step++) {
      const round = step >> 4;
      let mixed: number;
      let word: number;
      if (round === 0) {
        mixed = (b & c) | (~b & d);
        word = step;
      } else if (round === 1) {
        mixed = (d & b) | (~d & c);
        word = (5 * step + 1) & 15;
      } else if (round === 2) {
        mixed = b ^ c ^ d;
        word = (3 * step + 5) & 15;
      } else {
        mixed = c ^ (b | ~d);
        word = (7 * step) & 15;
      }
      const sum = (a + mixed + SINES[step]! + blocks.getInt32(block + 4 * word, true)) | 0;
      const rotation = ROTATIONS[4 * round + (step & 3)]!;
      a = d;
      d = c;
      c = b;
      b = (b + ((sum << rotation) | (sum >>> (32 - rotation)))) | 0;
    }
    a0 = (a0 + a) | 0;
    b0 = (b0 + b) | 0;
    c0 = (c0 + c) | 0;
    d0 = (d0 + d) | 0;
  }
  const digest = new DataView(new ArrayBuffer(16));
  [a0, b0, c0, d0].forEach((word, i) => {
    digest.setInt32(4 * i, word, true);
  });
  return fromBytes(new Uint8Array(digest.buffer));
}
