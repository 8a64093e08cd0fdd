import { describe, expect, test } from 'vitest';
import { isAttack, isKnownFingerprint, readInContext } from './fingerprint.ts';
import { FINGERPRINTS } from './tables.generated.ts';
import type { SqlContext } from './tokenizer.ts';

const asIs: SqlContext = { quote: '', dialect: 'ansi' };

function read(value: string, context: SqlContext = asIs): [fingerprint: string, isAttack: boolean] {
  const reading = readInContext(value, context);
  return [reading.fingerprint, isAttack(value, reading)];
}

describe('the table', () => {
  test('lists fingerprints by length, sorted, with one byte between them', () => {
    expect(FINGERPRINTS.map((text, length) => text.length % (length + 1))).toEqual([0, 0, 0, 0, 0, 0]);
    for (const [length, text] of FINGERPRINTS.entries()) {
      const listed = text.split(/\s/).filter((shape) => shape !== '');
      expect(listed).toEqual([...new Set(listed)].sort());
      expect(listed.filter((shape) => shape.length !== length || shape !== shape.toUpperCase())).toEqual([]);
      expect(listed.filter((shape) => !isKnownFingerprint(shape))).toEqual([]);
    }
  });

  test('has no fingerprint of one token but that of an unreadable comment, so that a lone word is never an attack', () => {
    expect(FINGERPRINTS[1]).toBe('X\n');
  });

  test.each([
    ['s&1c', true],
    ['S&1C', true],
    ['nnnnn', false],
    ['1UE1', true],
    ['n', false],
    ['', false],
    ['1U', true],
    ['sos', true],
    ['X', true],
    ['sosss', false],
    ['1UE1ok', false],
    ['\xff', false],
  ])('%j: %s', (fingerprint, isKnown) => {
    expect(isKnownFingerprint(fingerprint)).toBe(isKnown);
  });
});

describe('what a known fingerprint is not enough for', () => {
  test.each([
    // 1U: only if something was folded or commented away
    ['1 union', ['1U', false]],
    ['1 /**/ union', ['1U', true]],
    ['1+1 union', ['1U', true]],
    // nc: only comments in the style of C
    ['foo --', ['nc', false]],
    ['foo/*', ['nc', true]],
    // 1c: a number, and really followed by the comment
    ['1 --', ['1c', true]],
    ['1--', ['1c', true]],
    ['1/*', ['1c', true]],
    [' 12--', ['1c', false]],
    [' 1 2--', ['11c', false]],
    ['1234-ABCDEF--', ['1c', true]],
    ['1-- foo', ['1c', true]],
    // vc: only two dashes at the very end
    ['@a --', ['vc', true]],
    ['@a -- foo', ['vc', false]],
    // sos: only if the outer quotes are missing
    ["'a' = 'b'", ['sos', false]],
    ["'a' & 'b", ['sos', false]],
    // 1&1 and its like: only if something was folded away
    ['1 and 1', ['1&1', false]],
    ['1 and 1<2', ['1&1', true]],
    ["'a' and b", ['s&n', false]],
    ["'a' and b+1", ['s&n', true]],
    // keywords: only INTO OUTFILE and INTO DUMPFILE
    ['a from b', ['nkn', false]],
    ['1 into outfile "a"', ['1ks', true]],
    // but any comment with this word in it is an attack
    ['foo -- sp_password', ['nc', true]],
    ['foo sp_password', ['nn', false]],
  ] as const)('%j', (value, expected) => {
    expect(read(value)).toEqual(expected);
  });

  test('the quotes of the page count for sos', () => {
    const inQuotes: SqlContext = { quote: "'", dialect: 'ansi' };
    expect(read("a' = 'b", inQuotes)).toEqual(['sos', true]);
    expect(read("a' = 'b'", inQuotes)).toEqual(['sos', false]);
    expect(read(`a' = "b`, inQuotes)).toEqual(['sos', false]);
    expect(read("a' and 'b", inQuotes)).toEqual(['s&s', true]);
  });

  test('a hash in MySQL is too common to count', () => {
    const mysql: SqlContext = { quote: '', dialect: 'mysql' };
    expect(read('1 #', mysql)).toEqual(['1c', false]);
    expect(read("1 or '1' #", mysql)).toEqual(['1&sc', true]);
  });
});

test('what cannot be read with confidence is an attack wherever it is', () => {
  expect(read('a b c /*! d */')).toEqual(['X', true]);
  expect(read('1 /* /* */')).toEqual(['X', true]);
});

test('an unclosed backtick with nothing in it is a comment at the end', () => {
  expect(read("select 'a' `")[0]).toBe('Esc');
  expect(read("select 'a' `b")[0]).toBe('Esn');
  expect(read("select 'a' ``")[0]).toBe('Esn');
});
