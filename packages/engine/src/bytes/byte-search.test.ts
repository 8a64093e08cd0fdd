import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findBytes, findBytesAnywhere, hasBytesAt } from './byte-search.ts';
import { toBytes } from './byte-string.ts';

it.each<[string, string, number, number]>([
  ['abcabc', 'abc', 0, 0],
  ['abcabc', 'abc', 1, 3],
  ['abcabc', 'abc', 4, -1],
  ['aab', 'ab', 0, 1],
  ['ab', 'abc', 0, -1],
  ['', 'a', 0, -1],
  ['\xff\x00', '\x00', 0, 1],
])('in %j %j is found from %i on at %i', (text, wanted, from, at) => {
  expect(findBytes(toBytes(text), toBytes(wanted), from)).toBe(at);
  expect(findBytesAnywhere(toBytes(text), toBytes(wanted), from)).toBe(at);
});

it('finds what a search of characters finds, in a part of a larger memory too', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '-'), maxLength: 30 });
  fc.assert(
    fc.property(
      text,
      fc.string({ unit: fc.constantFrom('a', 'b', '-'), minLength: 1, maxLength: 3 }),
      fc.nat(30),
      (whole, wanted, from) => {
        const bytes = toBytes(`ab-${whole}ab-`).subarray(3, 3 + whole.length);
        const at = from > whole.length ? -1 : whole.indexOf(wanted, from);
        expect(findBytes(bytes, toBytes(wanted), from)).toBe(at);
        expect(findBytesAnywhere(bytes, toBytes(wanted), from)).toBe(at);
      },
    ),
  );
});

it.each<[string, string, number, boolean]>([
  ['abc', 'bc', 1, true],
  ['abc', 'bc', 0, false],
  ['abc', 'bcd', 1, false],
  ['abc', '', 3, true],
])('in %j %j stands at %i: %s', (text, wanted, at, isThere) => {
  expect(hasBytesAt(toBytes(text), toBytes(wanted), at)).toBe(isThere);
});
