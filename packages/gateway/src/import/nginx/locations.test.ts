import { describe, expect, it } from 'vitest';
import { nginxRoutes, type Route } from '../../../test/support/old-configuration.ts';

describe('locations', () => {
  it.each<[text: string, routes: readonly Route[]]>([
    [
      'location / { proxy_pass http://a:81; }',
      [{ path: '/', upstream: 'a-81', preserve_host: false, max_body: 1_048_576 }],
    ],
    ['location /x/ { proxy_pass http://a/; }', [{ path: '/x/', upstream: 'a', rewrite: '/' }]],
    ['location /x/ { proxy_pass http://a/y/; }', [{ path: '/x/', upstream: 'a', rewrite: '/y/' }]],
    ['location /x/ { proxy_pass http://a$request_uri; }', [{ path: '/x/', upstream: 'a' }]],
    ['location = /x { return 204; }', [{ path: '/x', exact: true, answer: 204 }]],
    ['location ^~ /x { return 200 "ok"; }', [{ path: '/x', answer: { status: 200, body: 'ok' } }]],
    ['return 301 https://$host$request_uri;', [{ path: '/', redirect: { to: 'https://{host}{uri}', status: 301 } }]],
    ['return 301 https://$server_name$request_uri;', [{ redirect: { to: 'https://site.test{uri}' } }]],
    ['rewrite ^/(.*)$ https://new.test/$1 permanent;', [{ redirect: { to: 'https://new.test{uri}', status: 301 } }]],
    ['location / { proxy_pass http://$backend; }', [{ path: '/', answer: 503 }]],
    [
      'location /a/ { rewrite ^/a/(.*)$ /$1 break; proxy_pass http://a; }',
      [{ path: '/a/', upstream: 'a', rewrite: '/' }],
    ],
    [
      'location /a { location /a/b { proxy_pass http://b; } proxy_pass http://a; }',
      [
        { path: '/a', upstream: 'a' },
        { path: '/a/b', upstream: 'b' },
      ],
    ],
    ['client_max_body_size 8m; location / { client_max_body_size 0; proxy_pass http://a; }', [{ max_body: 0 }]],
    ['modsecurity on; location / { modsecurity off; proxy_pass http://a; }', [{ waf: 'off' }]],
    ['location / { proxy_redirect off; proxy_pass http://a; }', [{ rewrite_answers: false }]],
  ])('%s', async (text, routes) => {
    expect(await nginxRoutes(text)).toMatchObject(routes);
  });

  it.each<[text: string, routes: readonly Route[]]>([
    [
      'location ~ \\.png$ { proxy_pass http://b; } location / { proxy_pass http://a; }',
      [
        { pattern: '\\.png$', upstream: 'b' },
        { path: '/', upstream: 'a' },
      ],
    ],
    [
      'location ^~ /raw/ { proxy_pass http://a; } location ~* "^/x/(\\d{2})$" { proxy_pass http://b/y/$1$is_args$args; }',
      [
        { path: '/raw/', over_patterns: true, upstream: 'a' },
        { pattern: '(?i)^/x/(\\d{2})$', upstream: 'b', rewrite_whole: '/y/{1}' },
      ],
    ],
    ['location ~ /\\.ht { deny all; }', [{ pattern: '/\\.ht', answer: 403 }]],
    [
      'rewrite ^/old/(.*)$ /new/$1 permanent; location / { proxy_pass http://a; }',
      [
        { pattern: '^/old/(.*)$', redirect: { to: '/new/{1}{query}', status: 301 } },
        { path: '/', upstream: 'a' },
      ],
    ],
  ])('patterns: %s', async (text, routes) => {
    expect(await nginxRoutes(text)).toMatchObject(routes);
  });
});
