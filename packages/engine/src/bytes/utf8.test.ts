import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeUtf8,
  encodeCodePoint,
  encodeUtf8,
  isOverlong,
  isSurrogate,
  utf8SequenceLength,
  utf8SequenceValue,
} from './utf8.ts';

const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

test('encodes and decodes well-formed text as Node does', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(encodeUtf8(text)).toBe(latin1(text));
      expect(decodeUtf8(latin1(text))).toBe(text);
    }),
  );
});

test.each([0, 0x7f, 0x80, 0x7ff, 0x800, 0xffff, 0x10000, 0x10ffff])(
  'encodes U+%s at the borders of lengths',
  (codePoint) => {
    expect(encodeCodePoint(codePoint)).toBe(latin1(String.fromCodePoint(codePoint)));
  },
);

test('gives a lone surrogate three bytes', () => {
  expect(encodeUtf8('a\ud800b')).toBe('a\xed\xa0\x80b');
});

describe('sequences', () => {
  test.each([
    ['a', 0],
    ['\x80', 0],
    ['\xc3', 0],
    ['\xc3\xa9', 2],
    ['\xe2\x80\x99', 3],
    ['\xe2\x80a', 0],
    ['\xf0\x9f\x98\x80', 4],
    ['\xf7\xbf\xbf\xbf', 4],
    ['\xf8\x80\x80\x80\x80', 0],
  ])('%j has length %i', (text, length) => {
    expect(utf8SequenceLength(text, 0)).toBe(length);
  });

  test('have the value of their bits, permitted or not', () => {
    expect(utf8SequenceValue('\xe2\x80\x99', 0, 3)).toBe(0x2019);
    expect(utf8SequenceValue('\xf7\xbf\xbf\xbf', 0, 4)).toBe(0x1fffff);
    expect(utf8SequenceValue('\xc0\xaf', 0, 2)).toBe(0x2f);
  });

  test('are overlong below the smallest value of their length', () => {
    expect([isOverlong(0x7f, 2), isOverlong(0x80, 2), isOverlong(0x7ff, 3), isOverlong(0x800, 3)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect([isOverlong(0xffff, 4), isOverlong(0x10000, 4)]).toEqual([true, false]);
  });

  test('are surrogates from D800 to DFFF', () => {
    expect([0xd7ff, 0xd800, 0xdfff, 0xe000].map(isSurrogate)).toEqual([false, true, true, false]);
  });
});

test.each([
  ['\xff', '\ufffd'],
  ['\xc0\xaf', '\ufffd\ufffd'],
  ['\xed\xa0\x80', '\ufffd\ufffd\ufffd'],
  ['\xf4\x90\x80\x80', '\ufffd\ufffd\ufffd\ufffd'],
  ['a\xc3(b', 'a\ufffd(b'],
])('decodes %j with a replacement for each bad byte', (bytes, text) => {
  expect(decodeUtf8(bytes)).toBe(text);
});
