import { expect, it } from 'vitest';
import { parseLength, tokensOf, trimBlanks } from './header-text.ts';

it.each([
  ['', ''],
  [' \t ', ''],
  ['\t a b ', 'a b'],
  ['\xa0a\v', '\xa0a\v'],
])('%j without blanks is %j', (text, trimmed) => expect(trimBlanks(text)).toBe(trimmed));

it.each([
  ['', []],
  ['Close', ['close']],
  [' keep-alive ,,\tUpgrade', ['keep-alive', 'upgrade']],
  ['close\xa0', ['close\xa0']],
])('%j is the list %j', (value, tokens) => expect(tokensOf(value)).toEqual(tokens));

it.each([
  ['0', 0],
  ['000012', 12],
  ['999999999999999', 999_999_999_999_999],
  ['1000000000000000', undefined],
  ['', undefined],
  ['+1', undefined],
  ['1 ', undefined],
  ['0x1', undefined],
  ['\xb2', undefined],
])('the length %j is %j', (value, length) => expect(parseLength(value)).toBe(length));
