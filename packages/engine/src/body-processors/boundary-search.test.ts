import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toBytes } from '../bytes/byte-string.ts';
import { BoundarySearch } from './boundary-search.ts';

const DELIMITER = '--limit';
const search = new BoundarySearch(DELIMITER);

it.each([
  ['nothing', 'abcdefgh', true, 7],
  ['a line with dashes', 'ab\n--cd', true, 1],
  ['a line with dashes, of a CR and an LF', 'ab\r\n--cd', true, 2],
  ['the delimiter inside of a line', 'ab--limit', true, 1],
  ['the delimiter where it is flagged already', 'ab--limit', false, 8],
  ['dashes inside of a line', 'ab--cd', true, 5],
  ['a line behind many dashes', `${'-'.repeat(20)}x\n--y`, true, 20],
  ['the delimiter behind many dashes', `${'- '.repeat(9)}${'--x'.repeat(9)}--limit`, true, 44],
])('stops before %s', (_what, text, isInnerJudged, end) => {
  expect(search.harmlessEnd(toBytes(text), 0, text.length, isInnerJudged)).toBe(end);
});

it('stops before the first of what is looked for, whatever comes before', () => {
  const piece = fc.constantFrom('-', '--', '---', '\n', '\r\n', '\n-', '\n--', DELIMITER, '--limi', 'a', 'limit');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.nat(9), fc.boolean(), (pieces, from, isInnerJudged) => {
      const text = `${pieces.join('')}12345678`;
      const start = Math.min(from, text.length - 8);
      const wanted = isInnerJudged ? ['\n--', DELIMITER] : ['\n--'];
      const found = wanted.map((one) => text.indexOf(one, start)).filter((at) => at >= 0);
      const end = Math.min(...found, text.length - 4) - 1;
      expect(search.harmlessEnd(toBytes(text), start, text.length - 4, isInnerJudged)).toBe(end);
    }),
  );
});
