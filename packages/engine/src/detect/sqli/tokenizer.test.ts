import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createToken } from './token.ts';
import { type SqlContext, SqlTokenizer } from './tokenizer.ts';

const ansi: SqlContext = { quote: '', dialect: 'ansi' };
const mysql: SqlContext = { quote: '', dialect: 'mysql' };
const inQuotes: SqlContext = { quote: "'", dialect: 'ansi' };

/** The tokens of a value as `type text`, strings with what quotes they have. */
function read(value: string, context: SqlContext = ansi): string[] {
  const tokenizer = new SqlTokenizer(value, context);
  const seen: string[] = [];
  for (let token = createToken(); tokenizer.next(token); token = createToken()) {
    const at = '@'.repeat(token.atSigns);
    seen.push(`${token.type} ${at}${token.openQuote}${token.text}${token.closeQuote}`);
  }
  return seen;
}

describe('words', () => {
  test.each([
    ['select', ['E select']],
    ['Users', ['n Users']],
    ['sys.user_name', ['n sys.user_name']],
    ['UTL_HTTP.REQUEST', ['f UTL_HTTP.REQUEST']],
    ['SELECT.1', ['E SELECT', '1 .1']],
    ['select`id`', ['E select', 'n `id`']],
    ['`sin`', ['f `sin`']],
    ['`from`', ['n `from`']],
    ['`', ['n `']],
    ['[a b]]', ['n [a b]', '? ]']],
    ['[open', ['n [open']],
    ['a\xa0b', ['n a', 'n b']],
    ['a\0b', ['n a', 'n b']],
    ['\x7f\x01a\x7f', ['n a\x7f']],
    ['caf\xe9', ['n caf\xe9']],
    ['a_word_of_more_than_thirty_one_bytes', ['n a_word_of_more_than_thirty_one_']],
    ['$.a', ['n $.a']],
    ['{x}', ['{ {', 'n x', '} }']],
  ])('%j', (value, tokens) => {
    expect(read(value)).toEqual(tokens);
  });
});

describe('variables', () => {
  test.each([
    ['@a', ['v @a']],
    ['@@version', ['v @@version']],
    ['@@`version`', ['v @@`version`']],
    ["@'a b'", ["v @'a b'"]],
    ['@"open', ['v @"open']],
    ['@', ['v @']],
    ['@ a', ['v @', 'n a']],
    ['@a`b`', ['v @a', 'n `b`']],
    ['@a[1]', ['v @a[1]']],
  ])('%j', (value, tokens) => {
    expect(read(value)).toEqual(tokens);
  });
});

describe('numbers', () => {
  test.each([
    ['1', ['1 1']],
    ['1.5', ['1 1.5']],
    ['.5', ['1 .5']],
    ['5.', ['1 5.']],
    ['.', ['. .']],
    ['1e5', ['1 1e5']],
    ['1E+5', ['1 1E+5']],
    ['1e', ['n 1e']],
    ['1.e+x', ['n 1.e+', 'n x']],
    ['0x1f', ['1 0x1f']],
    ['0xz', ['n 0x', 'n z']],
    ['0b101', ['1 0b101']],
    ['0b2', ['n 0b', '1 2']],
    ['0x1\x002', ['1 0x1\x002']],
    ['1f', ['1 1f']],
    ['1d;', ['1 1d', '; ;']],
    ['1fUNION', ['1 1f', 'U UNION']],
    ['1FROM', ['1 1', 'k FROM']],
    ["x'1f'", ["1 x'1f'"]],
    ["X'1g'", ['n X', "s '1g'"]],
    ["b'01'", ["1 b'01'"]],
    ["b'01", ['n b', "s '01"]],
    ['\\N', ['1 \\N']],
    ['\\n', ['\\ \\', 'n n']],
    ['$1,000.00', ['1 $1,000.00']],
    ['$', ['n $']],
    ['$a', ['n $', 'n a']],
  ])('%j', (value, tokens) => {
    expect(read(value)).toEqual(tokens);
  });
});

