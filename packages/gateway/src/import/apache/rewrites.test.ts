import { describe, expect, it } from 'vitest';
import { apacheRoutes, type Route } from '../../../test/support/old-configuration.ts';

describe('RewriteRule', () => {
  it.each<[text: string, route: Route]>([
    [
      'RewriteCond %{HTTPS} off\nRewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]',
      { scheme: 'http', path: '/', redirect: { to: 'https://{host}{uri}', status: 301 } },
    ],
    [
      'RewriteRule ^/?(.*)$ https://new.test/$1 [R=permanent]',
      { path: '/', redirect: { to: 'https://new.test{uri}', status: 301 } },
    ],
    ['RewriteRule ^/private/.*$ - [F]', { path: '/private', answer: 403 }],
    ['RewriteRule ^/private - [F]', { pattern: '^/private', answer: 403 }],
    ['RewriteRule \\.bak$ - [G,NC]', { pattern: '(?i)\\.bak$', answer: 410 }],
    [
      'RewriteRule ^/u/(\\w+)$ https://%{HTTP_HOST}/user/$1 [R]',
      { pattern: '^/u/(\\w+)$', redirect: { to: 'https://{host}/user/{1}{query}', status: 302 } },
    ],
  ])('%s', async (text, route) => {
    expect((await apacheRoutes(text))[0]).toMatchObject(route);
  });

  it.each<[text: string, routes: readonly Route[]]>([
    ['RewriteEngine On\nRewriteRule ^/x/(.*)$ http://a/y/$1 [P,L]', [{ path: '/x', upstream: 'a', rewrite: '/y/' }]],
  ])('%s', async (text, routes) => {
    expect(await apacheRoutes(text)).toMatchObject(routes);
  });
});
