import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { apacheRoutes, apacheSite, fromApache, notesOn, type Route } from '../../../test/support/old-configuration.ts';

describe('routes of a site', () => {
  it.each<[text: string, routes: readonly Route[]]>([
    [
      'ProxyPass / http://a/\n<Location /big>\nLimitRequestBody 5\nSecRuleEngine Off\n</Location>',
      [
        { path: '/', upstream: 'a' },
        { path: '/big', upstream: 'a', max_body: 5, waf: 'off' },
      ],
    ],
  ])('%s', async (text, routes) => {
    expect(await apacheRoutes(text)).toMatchObject(routes);
  });

  it('a prefix that an earlier one takes never applies', async () => {
    const result = await fromApache(apacheSite('ProxyPass / http://a/\nProxyPass /x http://b/'));
    expect(parse(result.text)['routes']).toHaveLength(1);
    expect(notesOn(result, 'ProxyPass /x')).toContain('left out | ProxyPass / http://a/ stands before it');
  });
});
