import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  apacheAccess,
  apacheRoutes,
  apacheSite,
  fromApache,
  type Route,
} from '../../../test/support/old-configuration.ts';

describe('backends', () => {
  it.each<[text: string, routes: readonly Route[]]>([
    ['ProxyPass / unix:/run/a.sock|http://localhost/', [{ path: '/', upstream: 'run-a-sock' }]],
  ])('%s', async (text, routes) => {
    expect(await apacheRoutes(text)).toMatchObject(routes);
  });

  it('balancers, with weights, stand-bys and times', async () => {
    const { text } = await fromApache(
      apacheSite(`<Proxy balancer://app>
  BalancerMember http://a:1 loadfactor=3
  BalancerMember http://b:2 status=+H
  BalancerMember http://c:3 status=+D retry=30
  ProxySet lbmethod=bybusyness stickysession=ID timeout=20
</Proxy>
ProxyPass / balancer://app/ connectiontimeout=500ms max=7`),
    );
    expect(parse(text)['upstreams']['app']).toMatchObject({
      urls: [
        { url: 'http://a:1', weight: 3 },
        { url: 'http://b:2', backup: true },
        { url: 'http://c:3', state: 'down' },
      ],
      balance: 'least_busy',
      connections: 7,
      connect_timeout: '500 ms',
      response_timeout: '20 s',
      sticky: { cookie: 'route', secret: expect.stringMatching(/^[\w-]{32}$/) },
    });
  });

  describe('access', () => {
    it('of <Proxy> sections holds for what goes there', async () => {
      expect(await apacheAccess('<Proxy *>\nOrder deny,allow\nDeny from all\nAllow from 10\n</Proxy>')).toEqual([
        ['/', ['allow 10.0.0.0/8', 'deny all']],
      ]);
      expect(await apacheAccess('<Proxy http://b/*>\nRequire ip 10\n</Proxy>')).toEqual([['/', undefined]]);
      expect(await apacheAccess('<Proxy http://a/deep/*>\nRequire ip 10\n</Proxy>')).toEqual([
        ['/', ['allow 10.0.0.0/8', 'deny all']],
      ]);
    });
  });
});
