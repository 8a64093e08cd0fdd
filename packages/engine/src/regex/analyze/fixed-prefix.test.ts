import { describe, expect, it } from 'vitest';
import { compileRegex } from '../index.ts';
import { parseRegex } from '../parse/grammar.ts';
import { fixedPrefix } from './fixed-prefix.ts';

describe('patterns that compare the beginning', () => {
  it.each([
    ['^header_name_', 'header_name_'],
    ['\\Aa\\.b', 'a.b'],
    ['^', undefined],
    ['^[ab]c', undefined],
    ['^(?i)ab', undefined],
    ['^ab$', undefined],
    ['^a*', undefined],
    ['^(a)b', undefined],
    ['ab', undefined],
    ['(?m)^ab', undefined],
  ])('%s: %s', (pattern, expected) => {
    expect(fixedPrefix(parseRegex(pattern).tree)).toBe(expected);
  });

  it.each([
    ['', false],
    ['a', false],
    ['ab', true],
    ['abc', true],
    ['xab', false],
    ['AB', false],
  ])('say of %j: %s', (subject, expected) => {
    expect(compileRegex('^ab').test(subject)).toBe(expected);
  });
});
