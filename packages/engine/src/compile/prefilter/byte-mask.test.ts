import { expect, test } from 'vitest';
import { MASK_BITS, maskOf, maskWhere } from './byte-mask.ts';

test('only lower-case letters, digits and the underscore have no bit', () => {
  const without = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => MASK_BITS[byte] === 0);
  expect(String.fromCharCode(...without)).toBe('0123456789_abcdefghijklmnopqrstuvwxyz');
});

test('every other byte has exactly one bit', () => {
  for (const bits of MASK_BITS) expect(bits & (bits - 1)).toBe(0);
});

test('tells apart what attacks and transformations turn on', () => {
  const marks = '!"#$%&\'*+,-./:;<=>?@\\`| ';
  expect(new Set(Array.from(marks, (mark) => maskOf(mark))).size).toBe(marks.length);
  expect(maskOf('plain_word42')).toBe(0);
});

test('a predicate is met only by values whose mask meets its own', () => {
  const isQuote = (byte: number): boolean => byte === 0x22 || byte === 0x27;
  const mask = maskWhere(isQuote) ?? 0;
  expect(maskOf("it's") & mask).not.toBe(0);
  expect(maskOf('<it-s>') & mask).toBe(0);
  expect(maskWhere((byte) => byte === 0x61)).toBeUndefined();
  expect(maskWhere(() => false)).toBe(0);
});
