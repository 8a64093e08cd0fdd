import { describe, expect, it } from 'vitest';
import { compileRegex, RegexSyntaxError } from '../index.ts';
import type { RegexNode } from '../tree.ts';
import { parseRegex } from './grammar.ts';

/** A tree in one line: sets as their members, everything else by name. */
function print(node: RegexNode): string {
  switch (node.kind) {
    case 'set': {
      const bytes = [...node.set].map((byte) => String.fromCharCode(byte)).join('');
      return bytes.length > 12 ? `#${bytes.length}` : JSON.stringify(bytes).slice(1, -1);
    }
    case 'sequence':
      return `(${node.parts.map(print).join(' ')})`;
    case 'alternation':
      return `[${node.branches.map(print).join(' | ')}]`;
    case 'repeat':
      return `${node.mode}{${node.min},${node.max}}${print(node.body)}`;
    case 'group':
      return `${node.index}${node.name === undefined ? '' : `=${node.name}`}:${print(node.body)}`;
    case 'assertion':
      return node.claim;
    case 'atomic':
      return `atomic ${print(node.body)}`;
    case 'look':
      return `${node.negative ? 'not ' : ''}${node.behind ? 'behind' : 'ahead'} ${print(node.body)}`;
    case 'backreference':
      return `=${node.index}${node.caseless ? 'i' : ''}`;
    case 'conditional': {
      const { condition } = node;
      const asked = condition.kind === 'look' ? print(condition) : `set ${condition.index}`;
      return `if ${asked} then ${print(node.yes)} else ${print(node.no)}`;
    }
    default:
      return node.kind;
  }
}

describe('patterns as trees', () => {
  it.each([
    ['', 'empty'],
    ['ab', '(a b)'],
    ['a|b|', '[a | b | empty]'],
    [
      'a*b+?c?+d{2}e{2,}f{2,3}',
      '(greedy{0,Infinity}a lazy{1,Infinity}b possessive{0,1}c greedy{2,2}d greedy{2,Infinity}e greedy{2,3}f)',
    ],
    ['a{,2}{x', '(a { , 2 } { x)'],
    ['a{1}b{0}', '(a empty)'],
    ['(a)(?<n>b)(?:c)', '(1:a 2=n:b c)'],
    ["(?P<x>a)(?'y'b)\\k<x>\\k{y}\\k'x'(?P=y)\\g{x}", '(1=x:a 2=y:b =1 =2 =1 =2 =1)'],
    ['(a)(b)\\1\\g2\\g{-1}(?i)\\2', '(1:a 2:b =1 =2 =2 =2i)'],
    ['(?|(a)|(b)(c))(d)', '([1:a | (1:b 2:c)] 3:d)'],
    ['(?n)(a)(?<n>b)', '(a 1=n:b)'],
    ['(?>a)(?=b)(?!c)(?<=d)(?<!e)', '(atomic a ahead b not ahead c behind d not behind e)'],
    ['(a)(?(1)b|c)(?(?=d)e)', '(1:a if set 1 then b else c if ahead d then e else empty)'],
    ['(?i)a(?-i)a1', '(Aa a 1)'],
    ['a(?i)b|c', '[(a Bb) | Cc]'],
    ['(?i:a)a', '(Aa a)'],
    ['(?:[a]b)(?:[a]b)(?i)(?:[a]b)(?-i:(?:[a]b))', '((a b) (a b) (Aa Bb) (a b))'],
    ['(?:(a))(?:(a))(?:\\1)', '(1:a 2:a =1)'],
    ['(?x) a b # c\n[ ]', '(a b  )'],
    ['(?xx)[a b]', 'ab'],
    ['(?U)a*a*?', '(lazy{0,Infinity}a greedy{0,Infinity}a)'],
    ['a(?#comment)+', 'greedy{1,Infinity}a'],
    ['\\Qa+\\E+', '(a greedy{1,Infinity}+)'],
    [
      '^$\\A\\z\\Z\\G\\b\\B',
      '(subjectStart subjectEndOrFinalNewline subjectStart subjectEnd subjectEndOrFinalNewline searchStart wordBoundary notWordBoundary)',
    ],
    ['(?:^)*(?:\\b)?', '(greedy{0,Infinity}subjectStart greedy{0,1}wordBoundary)'],
    ['[[:<:]]a[[:>:]]', '(wordStart a wordEnd)'],
    ['\\a\\e\\f\\n\\r\\t', '(\\u0007 \\u001b \\f \\n \\r \\t)'],
    ['\\0\\07\\101\\o{102}\\x43\\x{44}\\x', '(\\u0000 \\u0007 A B C D \\u0000)'],
    ['\\cA\\c[\\.\\-', '(\\u0001 \\u001b . -)'],
    ['\\18', '(\\u0001 8)'],
    ['\\d\\h\\v', '(0123456789 \\t \xa0 \\n\\u000b\\f\\r\x85)'],
    ['\\D.\\N', '(#246 #255 #255)'],
    ['\\R', 'atomic [(\\r \\n) | \\n\\u000b\\f\\r\x85]'],
    ['[]a^-]', '-]^a'],
    ['[^\\x01-\\xff]', '\\u0000'],
    ['[a-c\\d]', '#13'],
    ['[[:digit:]_][[:^ascii:]]', '(0123456789_ #128)'],
    ['[\\Q]-\\E\\b]', '\\b-]'],
    ['(?i)[[:lower:]b]', '#52'],
    ['\\K', 'keepOut'],
  ])('%j is %s', (pattern, expected) => {
    expect(print(parseRegex(pattern).tree)).toBe(expected);
  });

  it('counts groups and knows their names', () => {
    expect(parseRegex('(a)(?<word>b)(?:c)')).toMatchObject({ groupCount: 2, groupNames: new Map([['word', 2]]) });
  });
});

