import { describe, expect, test } from 'vitest';
import * as ascii from './ascii.ts';

const allBytes = Array.from({ length: 256 }, (_, byte) => byte);
const allText = String.fromCharCode(...allBytes);
const members = (accepts: (byte: number) => boolean): string => String.fromCharCode(...allBytes.filter(accepts));

describe('classes of bytes', () => {
  test.each([
    ['isDigit', ascii.isDigit, '0123456789'],
    ['isOctalDigit', ascii.isOctalDigit, '01234567'],
    ['isHexDigit', ascii.isHexDigit, '0123456789ABCDEFabcdef'],
    ['isUpper', ascii.isUpper, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'],
    ['isLower', ascii.isLower, 'abcdefghijklmnopqrstuvwxyz'],
    ['isAlphanumeric', ascii.isAlphanumeric, '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'],
    ['isSpace', ascii.isSpace, '\t\n\v\f\r '],
    ['isSpaceOrNbsp', ascii.isSpaceOrNbsp, '\t\n\v\f\r \xa0'],
  ] as const)('%s', (_, accepts, expected) => {
    expect(members(accepts)).toBe(expected);
    expect(accepts(Number.NaN)).toBe(false);
  });
});

test('hexValue reads both cases', () => {
  expect([...'09afAFg'].map((digit) => ascii.hexValue(digit.charCodeAt(0)))).toEqual([0, 9, 10, 15, 10, 15, -1]);
});

test.each([
  ['4a', 0, 0x4a],
  ['x4A', 1, 0x4a],
  ['4', 0, -1],
  ['4g', 0, -1],
  ['', 0, -1],
])('hexPair(%j, %i) is %i', (text, at, expected) => {
  expect(ascii.hexPair(text, at)).toBe(expected);
});

describe('case', () => {
  test('changes A-Z and a-z only, with and without bytes above 0x7F', () => {
    expect(ascii.lowerCase('AbZ@[')).toBe('abz@[');
    expect(ascii.upperCase('aBz`{')).toBe('ABZ`{');
    expect(ascii.lowerCase(allText)).toBe(allText.replace(/[A-Z]/g, (letter) => letter.toLowerCase()));
    expect(ascii.upperCase(allText)).toBe(allText.replace(/[a-z]/g, (letter) => letter.toUpperCase()));
  });

  test.each([
    ['', '', true],
    ['Content-Type', 'content-TYPE', true],
    ['a', 'ab', false],
    ['[', '{', false],
    ['@', '`', false],
    ['\xc4', '\xe4', false],
    ['\xd7', '\xf7', false],
    ['a', 'b', false],
  ])('equalsIgnoreCase(%j, %j) is %s', (left, right, expected) => {
    expect(ascii.equalsIgnoreCase(left, right)).toBe(expected);
  });

  test.each([
    ['Basic abc', 'basic ', true],
    ['Bas', 'basic', false],
    ['abc', '', true],
    ['xbasic', 'basic', false],
  ])('startsWithIgnoreCase(%j, %j) is %s', (text, prefix, expected) => {
    expect(ascii.startsWithIgnoreCase(text, prefix)).toBe(expected);
  });
});

test.each([
  ['', ''],
  [' \t\n\v\f\r', ''],
  [' a b ', 'a b'],
  ['\xa0a\0', '\xa0a\0'],
])('trimSpace(%j) is %j', (text, expected) => {
  expect(ascii.trimSpace(text)).toBe(expected);
});

test('isAscii ends at 0x7F', () => {
  expect([ascii.isAscii('\0\x7f'), ascii.isAscii('a\x80'), ascii.isAscii('')]).toEqual([true, false, true]);
});
