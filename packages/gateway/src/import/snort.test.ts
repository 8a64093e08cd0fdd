import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectNotConverted, firedSids, loadSnort, REQUEST, snortRule } from '../../test/support/snort-rules.ts';
import { convertSnort } from './snort.ts';

describe('what cannot be converted', () => {
  it.each([
    ['alert tcp any any -> any 80 (uricontent:"x";)', 'it has no sid'],
    ['alert tcp any any -> any 80 (uricontent:"x"; sid:x;)', 'is not a number'],
  ])('%s', expectNotConverted);

  it('is listed, and the rest works', async () => {
    const text = [
      '# a comment',
      snortRule('uricontent:"/one";'),
      snortRule('pcre:"/(/U";'),
      '',
      snortRule('uricontent:"/two";').replace('sid:1;', 'sid:2;'),
      snortRule('uricontent:"/three";'),
      'alert nonsense',
      'alert tcp any any -> any 80 (uricontent:"/four"; \\',
      '  sid:4;)',
    ].join('\n');
    const { lines } = convertSnort([{ file: 'a.rules', text }]);
    expect(lines.map(({ line, outcome }) => [line, outcome])).toEqual([
      [2, 'translated'],
      [3, 'left out'],
      [5, 'translated'],
      [6, 'left out'],
      [7, 'left out'],
      [8, 'translated'],
    ]);
    expect(lines[3]?.notes).toEqual(['the sid 1 is taken or too large']);
    const waf = loadSnort(text);
    expect(await firedSids(waf, { uri: '/one/two/four' })).toEqual([1, 2, 4]);
  });
});

describe('any text', () => {
  const token = fc.constantFrom(
    ...'alert tcp http any -> $HTTP_PORTS 80 ( ) ; : , ! " \\ | 41 content pcre: http_uri; http_header: uricontent:"a" sid:1; '.split(
      ' ',
    ),
    ...[
      'content:"a";',
      'pcre:"/a/U";',
      'distance:1;',
      'within:-2;',
      'isdataat:3,relative;',
      'urilen:<9;',
      '\n',
      '%{',
      "'",
    ],
    ...['flowbits:set,x;', 'depth:3;', 'content:!"|0a|";', 'http_cookie;', 'pcre:"/(?<a>b)\\1/R";', 'nocase;'],
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary-ascii' }),
    fc.array(token).map((tokens) => tokens.join(' ')),
  );

  it('is converted or listed, and what is written loads', () => {
    const wrapped = text.map((options) => `${REQUEST} (${options} sid:7;)`);
    fc.assert(
      fc.property(fc.oneof(text, wrapped), (snort) => {
        const { lines } = convertSnort([{ file: 'any', text: snort }]);
        expect(loadSnort(snort).ruleCount).toBeGreaterThanOrEqual(
          lines.filter(({ outcome }) => outcome === 'translated').length,
        );
      }),
      { numRuns: 300 },
    );
  });
});
