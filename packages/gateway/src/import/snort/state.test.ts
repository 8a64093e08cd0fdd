import { describe, expect, it } from 'vitest';
import { expectNotConverted, firedSids, loadSnort, snortRule } from '../../../test/support/snort-rules.ts';

describe('what is remembered of a client', () => {
  it('flowbits remember a client', async () => {
    const set = snortRule('uricontent:"/a"; flowbits:set,seen.it; flowbits:noalert;');
    const waf = loadSnort(
      `${set}\n${snortRule('uricontent:"/b"; flowbits:isset,seen.it;').replace('sid:1;', 'sid:2;')}`,
    );
    expect(await firedSids(waf, { uri: '/b' })).toEqual([]);
    expect(await firedSids(waf, { uri: '/a' })).toEqual([]);
    expect(await firedSids(waf, { uri: '/b' })).toEqual([2]);
    expect(await firedSids(waf, { uri: '/b', client: '192.0.2.7' })).toEqual([]);
  });

  it.each([
    ['detection_filter:track by_src, count 2, seconds 60;', [[], [], [1], [1]]],
    ['threshold:type threshold, track by_src, count 2, seconds 60;', [[], [1], [1]]],
    ['threshold:type limit, track by_dst, count 1, seconds 60;', [[1], [1]]],
  ])('%s', async (options, expected) => {
    const waf = loadSnort(snortRule(`uricontent:"/x"; ${options}`));
    for (const ids of expected) expect(await firedSids(waf, { uri: '/x' })).toEqual(ids);
  });

  it.each([[snortRule('uricontent:"x"; threshold:type both, track by_dst, count 1, seconds 1;'), 'not kept by_src']])(
    '%s',
    expectNotConverted,
  );
});
