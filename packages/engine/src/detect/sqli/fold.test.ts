import { describe, expect, test } from 'vitest';
import { createTokens, fold } from './fold.ts';
import { SqlTokenizer } from './tokenizer.ts';

/** What remains of a value, as `type text`. */
function remains(value: string): string[] {
  const tokens = createTokens();
  const count = fold(new SqlTokenizer(value, { quote: '', dialect: 'ansi' }), tokens);
  return tokens.slice(0, count).map(({ type, text }) => `${type} ${text}`);
}

describe('two tokens', () => {
  test.each([
    [`'a' "b" 'c'`, ['s a']],
    [';;;', ['; ;']],
    ['a = -1', ['n a']],
    ['1 and - - 1', ['1 1', '& and', '1 1']],
    ["'a' = (-1)", ['s a', 'o =', '( (', '1 1', ') )']],
    ['1 union all select', ['1 1', 'U union all', 'E select']],
    ['1 union all distinct select', ['1 1', 'U union all distinct', 'E select']],
    ['group by 1', ['B group by', '1 1']],
    ["'a' not in (1)", ['s a', 'o not in', '( (', '1 1', ') )']],
    ['1; if (1)', ['1 1', '; ;', 'T if', '( (', '1 1']],
    ['1; ifnull(1)', ['1 1', '; ;', 'T ifnull', '( (', '1 1']],
    ['user_id (1)', ['f user_id', '( (', '1 1', ') )']],
    ['select user()', ['E select', 'f user', '( (', ') )']],
    ['select user(1)', ['E select', 'n user', '( (', '1 1', ') )']],
    ['a in (1', ['n a', 'o in', '( (', '1 1']],
    ["'a' in 'b'", ['s a', 'n in', 's b']],
    ['a like (1', ['n a', 'f like', '( (', '1 1']],
    ["'a' like 'b'", ['s a', 'o like', 's b']],
    ["1, binary 'a'", ['1 1']],
    ["'a' collate latin1_bin", ['s a', 'A collate', 't latin1_bin']],
    ["'a' collate latin1", ['s a', 'A collate', 'n latin1']],
    ['a \\1', ['n a', '1 1']],
    ["'a' \\%1", ['s a', '1 \\']],
    ["'a' = ((1))", ['s a', 'o =', '( (', '1 1', ') )']],
    ['{x 1}', ['1 1']],
    ['select {``.``.id}', ['E select', '{ {', 'X ']],
  ])('%j', (value, tokens) => {
    expect(remains(value)).toEqual(tokens);
  });
});

describe('three tokens', () => {
  test.each([
    ['1+1+1+1+1+1', ['1 1']],
    ["'a' = !(1)", ['s a', 'o =', '( (', '1 1', ') )']],
    ['1 and 1 or', ['1 1', '& and']],
    ['@a = @b', ['v a']],
    ['@a = 1', ['v a']],
    ['1 = @a', ['1 1', 'o =', 'v a']],
    ['a = 1', ['n a']],
    ["'a'::text", ['s a']],
    ['1, a, @b', ['1 1']],
    ['select -(1', ['E select', '( (', '1 1']],
    ['select -1', ['E select', '1 1']],
    ['1, -1', ['1 1']],
    ['1, -sin(1)', ['1 1', ', ,', 'f sin', '( (', '1 1']],
    ['`a`.`b`', ['n a']],
    ['select .`a`', ['E select', 'n a']],
  ])('%j', (value, tokens) => {
    expect(remains(value)).toEqual(tokens);
  });
});

describe('the beginning and the end', () => {
  test.each([
    ['', []],
    ['/*a*/ ( - ~ int', []],
    ['((-1', ['1 1']],
    ['1 -- a', ['1 1', 'c -- a']],
    ['1 /*a*/ = /*b*/ 2', ['1 1']],
    ['1 + (2) = (3) union', ['1 1', 'U union']],
    ['a + (2) union', ['n a', 'U union']],
    ['1), (2), (3) union', ['1 1', ') )', 'U union']],
    ['select 1 from (select 2 from x)', ['E select', '1 1', 'k from', '( (', 'E select']],
  ])('%j', (value, tokens) => {
    expect(remains(value)).toEqual(tokens);
  });
});
