import { describe, expect, it } from 'vitest';
import { compileRegex } from '../index.ts';
import { parseRegex } from '../parse/grammar.ts';
import { matchesWholeSubject } from './whole-subject.ts';

const options = { dotAll: true, dollarEndOnly: true };

describe('patterns whose matches are the whole subject', () => {
  it.each([
    ['^.*$', true],
    ['^[a-z]+(?:-\\d+)?$', true],
    ['\\A(?:a|b)\\z', true],
    ['^(a)(b)$', true],
    ['^a|b$', false],
    ['^(?:a$|b)', false],
    ['^a', false],
    ['a$', false],
    ['^a\\Kb$', false],
    ['^(?:a|b\\K)c$', false],
    ['(?m)^a$', false],
    ['', false],
  ])('%s: %s', (pattern, expected) => {
    expect(matchesWholeSubject(parseRegex(pattern, options).tree)).toBe(expected);
  });

  it.each(['', 'host', 'a\nb\n', '\x00\xff'])('are found from the first to the last byte of %j', (subject) => {
    expect([...(compileRegex('^.*$', options).exec(subject) ?? [])]).toEqual([0, subject.length]);
  });

  it('are not found behind the first byte', () => {
    expect(compileRegex('^.*$', options).exec('ab', 1)).toBeUndefined();
  });
});
