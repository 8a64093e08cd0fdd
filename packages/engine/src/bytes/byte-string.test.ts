import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBytes, fromBytesAnywhere, isByteString, toBytes } from './byte-string.ts';

test('keeps all 256 byte values', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const text = fromBytes(bytes);
  expect(text.length).toBe(256);
  expect(text.charCodeAt(0xff)).toBe(0xff);
  expect(toBytes(text)).toEqual(bytes);
});

test.each([0, 1, 127, 128, 8191, 8192, 8193, 1_000_000])('converts %i bytes there and back', (length) => {
  const bytes = Uint8Array.from({ length }, (_, at) => (at * 31) & 0xff);
  expect(Buffer.compare(toBytes(fromBytes(bytes)), bytes)).toBe(0);
  expect(fromBytesAnywhere(bytes) === fromBytes(bytes)).toBe(true);
});

test('converts a part of a longer memory', () => {
  const memory = Uint8Array.from({ length: 1000 }, (_, at) => at & 0xff);
  expect(fromBytes(memory.subarray(300, 600))).toBe(fromBytesAnywhere(memory.slice(300, 600)));
});

test('agrees with latin1 of Node', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(fromBytes(bytes)).toBe(Buffer.from(bytes).toString('latin1'));
    }),
  );
});

test.each([
  ['', true],
  ['a\0\xff', true],
  ['\u0100', false],
  ['\u2019', false],
])('isByteString(%j) is %s', (text, expected) => {
  expect(isByteString(text)).toBe(expected);
});
