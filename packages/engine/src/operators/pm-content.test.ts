import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodePmContent, stripQuotes } from './pm-content.ts';

test.each<[text: string, decoded: string | undefined]>([
  ['plain words', 'plain words'],
  ['', ''],
  ['a|41|b', 'aAb'],
  ['|0d 0A|', '\r\n'],
  ['|0D0a|', '\r\n'],
  ['|00ff|', '\0\xff'],
  ['a\\:b\\;c\\\\d\\"e', 'a:b;c\\d"e'],
  ['FFI\\\\CData', 'FFI\\CData'],
  // Undecodable: meant as written.
  ['string|int|float', undefined],
  ['Countable|array,', undefined],
  ['a||b', undefined],
  ['a|4|b', undefined],
  ['encountered\\n', undefined],
  ['end\\', undefined],
  ['\\|41|', undefined],
])('decodes %j to %j', (text, decoded) => {
  expect(decodePmContent(text)).toBe(decoded);
});

test.each([
  ['"a b"', 'a b'],
  ['"a', '"a'],
  ['"', '"'],
  ['""', ''],
  ['""a""', '"a"'],
])('strips one pair of quotes from %j', (text, stripped) => {
  expect(stripQuotes(text)).toBe(stripped);
});

test('gives back any bytes that were written in hexadecimal', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
      const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
      expect(decodePmContent(`|${hex}|`)).toBe(String.fromCharCode(...bytes));
    }),
  );
});

test('keeps text without bars and backslashes', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '"', ' ', ':', '\xff', '\0') }), (text) => {
      expect(decodePmContent(text)).toBe(text);
    }),
  );
});
