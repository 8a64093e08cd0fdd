import { ByteWriter } from '../bytes/byte-writer.ts';
import { defineTransformation, type Transformation } from '../registry/transformation.ts';

export const parityEven7bit: Transformation = defineTransformation({
  name: 'parityEven7bit',
  summary: 'Sets bit 7 of each byte with an odd number of ones and clears it in the others.',
  examples: [
    { input: 'abc', output: '\xe1\xe2c' },
    { input: '\xe1\xe0', output: '\x61\xe0' },
  ],
  apply: (value) => mapBytes(value, toEvenParity),
  triggers: (byte) => toEvenParity(byte) !== byte,
});

export const parityOdd7bit: Transformation = defineTransformation({
  name: 'parityOdd7bit',
  summary: 'Sets bit 7 of each byte with an even number of ones and clears it in the others.',
  examples: [
    { input: 'abc', output: 'ab\xe3' },
    { input: '\xe1\xe0', output: '\xe1\x60' },
  ],
  apply: (value) => mapBytes(value, toOddParity),
  triggers: (byte) => toOddParity(byte) !== byte,
});

export const parityZero7bit: Transformation = defineTransformation({
  name: 'parityZero7bit',
  summary: 'Clears bit 7 of each byte.',
  examples: [{ input: 'a\xe1\x80', output: 'aa\0' }],
  apply: (value) => mapBytes(value, (byte) => byte & 0x7f),
  triggers: (byte) => byte > 0x7f,
});

/** Counts all eight bits, as ModSecurity does: a byte that comes with bit 7 set and even is cleared, not kept. */
function toEvenParity(byte: number): number {
  let ones = byte ^ (byte >> 4);
  ones ^= ones >> 2;
  ones ^= ones >> 1;
  return (byte & 0x7f) | ((ones & 1) << 7);
}

function toOddParity(byte: number): number {
  return toEvenParity(byte) ^ 0x80;
}

function mapBytes(value: string, map: (byte: number) => number): string {
  let first = 0;
  while (first < value.length && map(value.charCodeAt(first)) === value.charCodeAt(first)) first++;
  if (first === value.length) return value;
  const writer = new ByteWriter();
  for (let at = first; at < value.length; at++) writer.push(map(value.charCodeAt(at)));
  return value.slice(0, first) + writer.finish();
}
