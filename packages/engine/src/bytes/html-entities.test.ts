import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeHtmlEntities } from './html-entities.ts';

test('any number keeps its low byte, and numbers from 2^63 on become 0xFF', () => {
  const numbers = fc.oneof(
    fc.bigInt({ min: 0n, max: 300n }),
    fc.bigInt({ min: 0n, max: 1n << 70n }),
    fc.bigInt({ min: (1n << 63n) - 3n, max: (1n << 63n) + 3n }),
  );
  const endings = fc.constantFrom(';', '', '.');
  fc.assert(
    fc.property(numbers, fc.nat(30), endings, (number, zeros, ending) => {
      const byte = number >= 1n << 63n ? 0xff : Number(number & 0xffn);
      const expected = String.fromCharCode(byte) + (ending === ';' ? '' : ending);
      const padding = '0'.repeat(zeros);
      expect(decodeHtmlEntities(`&#${padding}${number}${ending}`)).toBe(expected);
      expect(decodeHtmlEntities(`&#x${padding}${number.toString(16)}${ending}`)).toBe(expected);
      expect(decodeHtmlEntities(`&#X${padding}${number.toString(16).toUpperCase()}${ending}`)).toBe(expected);
    }),
  );
});

test.each([
  ['', ''],
  ['&', '&'],
  ['a&', 'a&'],
  ['&&lt;&', '&<&'],
  ['&#', '&#'],
  ['&#x', '&#x'],
  ['&#X;', '&#X;'],
  ['&copy;&lt', '&copy;<'],
  ['&lt;;', '<;'],
])('decodeHtmlEntities(%j) is %j', (text, expected) => {
  expect(decodeHtmlEntities(text)).toBe(expected);
});
