import { describe, expect, test } from 'vitest';
import { isKnownFingerprint } from '../../packages/engine/src/detect/sqli/fingerprint.ts';
import { lookUpKeyword } from '../../packages/engine/src/detect/sqli/keywords.ts';
import { FINGERPRINTS, KEYWORDS } from '../../packages/engine/src/detect/sqli/tables.generated.ts';
import { createToken } from '../../packages/engine/src/detect/sqli/token.ts';
import { SqlTokenizer } from '../../packages/engine/src/detect/sqli/tokenizer.ts';
import { available, folder, readTables } from './corpus.ts';

/** What follows a byte to show its class, and the first token of both together. White space shows none. */
const probes: Readonly<Record<string, readonly [following: string, type: string, text: string]>> = {
  CHAR_WHITE: ['', '', ''],
  CHAR_WORD: ["'01'", 'n', '_'],
  CHAR_BSTRING: ["'01'", '1', "_'01'"],
  CHAR_XSTRING: ["'0f'", '1', "_'0f'"],
  CHAR_ESTRING: ["'a'", 's', 'a'],
  CHAR_QSTRING: ["'(a)'", 's', 'a'],
  CHAR_NQSTRING: ["q'(a)'", 's', 'a'],
  CHAR_USTRING: ["&'a'", 's', 'a'],
  CHAR_BWORD: ['a]', 'n', '_a]'],
  CHAR_TICK: ['a`', 'n', 'a'],
  CHAR_STR: ['a', 's', 'a'],
  CHAR_VAR: ['a', 'v', 'a'],
  CHAR_MONEY: ['1', '1', '_1'],
  CHAR_NUM: ['1', '1', '_1'],
  CHAR_HASH: ['=', 'o', '_'],
  CHAR_DASH: ['- ', 'c', '_- '],
  CHAR_SLASH: ['**/', 'c', '_**/'],
  CHAR_BACK: ['N', '1', '_N'],
  CHAR_OP1: ['=', 'o', '_'],
  CHAR_UNARY: ['=', 'o', '_'],
  CHAR_OP2: ['=', 'o', '_='],
  CHAR_BANG: ['=', 'o', '_='],
  CHAR_OTHER: ['', '?', '_'],
  CHAR_COMMA: ['', ',', '_'],
  CHAR_SEMICOLON: ['', ';', '_'],
  CHAR_LEFTPARENS: ['', '(', '_'],
  CHAR_RIGHTPARENS: ['', ')', '_'],
  CHAR_LEFTBRACE: ['', '{', '_'],
  CHAR_RIGHTBRACE: ['', '}', '_'],
};

describe.skipIf(!available)(`libinjection's tables (skipped without ${folder})`, () => {
  test('every keyword has its type, in any case, and there are no others', () => {
    const { keywords } = readTables();
    for (const [word, type] of Object.entries(keywords)) {
      expect([word, lookUpKeyword(word, 0, word.length)]).toEqual([word, type]);
      expect([word, lookUpKeyword(` ${word.toLowerCase()} `, 1, word.length + 1)]).toEqual([word, type]);
    }
    const ours = Object.values(KEYWORDS).flatMap((list) => list.split(',').filter((word) => word.trim() !== ''));
    expect(ours).toHaveLength(Object.keys(keywords).length);
  });

  test('every fingerprint is known, and there are no others', () => {
    const { fingerprints } = readTables();
    expect(fingerprints.filter((fingerprint) => !isKnownFingerprint(fingerprint))).toEqual([]);
    expect(FINGERPRINTS.join('').trim().split(/\s+/)).toHaveLength(fingerprints.length);
  });

  test('every byte begins what it begins in the reference', () => {
    const wrong = readTables().charmap.flatMap((kind, byte) => {
      const first = String.fromCharCode(byte);
      const [following, type, text] = probes[kind]!;
      const token = createToken();
      new SqlTokenizer(first + following, { quote: '', dialect: 'ansi' }).next(token);
      // Of all that could be an operator of two bytes, only "==" is none.
      const expected = first === '=' ? '=' : text.replace('_', () => first);
      return token.type === type && token.text === expected ? [] : [{ byte, kind, token }];
    });
    expect(wrong).toEqual([]);
  });
});
