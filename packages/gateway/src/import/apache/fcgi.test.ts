import { describe, expect, it } from 'vitest';
import { importPhpSite } from '../../../test/support/apache-php-site.ts';
import { apacheRoutes } from '../../../test/support/old-configuration.ts';

describe('addresses of FastCGI', () => {
  it.each<[text: string, upstream: unknown, route: string]>([
    [
      'ProxyPassMatch ^/(.*\\.php(/.*)?)$ fcgi://127.0.0.1:9000/srv/www/$1',
      { urls: 'fastcgi://127.0.0.1:9000', fastcgi: { root: '/srv/www' } },
      '/ ~ ^/(.*\\.php(/.*)?)$: 127-0-0-1-9000',
    ],
    [
      'ProxyPassMatch ^/(.*\\.php)$ "unix:/r.sock|fcgi://localhost/srv/www"',
      { urls: 'fastcgi:unix:/r.sock', fastcgi: { root: '/srv/www' } },
      '/ ~ ^/(.*\\.php)$: r',
    ],
    [
      'ProxyPassMatch ^/blog/(.*\\.php)$ fcgi://127.0.0.1:9000/srv/www/blog/$1',
      { urls: 'fastcgi://127.0.0.1:9000', fastcgi: { root: '/srv/www' } },
      '/ ~ ^/blog/(.*\\.php)$: 127-0-0-1-9000',
    ],
    [
      'ProxyPass /app fcgi://127.0.0.1:9000 timeout=30',
      { urls: 'fastcgi://127.0.0.1:9000', response_timeout: '30 s', idle_timeout: '30 s' },
      '/app: 127-0-0-1-9000',
    ],
    ['ProxyPassMatch ^/blog/(.*\\.php)$ fcgi://127.0.0.1:9000/srv/www/$1', undefined, '/ ~ ^/blog/(.*\\.php)$: 503'],
  ])('%s', async (text, upstream, route) => {
    // Another folder than that of the site: nothing beside it is served.
    const { imported, routes } = await importPhpSite(text);
    expect(Object.values(imported.upstreams ?? {})[0]).toEqual(upstream);
    expect(routes).toContain(route);
  });

  it('ProxyPass /x fcgi://a:9000/', async () => {
    expect(await apacheRoutes('ProxyPass /x fcgi://a:9000/')).toMatchObject([{ path: '/x', upstream: 'a-9000' }]);
  });
});
