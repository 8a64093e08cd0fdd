import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeUrlEncoded, encodeUrl } from './url.ts';

test.each([
  ['', '', false],
  ['plain', 'plain', false],
  ['a+b%20c', 'a b c', false],
  ['%3c%3C%00%ff', '<<\0\xff', false],
  ['%2541', '%41', false],
  ['100%', '100%', true],
  ['%4', '%4', true],
  ['%zz%41', '%zzA', true],
  ['%%41', '%A', true],
  ['%4%41', '%4A', true],
  ['%u0041', '%u0041', true],
  ['%+1', '% 1', true],
])('decodeUrlEncoded(%j) is %j, invalid escape: %s', (text, value, hasInvalidEscape) => {
  expect(decodeUrlEncoded(text)).toEqual({ value, hasInvalidEscape });
});

test('decoding undoes encoding for any bytes and finds no invalid escape', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const text = Buffer.from(bytes).toString('latin1');
      expect(decodeUrlEncoded(encodeUrl(text))).toEqual({ value: text, hasInvalidEscape: false });
    }),
  );
});

test('reports exactly the percent signs without two digits', () => {
  const texts = fc.string({ unit: fc.constantFrom('%', '4', 'f', 'F', 'g', '+', '2') });
  fc.assert(
    fc.property(texts, (text) => {
      expect(decodeUrlEncoded(text).hasInvalidEscape).toBe(/%(?![0-9a-fA-F]{2})/.test(text));
    }),
  );
});

test('encodes all but letters, digits and the asterisk', () => {
  expect(encodeUrl('aZ09* -_.~/\0\x7f\xff')).toBe('aZ09*+%2d%5f%2e%7e%2f%00%7f%ff');
});
