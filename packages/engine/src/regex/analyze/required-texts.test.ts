import { describe, expect, test } from 'vitest';
import { ByteSet } from '../../bytes/byte-set.ts';
import { parseRegex } from '../parse/grammar.ts';
import { type Requirement, requiredTexts } from './required-texts.ts';

/** Few and long is best. */
const cost = (requirement: Requirement): number => requirement.reduce((sum, text) => sum + 256 ** -text.length, 0);

const best = (pattern: string, absent?: ByteSet): readonly string[] | undefined => {
  const { tree } = parseRegex(pattern, { dotAll: true, dollarEndOnly: true });
  const [first] = requiredTexts(tree, absent === undefined ? { cost } : { cost, absent });
  return first && [...first].sort();
};

const rows: readonly (readonly [pattern: string, texts: readonly string[] | undefined])[] = [
  ['select', ['select']],
  ['(?i)SeLect', ['select']],
  ['^/admin$', ['/admin']],
  ['union\\s+select', ['select']],
  ['https?://', ['http://', 'https://']],
  ['(?:cat|dog)s', ['cats', 'dogs']],
  ['(?:cat|\\d+dog)food', ['food']],
  ['(?:cat\\d|\\d+doggy)', ['cat0', 'cat1', 'cat2', 'cat3', 'cat4', 'cat5', 'cat6', 'cat7', 'cat8', 'cat9', 'doggy']],
  ['a{3}b', ['aaab']],
  ['a{2,}b', ['aa']],
  ['x*', undefined],
  ['x*y', ['y']],
  ['(?:one|)', undefined],
  ['foo(?=bar)', ['foo']],
  ['foo(?!bar)', ['foo']],
  ['(foo)\\1', ['foo']],
  ['(?>foo|bar)baz', ['barbaz', 'foobaz']],
  ['fo\\b(?:o)', ['foo']],
  ['', undefined],
];

describe('requiredTexts', () => {
  test.each(rows)('%s', (pattern, texts) => {
    expect(best(pattern)).toEqual(texts);
  });

  test('gives up the branches that need an absent byte', () => {
    expect(best("w'?h'?o|x\\\\y", ByteSet.from([0x27, 0x5c]))).toEqual(['who']);
  });

  test('says that nothing can match', () => {
    expect(best("a'b", ByteSet.of(0x27))).toEqual([]);
  });
});
