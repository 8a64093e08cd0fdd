import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeHexUnchecked, encodeHex } from './hex.ts';

test('encodes as Node does, and decoding undoes it in either case', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const text = Buffer.from(bytes).toString('latin1');
      expect(encodeHex(text)).toBe(Buffer.from(bytes).toString('hex'));
      expect(decodeHexUnchecked(encodeHex(text))).toBe(text);
      expect(decodeHexUnchecked(encodeHex(text).toUpperCase())).toBe(text);
    }),
  );
});

test.each([
  ['', ''],
  ['4', ''],
  ['414', 'A'],
  ['0z', '#'],
  ['\xff\xff', '\x28'],
])('decodeHexUnchecked(%j) is %j', (text, expected) => {
  expect(decodeHexUnchecked(text)).toBe(expected);
});