describe('strings', () => {
  test.each([
    ["'a'", ["s 'a'"]],
    ['"a', ['s "a']],
    ["'a''b'", ["s 'a''b'"]],
    ["'a\\'b'", ["s 'a\\'b'"]],
    ["'a\\\\'b", ["s 'a\\\\'", 'n b']],
    ["'''", ["s '''"]],
    ["e'a'", ["s 'a'"]],
    ["n'a'", ["s 'a'"]],
    ["n'", ['n n', "s '"]],
    ["u&'a'", ['s uau']],
    ["u&'a", ['s ua']],
    ['u&a', ['n u', 'o &', 'n a']],
    ["q'(a)'b", ['s qaq', 'n b']],
    ["q'!a!'", ['s qaq']],
    ["Q'<a", ['s qa']],
    ["nq'[a]'", ['s qaq']],
    ["q' a '", ['n q', "s ' a '"]],
    ["q'\xe9a\xe9'", ['n q', "s '\xe9a\xe9'"]],
    ['$$a$$', ['s $a$']],
    ['$$a', ['s $a']],
    ['$tag$a$b$tag$c', ['s $a$b$', 'n c']],
    ['$tag$a$TAG$', ['s $a$TAG$']],
    ['$a1$b', ['n $', 'n a1$b']],
  ])('%j', (value, tokens) => {
    expect(read(value)).toEqual(tokens);
  });
});

describe('operators and comments', () => {
  test.each([
    ['<=>', ['o <=>']],
    ['<>', ['o <>']],
    ['==', ['o =', 'o =']],
    ['&&', ['& &&']],
    ['||', ['& ||']],
    ['|', ['o |']],
    ['a::int', ['n a', 'o ::', 't int']],
    ['a:b', ['n a', ': :', 'n b']],
    ['a:', ['n a', 'o :']],
    [':=', ['o :=']],
    ['?', ['? ?']],
    ['/', ['o /']],
    ['/*a*/b', ['c /*a*/', 'n b']],
    ['/*a', ['c /*a']],
    ['/**/', ['c /**/']],
    ['/*/*/', ['X /*/*/']],
    ['/*a/*b*/', ['X /*a/*b*/']],
    ['/*a/*b', ['c /*a/*b']],
    ['/*!1*/', ['X /*!1*/']],
    ['/*!', ['X /*!']],
    ['-- a\nb', ['c -- a', 'n b']],
    ['--\x00a', ['c --\x00a']],
    ['--a', ['c --a']],
    ['--', ['c --']],
    ['-', ['o -']],
    ['#a\nb', ['o #', 'n a', 'n b']],
  ])('%j', (value, tokens) => {
    expect(read(value)).toEqual(tokens);
  });

  test.each([
    ['--a', ['o -', 'o -', 'n a']],
    ['-- a', ['c -- a']],
    ['--', ['c --']],
    ['#a\nb', ['c #a', 'n b']],
  ])('%j in MySQL', (value, tokens) => {
    expect(read(value, mysql)).toEqual(tokens);
  });

  test('tells whether MySQL would read another thing', () => {
    const differs = (value: string) => {
      const tokenizer = new SqlTokenizer(value, ansi);
      while (tokenizer.next(createToken()));
      return tokenizer.dialectsDiffer;
    };
    expect(['a', '-- a', '--', '--a', '#', "'#'"].map(differs)).toEqual([false, false, false, true, true, false]);
  });
});

describe('a value that begins inside a string', () => {
  test.each([
    ["a' b", ["s a'", 'n b']],
    ['a', ['s a']],
    ["'", ["s '"]],
    ["''", ["s ''"]],
    ["\\' b' c", ["s \\' b'", 'n c']],
  ])('%j', (value, tokens) => {
    expect(read(value, inQuotes)).toEqual(tokens);
  });
});

test('an empty value has no tokens, inside a string or not', () => {
  expect(read('')).toEqual([]);
  expect(read('', inQuotes)).toEqual([]);
});

test('any bytes are read to the end, with no more tokens than bytes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 60 }),
      fc.constantFrom<SqlContext['quote']>('', "'", '"'),
      fc.constantFrom<SqlContext['dialect']>('ansi', 'mysql'),
      (bytes, quote, dialect) => {
        const tokens = read(String.fromCharCode(...bytes), { quote, dialect });
        expect(tokens.length).toBeLessThanOrEqual(bytes.length);
      },
    ),
  );
});
