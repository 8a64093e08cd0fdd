import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { apacheSite, fromApache, notesOn } from '../../../test/support/old-configuration.ts';

it('upstream certificates stay verified, whatever Apache did', async () => {
  const result = await fromApache(apacheSite('SSLProxyEngine on\nSSLProxyVerify none\nProxyPass / https://a/'));
  expect(parse(result.text)['upstreams']['a']).toEqual({ urls: 'https://a' });
  expect(notesOn(result, 'SSLProxyVerify')).toContain('left out | certificates of https:// upstreams are verified');
});
