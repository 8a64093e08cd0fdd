import { describe, expect, it } from 'vitest';
import { expectNotConverted, firedSids, loadSnort, snortRule } from '../../../test/support/snort-rules.ts';

describe('addresses', () => {
  it.each([
    ['10.0.0.0/8', '10.1.1.1', '192.0.2.1'],
    ['[10.0.0.1, 2001:db8::/32]', '2001:db8::7', '10.0.0.2'],
    ['!10.0.0.1', '10.0.0.2', '10.0.0.1'],
  ])('from %s', async (source, inside, outside) => {
    const waf = loadSnort(snortRule('uricontent:"/x";', `alert tcp ${source} any -> $HTTP_SERVERS 80`));
    expect(await firedSids(waf, { uri: '/x', client: inside })).toEqual([1]);
    expect(await firedSids(waf, { uri: '/x', client: outside })).toEqual([]);
  });

  it.each([
    [
      snortRule('content:"x";', 'alert tcp [10.0.0.0/8,!10.1.1.1] any -> any 80'),
      'mixes numbers with variables or exceptions',
    ],
  ])('%s', expectNotConverted);
});
