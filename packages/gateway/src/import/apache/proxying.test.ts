import { describe, expect, it } from 'vitest';
import { apacheRoutes, type Route } from '../../../test/support/old-configuration.ts';

describe('ProxyPass and ProxyPassMatch', () => {
  it.each<[text: string, routes: readonly Route[]]>([
    [
      'ProxyPass /x http://a/y\nProxyPreserveHost On',
      [{ path: '/x', upstream: 'a', rewrite: '/y', preserve_host: true }],
    ],
    [
      'ProxyPass /static !\nProxyPass / http://a/',
      [
        { path: '/static', answer: 404 },
        { path: '/', upstream: 'a' },
      ],
    ],
    ['<Location /x>\nProxyPass http://a/\n</Location>', [{ path: '/x', upstream: 'a', rewrite: '/' }]],
    ['ProxyPassMatch ^/x/(.*)$ http://a/y/$1', [{ path: '/x', upstream: 'a', rewrite: '/y/' }]],
  ])('%s', async (text, routes) => {
    expect(await apacheRoutes(text)).toMatchObject(routes);
  });
});
