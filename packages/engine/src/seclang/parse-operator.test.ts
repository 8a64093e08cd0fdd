import { describe, expect, it } from 'vitest';
import { Diagnostics, formatDiagnostic } from './diagnostics.ts';
import { parseOperator } from './parse-operator.ts';
import { wordOf } from './word.ts';

function parse(text: string): { operator: string[]; found: string[] } {
  const diagnostics = new Diagnostics();
  const { name, argument, isNegated, isImplicit } = parseOperator(wordOf(text, 'o'), diagnostics);
  const flags = [...(isNegated ? ['negated'] : []), ...(isImplicit ? ['implicit'] : [])];
  return { operator: [name, argument, ...flags], found: diagnostics.all.map(formatDiagnostic) };
}

describe('operators', () => {
  it.each<[text: string, operator: string[]]>([
    ['@rx ^a', ['rx', '^a']],
    ['@RX ^a', ['RX', '^a']],
    ['!@streq a', ['streq', 'a', 'negated']],
    ['! \t@streq a', ['streq', 'a', 'negated']],
    ['@within \t a b ', ['within', 'a b ']],
    ['@detectSQLi', ['detectSQLi', '']],
    ['@detectSQLi ', ['detectSQLi', '']],
    ['^a b$', ['rx', '^a b$', 'implicit']],
    ['', ['rx', '', 'implicit']],
    ['!', ['rx', '', 'negated', 'implicit']],
    ['! a ', ['rx', 'a ', 'negated', 'implicit']],
    ['!!a', ['rx', '!a', 'negated', 'implicit']],
    [' a', ['rx', ' a', 'implicit']],
    ['  ', ['rx', '  ', 'implicit']],
    ['a@b', ['rx', 'a@b', 'implicit']],
    ['@rx @', ['rx', '@']],
  ])('%j', (text, operator) => {
    expect(parse(text)).toEqual({ operator, found: [] });
  });

  it.each<[text: string, operator: string[], found: string]>([
    [
      '!@ rx a',
      ['', 'rx a', 'negated'],
      'o:1:2 SL1501 the name of an operator must follow directly after "@"; ' +
        'write @rx @ to look for the character itself',
    ],
    [
      ' !@rx a',
      ['rx', ' !@rx a', 'implicit'],
      'o:1:1 SL1502 warning: because of the white space in front of "!" all of this is a pattern for @rx; remove the white space',
    ],
    [
      '\t@rx a',
      ['rx', '\t@rx a', 'implicit'],
      'o:1:1 SL1502 warning: because of the white space in front of "@" all of this is a pattern for @rx; remove the white space',
    ],
  ])('%j is reported', (text, operator, found) => {
    expect(parse(text)).toEqual({ operator, found: [found] });
  });
});
