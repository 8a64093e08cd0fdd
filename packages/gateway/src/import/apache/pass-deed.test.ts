import { describe, expect, it } from 'vitest';
import { apacheRoutes, type Route } from '../../../test/support/old-configuration.ts';

describe('what is passed on', () => {
  it.each<[text: string, routes: readonly Route[]]>([
    ['ProxyPass / http://a:81/', [{ path: '/', upstream: 'a-81', preserve_host: false }]],
    ['ProxyPass /x/ http://a/', [{ path: '/x/', upstream: 'a', rewrite: '/' }]],
    ['ProxyPass /x http://a/x', [{ path: '/x', upstream: 'a' }]],
    ['ProxyPass /x ajp://a:8009/', [{ path: '/x', answer: 503 }]],
    [
      'ProxyPassMatch ^/img/(.*)\\.png$ http://a/x/$1.gif',
      [{ pattern: '^/img/(.*)\\.png$', upstream: 'a', rewrite_whole: '/x/{1}.gif' }],
    ],
    [
      'ProxyPassMatch \\.png$ http://a\nProxyPass / http://b/',
      [
        { pattern: '\\.png$', upstream: 'a' },
        { path: '/', upstream: 'b' },
      ],
    ],
  ])('%s', async (text, routes) => {
    expect(await apacheRoutes(text)).toMatchObject(routes);
  });
});