describe('refused patterns', () => {
  it.each<[pattern: string, offset: number, message: string]>([
    ['a**', 2, 'quantifier does not follow a repeatable item'],
    ['\\b+', 2, 'quantifier does not follow a repeatable item'],
    ['(?i)*', 4, 'quantifier does not follow a repeatable item'],
    ['a{2,1}', 6, 'numbers out of order in {} quantifier'],
    ['a{70000}', 8, 'number too big in {} quantifier'],
    ['(a', 2, 'missing closing parenthesis'],
    ['a)', 1, 'unmatched closing parenthesis'],
    ['[a', 0, 'missing terminating ] for character class'],
    ['[b-a]', 4, 'range out of order in character class'],
    ['[\\w-.]', 4, 'invalid range in character class'],
    ['[[:foo:]]', 3, 'unknown POSIX class name "foo"'],
    ['[:alpha:]', 0, 'POSIX named classes are supported only within a class'],
    ['a\\', 2, '\\ at end of pattern'],
    ['\\i', 1, '\\i is not supported'],
    ['\\p{L}', 1, '\\p is not supported'],
    ['\\X', 1, '\\X is not supported'],
    ['\\x{100}', 7, 'an hexadecimal escape above ff is no byte'],
    ['\\400', 4, 'octal value is greater than \\377'],
    ['\\1', 1, 'reference to non-existent subpattern'],
    ['\\k<n>', 2, 'reference to non-existent subpattern "n"'],
    ['(?<n>a)(?<n>b)', 7, 'two named subpatterns have the same name'],
    ['(?|(?<n>a)|(?<m>b))', 11, 'different names for subpatterns of the same number are not allowed'],
    ['(?P>n)', 0, 'calling a group as a subroutine, and (?P with anything but < or =, is not supported'],
    ['\\g<n>', 2, 'calling a group as a subroutine is not supported'],
    ['(a)\\g{-0}', 5, 'a relative group number must not be zero'],
    ['\\g', 2, '\\g must be followed by a number or a name'],
    ['\\k', 2, '\\k must be followed by a name in braces, angle brackets or quotes'],
    ['(?(R)a)', 3, 'this kind of condition is not supported'],
    ['(?(1a)', 4, 'missing ) behind a condition'],
    ['(a)(?(1)a|b|c)', 6, 'conditional subpattern contains more than two branches'],
    ['[[:<:]]+', 7, 'a word boundary cannot be repeated'],
    ['\\N{LATIN}', 3, '\\N{name} is not supported'],
    ['(?<1>a)', 3, 'subpattern name must start with a non-digit'],
    ['(?R)', 0, '(?R is not supported: callout, duplicate names, recursion, call or non-atomic look-ahead'],
    ['(a)(?1)', 3, '(?1 is not supported: callout, duplicate names, recursion, call or non-atomic look-ahead'],
    ['(*ACCEPT)', 0, 'verbs and (*name:…) groups are not supported'],
    ['(?<=a*)b', 0, 'lookbehind assertion is not fixed length'],
    ['(?=a\\K)', 5, '\\K is not allowed in lookarounds'],
    ['(?z)', 2, 'unrecognized character after (? or (?-'],
    ['(?#a', 4, 'missing ) after (?# comment'],
    [`${'('.repeat(251)}${')'.repeat(251)}`, 250, 'parentheses are too deeply nested'],
    ['((a{1000}){1000}){1000}', 23, 'regular expression is too large'],
  ])('%s', (pattern, offset, message) => {
    let thrown: unknown;
    try {
      compileRegex(pattern);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(RegexSyntaxError);
    expect(thrown).toMatchObject({ offset, message: `${message} at offset ${offset}` });
  });
});
