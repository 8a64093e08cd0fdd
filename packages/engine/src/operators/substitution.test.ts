import { describe, expect, it } from 'vitest';
import { parseSubstitution, replacementPieces } from './substitution.ts';

describe('parseSubstitution', () => {
  it.each([
    ['s/a/b/', 'a', 'b', false, false],
    ['S/a/b/', 'a', 'b', false, false],
    ['s/a/b/di', 'a', 'b', true, true],
    ['s/a/b/I', 'a', 'b', true, false],
    ['s|a/b|c|', 'a/b', 'c', false, false],
    ['s/a\\/b/\\//', 'a/b', '/', false, false],
    ['s/\\d+/\\1/', '\\d+', '\\1', false, false],
    ['s/a//', 'a', '', false, false],
  ])('reads %s', (text, pattern, replacement, isCaseless, isEscaped) =>
    expect(parseSubstitution(text)).toEqual({ pattern, replacement, isCaseless, isEscaped }),
  );

  it.each(['', 's', 'x/a/b/', 's/a', 's/a/b', 'a/b/c/'])('refuses %j', (text) =>
    expect(() => parseSubstitution(text)).toThrow('write s/regex/replacement/ with the flags d and i behind it'),
  );
  it('refuses other flags', () => expect(() => parseSubstitution('s/a/b/g')).toThrow('"g" are not flags'));
});

it('takes replacements apart', () => {
  expect(replacementPieces('a\\1b\\9\\0\\')).toEqual(['a', 1, 'b', 9, '\\0\\']);
  expect(replacementPieces('')).toEqual([]);
});
