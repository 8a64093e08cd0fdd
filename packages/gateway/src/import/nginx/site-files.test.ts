import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { fromNginx, nginxRoutes, nginxServer, notesOn, type Route } from '../../../test/support/old-configuration.ts';

/** As WordPress is set up with php-fpm in most guides. */
const WORDPRESS = `
limit_req_zone $binary_remote_addr zone=login:10m rate=2r/s;
upstream php { server unix:/run/php/php8.2-fpm.sock; }
server {
  listen 80; server_name wp.test;
  root /srv/wp; index index.php index.html; client_max_body_size 64m;
  location = /favicon.ico { log_not_found off; access_log off; }
  location = /robots.txt { allow all; log_not_found off; access_log off; }
  location ~ /\\. { deny all; }
  location ~* /(?:uploads|files)/.*\\.php$ { deny all; }
  location / { try_files $uri $uri/ /index.php?$args; }
  location = /wp-login.php { limit_req zone=login burst=4 nodelay; include parts/php.conf; }
  location ~ \\.php$ { include parts/php.conf; fastcgi_buffers 16 16k; }
  location ~* \\.(?:js|css|png|gif|ico)$ { expires 30d; log_not_found off; }
}`;
const PHP = {
  'parts/php.conf':
    'fastcgi_split_path_info ^(.+\\.php)(/.+)$;\ninclude fastcgi_params;\nfastcgi_intercept_errors on;\n' +
    'fastcgi_pass php;\nfastcgi_index index.php;\nfastcgi_read_timeout 120s;\n' +
    'fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;\nfastcgi_param APP_ENV production;\n',
  fastcgi_params:
    'fastcgi_param QUERY_STRING $query_string;\nfastcgi_param HTTPS $https if_not_empty;\nfastcgi_param GEO $geoip_code;\n',
};

describe('files beside FastCGI', () => {
  it('is carried over with the files beside it, as WordPress wants it', async () => {
    const result = await fromNginx(WORDPRESS, PHP);
    const { upstreams, routes } = parse(result.text) as { upstreams: Record<string, Route>; routes: readonly Route[] };
    const php = 'fastcgi:unix:/run/php/php8.2-fpm.sock';
    const common = { response_timeout: '120 s', idle_timeout: '120 s', urls: php };
    const parameters = { APP_ENV: 'production' };
    const files = { root: '/srv/wp', scripts: [], serve_files: true, parameters };
    expect(upstreams).toEqual({
      php: { ...common, fastcgi: { root: '/srv/wp', parameters } },
      'php-files': { ...common, fastcgi: { ...files, index: [] } },
      'php-files-2': { ...common, fastcgi: { ...files, index: ['index.php'], front_controller: '/index.php' } },
      'php-files-3': { ...common, fastcgi: { ...files, index: ['index.php'], file_max_age: '2592000 s' } },
    });
    expect(
      routes.map(({ path, exact, pattern, upstream, answer }) => [pattern ?? path, exact, upstream ?? answer]),
    ).toEqual([
      ['/favicon.ico', true, 'php-files'],
      ['/robots.txt', true, 'php-files'],
      ['/\\.', undefined, 403],
      ['(?i)/(?:uploads|files)/.*\\.php$', undefined, 403],
      ['/', undefined, 'php-files-2'],
      ['/wp-login.php', true, 'php'],
      ['\\.php$', undefined, 'php'],
      ['(?i)\\.(?:js|css|png|gif|ico)$', undefined, 'php-files-3'],
    ]);
    expect(routes[5]).toMatchObject({ max_body: 67_108_864, traffic: { client_per_second: 2, wait: '2000 ms' } });
    expect(routes[6]).not.toHaveProperty('preserve_host');
    expect(notesOn(result, 'fastcgi_param GEO')).toMatch(/^left out \| values are fixed texts/);
    expect(notesOn(result, 'fastcgi_param QUERY_STRING')).toContain(
      'translated | the gate says QUERY_STRING by itself',
    );
    expect(notesOn(result, 'fastcgi_buffers')).toContain('left out | not needed');
    expect(notesOn(result, 'index ')).toContain('index.html: no page answers for a folder');
    expect(notesOn(result, 'limit_req zone')).toContain('those of the burst wait for their turn');
  });

  it.each<[text: string, routes: readonly Route[]]>([
    ['location / { root /var/www; try_files $uri =404; }', [{ path: '/', answer: 404 }]],
  ])('%s', async (text, routes) => {
    expect(await nginxRoutes(text)).toMatchObject(routes);
  });

  const script =
    'location ~ \\.php$ { fastcgi_pass unix:/r.sock; fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name; }';
  it.each<[text: string, expected: Route]>([
    // No pattern is asked behind ^~, so nothing runs there.
    ['root /srv; index index.php; location ^~ /uploads/ { }', { scripts: [], index: [], serve_files: true }],
    ['root /srv; location / { try_files $uri =404; }', { scripts: [], index: [], serve_files: true }],
    ['root /srv; index a.php b.html; location / { try_files $uri $uri/ =404; }', { index: ['a.php'] }],
    ['root /srv; location / { try_files $uri @app; }', { index: [], serve_files: true }],
    ['root /srv; expires max; location / { }', { file_max_age: '87600 h' }],
  ])('files beside it: %s', async (text, expected) => {
    const { text: written } = await fromNginx(nginxServer(`${text} ${script}`));
    const { upstreams } = parse(written) as { upstreams: Record<string, Route> };
    expect(upstreams['r-files']?.['fastcgi']).toMatchObject({ root: '/srv', ...expected });
    expect(upstreams['r-files']?.['fastcgi']).not.toHaveProperty('front_controller');
  });

  it.each([
    ['root /srv; location / { root /other; }', 'files of another folder than that of the scripts are not served'],
    ['root /srv; location / { alias /srv/x/; }', 'alias is not carried over'],
  ])('files that are not served: %s', async (text, reason) => {
    const result = await fromNginx(nginxServer(`${text} ${script}`));
    expect(parse(result.text).routes[0]).toMatchObject({ path: '/', answer: 404 });
    expect(notesOn(result, 'location /')).toContain(reason);
  });
});
