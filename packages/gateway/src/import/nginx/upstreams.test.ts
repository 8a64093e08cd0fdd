import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { fromNginx, nginxRoutes, type Route } from '../../../test/support/old-configuration.ts';

describe('upstreams', () => {
  it.each<[text: string, routes: readonly Route[]]>([
    ['location / { proxy_pass http://unix:/run/a.sock:/b/; }', [{ upstream: 'unix-run-a-sock', rewrite: '/b/' }]],
  ])('%s', async (text, routes) => {
    expect(await nginxRoutes(text)).toMatchObject(routes);
  });

  it('groups of servers', async () => {
    const result =
      await fromNginx(`upstream app { least_conn; server a:1 weight=3 max_fails=2 fail_timeout=20s; server b:2 backup;
    server unix:/run/c.sock down; keepalive 8; }
    upstream hashed { hash $cookie_id consistent; server d; }
    server { listen 80; proxy_read_timeout 1m30s; location / { proxy_pass https://app; } location /h { proxy_pass http://hashed; } }`);
    expect(parse(result.text)['upstreams']).toMatchObject({
      app: {
        urls: [
          { url: 'https://a:1', weight: 3 },
          { url: 'https://b:2', backup: true },
          { url: 'unix:/run/c.sock', state: 'down' },
        ],
        balance: 'least_busy',
        breaker: { failures: 2, window: '20 s', pause: '20 s' },
        response_timeout: '90 s',
        idle_timeout: '90 s',
      },
      hashed: { urls: ['http://d'], balance: 'hash', hash_by: 'cookie:id' },
    });
  });
});
