import { describe, expect, it } from 'vitest';
import { apacheRoutes, type Route } from '../../../test/support/old-configuration.ts';

describe('classes of requests', () => {
  it.each<[text: string, routes: readonly Route[]]>([
    [
      'ProxyPass /static http://b/static\nProxyPassMatch \\.png$ http://a\nProxyPass / http://b/',
      [
        { path: '/static', pattern: '\\.png$', upstream: 'b' },
        { pattern: '\\.png$', upstream: 'a' },
        { path: '/', upstream: 'b' },
      ],
    ],
    [
      'ProxyPass / http://b/\n<LocationMatch "^/(admin|setup)">\nRequire ip 10\n</LocationMatch>\n<LocationMatch \\.php$>\nSecRuleEngine Off\n</LocationMatch>',
      [
        { pattern: ['^/(admin|setup)', '\\.php$'], access: ['allow 10.0.0.0/8', 'deny all'], waf: 'off' },
        { pattern: '^/(admin|setup)', access: ['allow 10.0.0.0/8', 'deny all'] },
        { pattern: '\\.php$', waf: 'off' },
        { path: '/', upstream: 'b' },
      ],
    ],
  ])('%s', async (text, routes) => {
    expect(await apacheRoutes(text)).toMatchObject(routes);
  });
});
