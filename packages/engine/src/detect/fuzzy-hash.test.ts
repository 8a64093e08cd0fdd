import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareFuzzyHashes, type FuzzySignature, fuzzyHash, parseFuzzyHash } from './fuzzy-hash.ts';

/** Printable text that looks random and is not. */
const sample = (length: number): string =>
  Array.from({ length }, (_, i) => String.fromCharCode(33 + ((i * i * 7 + i * 3) % 90))).join('');

const signature = (text: string): FuzzySignature => parseFuzzyHash(text)!;

describe('fuzzyHash', () => {
  // What libfuzzy 2.14.1 writes.
  it.each([
    ['', '3::'],
    [sample(1), '3:E:E'],
    [sample(7), '3:nmMan:7a'],
    [sample(50), '3:nmMa3AyxQm1/CEMAsn2EOmnn:7L'],
    [sample(200), '3:nmMa3AyxQm1/CEMAsn2EOmnr3AyxQm1/CEMAsn2EOmnr3AyxQm1/CEMAsn2EOmnv:7J'],
    [sample(5000), '3:nmMa3AyxQm1/CEMAsn2EOmnr3AyxQm1/CEMAsn2EOmnr3AyxQm1/CEMAsn2EOmnT:7F'],
    ['a'.repeat(1000), '3:tjN:/'],
  ])('of %j', (text, hash) => expect(fuzzyHash(text)).toBe(hash));

  it('is always something that can be read back, and alike to itself', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
        const own = signature(fuzzyHash(String.fromCharCode(...bytes)));
        expect(compareFuzzyHashes(own, own)).toBe(100);
      }),
    );
  });
});

describe('compareFuzzyHashes', () => {
  // Pairs of similar texts and the score libfuzzy 2.14.1 gives them.
  const pairs: readonly (readonly [string, string, number])[] = [
    [
      '24:X41uveqmPOOWuAqEFdgyaQe/7tCOGlVCCURFHmNgkoHE9XF/FlLFQIZZS3q98b3S:I19tP7/AXFdgya//p6TCCAH6gkoHE9Xr',
      '24:X41ufqEFdgmCOGlVCCDnRFHmNgkoHE9/FlLFQIZZS3q98b3qC+Hco29S:I1aXFdgm6TCC7H6gkoHE9/jL+2s6yb3S',
      74,
    ],
    [
      '24:u9B0BvdKNXPYICiIvyWlDCHyYbP1+Pd3pOSqEruTxPT72yeRFcJxcfzb:u6KNfbCiIqWl6X1wd3BaTFKRFY6b',
      '48:u6KNfbCiIgEanXuK1Wl2kNX1wd32aTdC1rv3Alc2RFY6E:uxGkrXJWl2kNFSTTdC1rvACv',
      61,
    ],
    [
      '3:ocdPLXWT/ADxivJBF6qQEmqBREm6C+gwy4VvBZn:ocpWTbB+vnyhF+gwVt',
      '3:5xVMMMrFRge6C09alf6Ggwy4VvBZn:L0FmeFdytwVt',
      29,
    ],
    ['3:x/VVDSFudVgHW:xXDbdaW', '3:x/VVDSFroWjCicdWQPcVvuAHW:xXDEUdWRzW', 13],
    [
      '12:TPkmX+qP04YyRwbtTlA7A6FTxYMrbO4AGSoOrYeJZKM1FLl6Hg0XyO4EdLltf2Tu:TsWdCymbJYA+C2BkoazL1dypiFEdbOTu',
      '12:TPkmX+qP04YyRwbtTlA7A6FTxYMrbO4AGSoOrYeJZKM1FLl6Hg0XyO4EdLltf2TV:TsWdCymbJYA+C2BkoazL1dypiFEdbOTV',
      99,
    ],
    [
      '48:u4bi5rrmNburkP3wbWVw1Boyn/w8XBYNaCzVr6iSTBB2CO6bKaRLlfV:e5fIOkPwbWgXBYzWiSFXJZ9',
      '96:bKset4V/+TO9XBYzWvWSFXJXpOdxDJEPub9:S+JfjFXJXpCb8s',
      0,
    ],
    // Blocks of sizes that are not neighbours tell nothing about each other.
    ['3:nmMa3AyxQm1/CEMAsn2EOmnn:7L', '12:nmMa3AyxQm1/CEMAsn2EOmnn:7L', 0],
  ];
  it.each(pairs)('%s and %s', (left, right, score) => {
    expect(compareFuzzyHashes(signature(left), signature(right))).toBe(score);
    expect(compareFuzzyHashes(signature(right), signature(left))).toBe(score);
  });
});

describe('parseFuzzyHash', () => {
  it('shortens runs and takes a file name', () => {
    expect(parseFuzzyHash('3:aaaaaab:cccc,"a, b"')).toEqual({ block: 3, fine: 'aaab', coarse: 'ccc' });
  });
  it.each(['', '3:a', 'x:a:b', '3:a:b:c', '3:a b:c', `3:${'a'.repeat(65)}:b`])('refuses %j', (text) =>
    expect(parseFuzzyHash(text)).toBeUndefined(),
  );
});
