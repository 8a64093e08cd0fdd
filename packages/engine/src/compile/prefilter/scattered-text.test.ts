import { describe, expect, it } from 'vitest';
import { isSpaceOrNbsp, lowerCase } from '../../bytes/ascii.ts';
import { lowercase } from '../../transformations/lowercase.ts';
import { removeWhitespace } from '../../transformations/remove-whitespace.ts';
import { scannerOf } from './condition-scanner.ts';
import { ScatteredText } from './scattered-text.ts';
import { atOnce } from './stepwise.ts';

const TITLE = '<title>punkshell</title>';
const text = ScatteredText.of(TITLE, isSpaceOrNbsp) as ScatteredText;

describe('ScatteredText', () => {
  it.each([
    ['as it is', `a ${TITLE} b`, true],
    ['broken up', '< t i\ttle>\npu\xa0nkshe\r\nll</title\v >', true],
    ['in capitals', '<TITLE>PUNKSHELL</TITLE>', true],
    ['at the beginning and the end', TITLE, true],
    ['cut at the end', TITLE.slice(0, -1), false],
    ['cut at the beginning', TITLE.slice(1), false],
    ['broken up by another byte', '<title>punk-shell</title>', false],
    ['behind places that are none', `k kk sk k<title>punk${TITLE}`, true],
    ['not there', 'plain', false],
    ['nothing', '', false],
  ])('%s', (_, value, expected) => expect(text.isIn(value)).toBe(expected));

  it('does not look at a value that is full of places to the end', () => {
    expect(text.isIn('k'.repeat(10_000))).toBeUndefined();
    expect(text.isIn(`${'k'.repeat(100)}${'x'.repeat(10_000)}${TITLE}`)).toBe(true);
  });

  it('wants a letter or digit to begin with', () => {
    expect(ScatteredText.of('<?=', isSpaceOrNbsp)).toBeUndefined();
    expect(ScatteredText.of('<?1', isSpaceOrNbsp)).toBeDefined();
  });

  it('finds what the transformation leaves, in any mixture of pieces', () => {
    const pieces = ['<', 'K', 'k', ' ', '\n', '\xa0', 'pun', '<title>pu', 'nkshell<', '/TITLE>', TITLE, 'x'];
    let random = 7;
    for (let round = 0; round < 3000; round++) {
      let value = '';
      for (let count = 0; count < 9; count++) {
        random = (random * 1_103_515_245 + 12_345) % 2_147_483_648;
        value += pieces[(random >> 12) % pieces.length];
      }
      const isThere = lowerCase(removeWhitespace.apply(value, { unicodeMap: new Map() } as never)).includes(TITLE);
      expect([value, text.isIn(value)]).toEqual([value, isThere]);
    }
  });
});

describe('what is asked behind a transformation that takes bytes out', () => {
  const conditions = [
    [{ mask: 0, texts: ['alpha'] }],
    [{ mask: 0, texts: ['beta', 'gamma'] }],
    [
      { mask: 1, texts: ['!'] },
      { mask: 0, texts: ['delta'] },
    ],
    [{ mask: 1, texts: [] }],
  ];
  const met = (asked: readonly number[] | undefined, value: string): readonly number[] => {
    const scanner = atOnce(scannerOf(conditions));
    if (asked !== undefined) scanner.expect(removeWhitespace, asked);
    const target = new Int32Array(scanner.words);
    const plain = new Int32Array(scanner.words);
    scanner.scan(value, plain, 0);
    scanner.scanWithout(value, scanner.mask, removeWhitespace, target, 0);
    return (asked ?? [0, 1, 2, 3]).filter((condition) => (target[0]! & (1 << condition)) !== 0);
  };
  const filler = '.'.repeat(3000);

  it.each([
    [[0], `al p\nha${filler}`, [0]],
    [[0], `al.pha${filler}`, []],
    [[0, 1], `${filler}ga mma al pha`, [0, 1]],
    [[0, 1], `${filler}g amm.al pha`, [0]],
    // Of two clauses the one that is texts alone.
    [[2], `${filler}del ta`, [2]],
    [[2], `${filler}!`, []],
    // Bytes alone cannot be looked for: all of it is read.
    [[0, 3], `${filler}!al pha`, [0, 3]],
    [[0, 3], `${filler}al pha`, [0]],
    // Places everywhere: all of it is read.
    [[0], `${'p'.repeat(5000)}`, []],
    [undefined, `${filler}be ta`, [1]],
  ])('case %#: of conditions %j', (asked, value, expected) => expect(met(asked, value)).toEqual(expected));

  it('tells the kinds of bytes that are left', () => {
    const scanner = atOnce(scannerOf(conditions));
    scanner.expect(removeWhitespace, [0]);
    const target = new Int32Array(scanner.words);
    const value = `a! \n${'b'.repeat(3000)}`;
    scanner.scan(value, target, 0);
    const kinds = scanner.mask;
    scanner.scan('a!b', target, 0);
    const left = scanner.mask;
    scanner.scanWithout(value, kinds, removeWhitespace, target, 0);
    expect(scanner.mask).toBe(left);
  });

  it('is for transformations that take bytes out', () => {
    const scanner = atOnce(scannerOf(conditions));
    expect(() => scanner.scanWithout('a', 0, lowercase, new Int32Array(1), 0)).toThrow('lowercase does more');
  });
});
