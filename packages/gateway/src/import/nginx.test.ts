import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { importNginx } from './nginx.ts';
import type { ProxyImport } from './proxy/result.ts';

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'nginx-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

async function convert(text: string, more: Readonly<Record<string, string>> = {}): Promise<ProxyImport> {
  const folder = folderWith({ 'nginx.conf': text, ...more });
  return await importNginx(join(folder, 'nginx.conf'), { rulesFile: 'gate.rules.conf' });
}

const server = (text: string): string => `http { server { listen 80; server_name site.test; ${text} } }`;

function notesOn({ lines }: ProxyImport, name: string): string {
  return lines
    .filter(({ source }) => source.startsWith(name))
    .flatMap(({ outcome, result, notes }) => [outcome, ...result, ...notes])
    .join(' | ');
}

type Route = Readonly<Record<string, unknown>>;

describe('auth_basic', () => {
  const HASH = '$apr1$abcdefgh$G8IsPsylW5ROvIKsQMRG61';
  const files = { 'users/.htpasswd': `alice:${HASH}\n`, 'users/old': 'alice:CIU2Tbf.SI33Q\n' };

  it.each<[text: string, route: Route]>([
    ['auth_basic "Members only"; auth_basic_user_file users/.htpasswd;', { auth: { providers: 'htpasswd' } }],
    [
      'allow 10.0.0.0/8; deny all; auth_basic x; auth_basic_user_file users/.htpasswd;',
      { access: ['allow 10.0.0.0/8', 'deny all'], auth: { providers: 'htpasswd' } },
    ],
    [
      'satisfy any; allow 10.0.0.0/8; allow ::1; deny all; auth_basic x; auth_basic_user_file users/.htpasswd;',
      { auth: { providers: 'htpasswd', require: ['ip 10.0.0.0/8 ::1', 'valid-user'] } },
    ],
    ['auth_basic x; auth_basic_user_file users/.htpasswd; auth_request /auth;', { answer: 403 }],
    ['auth_basic x; auth_basic_user_file users/$host;', { answer: 403 }],
    ['auth_basic x;', { answer: 403 }],
    ['auth_basic off; auth_basic_user_file users/.htpasswd;', { upstream: 'a' }],
  ])('%s', async (text, route) => {
    const { text: yaml } = await convert(server(`location / { ${text} proxy_pass http://a; }`), files);
    const { routes, auth } = parse(yaml) as { routes: readonly Route[]; auth?: { basic: Record<string, string> } };
    expect(routes[0]).toMatchObject(route);
    for (const key of ['access', 'auth']) if (!(key in route)) expect(routes[0]).not.toHaveProperty(key);
    if ('auth' in route) expect(auth?.basic['htpasswd']).toMatch(/\/users\/\.htpasswd$/);
    else expect(auth?.basic).toBeUndefined();
  });

  it('says what the gate will object to, and that there is one realm', async () => {
    const result = await convert(
      server(`location /a { auth_basic A; auth_basic_user_file users/old; proxy_pass http://a; }
location /b { auth_basic B; auth_basic_user_file users/none; proxy_pass http://a; }`),
      files,
    );
    expect(parse(result.text)).toMatchObject({
      auth: { realm: 'A', basic: { old: expect.any(String), none: expect.any(String) } },
    });
    expect(notesOn(result, 'auth_basic_user_file users/old')).toMatch(/the gate will not start with it: .*crypt\(\)/);
    expect(notesOn(result, 'auth_basic_user_file users/none')).toContain('cannot be read here');
    expect(notesOn(result, 'auth_basic B')).toContain('there is one realm for all: "A"');
  });
});

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
    ['location / { root /var/www; try_files $uri =404; }', [{ path: '/', answer: 404 }]],
    ['location / { proxy_pass http://$backend; }', [{ path: '/', answer: 503 }]],
    ['location / { proxy_pass http://unix:/run/a.sock:/b/; }', [{ upstream: 'unix-run-a-sock', rewrite: '/b/' }]],
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
    [
      `proxy_set_header Host $host; proxy_set_header X-Real-IP $remote_addr; proxy_set_header X-A b; proxy_set_header X-C "";
       add_header X-D e always; proxy_hide_header X-F; location / { proxy_pass http://a; }`,
      [
        {
          preserve_host: true,
          request_headers: { set: { 'X-A': 'b' }, remove: ['X-C'] },
          response_headers: { set: { 'X-D': 'e' }, remove: ['X-F'] },
        },
      ],
    ],
    [
      'proxy_set_header X-A b; location / { proxy_set_header Host in.test; proxy_pass http://a; }',
      [{ send_host: 'in.test' }],
    ],
  ])('%s', async (text, routes) => {
    const { text: written } = await convert(server(text));
    expect(parse(written)['routes']).toMatchObject(routes);
  });

  it.each(['deny all;', 'auth_basic "x";', 'auth_request /auth;', 'allow 10.0.0.0/8; auth_basic "x";'])(
    'what is not for anybody the gate could tell is closed: %s',
    async (text) => {
      const result = await convert(
        server(`location / { proxy_pass http://a; } location /admin { ${text} proxy_pass http://a; }`),
      );
      expect(parse(result.text)['routes']).toMatchObject([{ path: '/' }, { path: '/admin', answer: 403 }]);
    },
  );

  it.each<[text: string, access: unknown]>([
    ['allow 10.0.0.0/8; deny all;', ['allow 10.0.0.0/8', 'deny all']],
    ['deny 10.0.0.7; allow 10.0.0.0/8; deny all;', ['deny 10.0.0.7', 'allow 10.0.0.0/8', 'deny all']],
    ['deny 10.0.0.7;', ['deny 10.0.0.7', 'allow all']],
    ['allow all;', undefined],
    ['satisfy any; allow 10.0.0.0/8; deny all; auth_basic "x";', ['allow 10.0.0.0/8', 'deny all']],
  ])('lists by address: %s', async (text, access) => {
    const { text: written } = await convert(server(`${text} location / { proxy_pass http://a; }`));
    expect(parse(written)['routes'][0].access).toEqual(access);
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
    const { text: written } = await convert(server(text));
    expect(parse(written)['routes']).toMatchObject(routes);
  });

  it('patterns that cannot be carried over are left out, with a warning where they guard something', async () => {
    const result = await convert(
      server('location ~ "^/(?!open)" { deny all; }\nlocation / { location ~ x { deny all; } proxy_pass http://a; }'),
    );
    expect(notesOn(result, 'location ~ "^/(?!open)"')).toMatch(
      /^left out .*WARNING: what it guards is not guarded here/,
    );
    expect(notesOn(result, 'location ~ x')).toContain('patterns within another location are not carried over');
  });
});

it('groups of servers', async () => {
  const result =
    await convert(`upstream app { least_conn; server a:1 weight=3 max_fails=2 fail_timeout=20s; server b:2 backup;
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

it('names, ports and settings', async () => {
  const folder = folderWith({ 'c.pem': 'c', 'k.pem': 'k' });
  const result = await convert(
    `user www-data;
include parts/*.conf;
http {
  keepalive_timeout 65; client_body_timeout 12s; large_client_header_buffers 4 8k; server_tokens off;
  log_format own '$remote_addr $status $http_x_a'; access_log /logs/a.log own; error_log /logs/e.log warn;
  server { listen 80 default_server; listen [::]:80 default_server; server_name _; return 301 https://$host$request_uri; }
  server {
    listen 443 ssl http2; server_name .site.test "~^x" www.*;
    ssl_certificate ${folder}/c.pem; ssl_certificate_key ${folder}/k.pem; ssl_protocols TLSv1.3;
    location / { proxy_pass http://a; }
  }
  server { listen 443 ssl; server_name b.test; location /b { proxy_pass http://b; } }
}`,
    { 'parts/x.conf': 'worker_processes auto;' },
  );
  expect(parse(result.text)).toMatchObject({
    listeners: [
      { address: '::', port: 80 },
      { port: 443, tls: { certificate: `${folder}/c.pem`, key: `${folder}/k.pem`, min_version: 'TLSv1.3' } },
    ],
    routes: [
      { scheme: 'http', path: '/', redirect: { to: 'https://{host}{uri}' } },
      { scheme: 'https', path: '/', upstream: 'a' },
      { scheme: 'https', hosts: ['b.test'], path: '/b', upstream: 'b' },
      { scheme: 'https', hosts: ['b.test'], path: '/', answer: 404 },
    ],
    timeouts: { keep_alive: '65 s', body_idle: '12 s' },
    limits: { header_size: 32_768, target_length: 8192 },
    logs: { access: [{ file: '/logs/a.log', format: '%a %>s %{x-a}i' }], error: '/logs/e.log', error_level: 'warn' },
  });
  expect(notesOn(result, 'worker_processes')).toContain('left out | it is about the processes');
  expect(notesOn(result, 'server_name .site.test')).toContain('~^x: ');
});

it('logs of servers and locations are for their routes', async () => {
  const result = await convert(`log_format own '$remote_addr $status';
log_format odd '$upstream_addr';
access_log /logs/all.log;
server { listen 80; server_name a.test; access_log /logs/a.log own; error_log /logs/a-error.log;
  location / { proxy_pass http://a; }
  location /health { access_log off; proxy_pass http://a; } }
server { listen 80; server_name b.test; location / { proxy_pass http://a; } }
server { listen 80; server_name c.test; access_log /logs/c.log odd; location / { proxy_pass http://a; } }`);
  const { logs, routes } = parse(result.text) as { logs: unknown; routes: Route[] };
  expect(logs).toEqual({
    access: [
      { file: '/logs/all.log', when: ['tag=!a.test,a.test-health,c.test'] },
      { file: '/logs/a.log', format: '%a %>s', when: ['tag=a.test'] },
    ],
    errors_by_tag: { 'a.test': '/logs/a-error.log', 'a.test-health': '/logs/a-error.log' },
  });
  expect(routes.map(({ hosts, path, tag }) => [hosts, path, tag])).toEqual([
    [undefined, '/', 'a.test'],
    [undefined, '/health', 'a.test-health'],
    [['b.test'], '/', undefined],
    [['c.test'], '/', 'c.test'],
  ]);
  expect(notesOn(result, 'access_log /logs/c.log odd')).toContain('left out');
});

it('rules are named, and single ones move to a file', async () => {
  const folder = folderWith({ 'main.conf': 'SecRuleEngine On\n' });
  const result = await convert(
    server(`modsecurity on; modsecurity_rules_file ${folder}/main.conf;
modsecurity_rules 'SecRule ARGS "@streq x" "id:9,phase:2,deny"';
location / { proxy_pass http://a; }`),
  );
  expect(parse(result.text)).toMatchObject({
    rules: { files: ['gate.rules.conf'] },
    routes: [{ waf: 'on' }],
  });
  expect(result.rules).toBe(`Include "${folder}/main.conf"\nSecRule ARGS "@streq x" "id:9,phase:2,deny"\n`);
});

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

describe('PHP behind FastCGI', () => {
  it('is carried over with the files beside it, as WordPress wants it', async () => {
    const result = await convert(WORDPRESS, PHP);
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

  it.each<[text: string, route: Route, upstream?: Route]>([
    [
      'location / { fastcgi_pass 127.0.0.1:9000; }',
      { upstream: '127-0-0-1-9000' },
      { urls: 'fastcgi://127.0.0.1:9000' },
    ],
    ['location / { fastcgi_pass $backend; }', { answer: 503 }],
    ['location / { fastcgi_pass unix:/r.sock; fastcgi_param SCRIPT_FILENAME /srv/app/run.php; }', { answer: 503 }],
    [
      'location / { alias /srv/x; fastcgi_pass unix:/r.sock; fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name; }',
      { answer: 503 },
    ],
    [
      'location / { root /srv/a/; fastcgi_index main.php; fastcgi_pass unix:/r.sock; fastcgi_param SCRIPT_FILENAME $realpath_root$fastcgi_script_name; }',
      { upstream: 'r' },
      { urls: 'fastcgi:unix:/r.sock', fastcgi: { root: '/srv/a', index: 'main.php', path_info: false } },
    ],
  ])('%s', async (text, route, upstream) => {
    const { text: written } = await convert(server(text));
    const { routes, upstreams } = parse(written) as { routes: readonly Route[]; upstreams?: Record<string, Route> };
    expect(routes[0]).toMatchObject(route);
    if (upstream !== undefined) expect(Object.values(upstreams ?? {})[0]).toEqual(upstream);
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
    const { text: written } = await convert(server(`${text} ${script}`));
    const { upstreams } = parse(written) as { upstreams: Record<string, Route> };
    expect(upstreams['r-files']?.['fastcgi']).toMatchObject({ root: '/srv', ...expected });
    expect(upstreams['r-files']?.['fastcgi']).not.toHaveProperty('front_controller');
  });

  it.each([
    ['root /srv; location / { root /other; }', 'files of another folder than that of the scripts are not served'],
    ['root /srv; location / { alias /srv/x/; }', 'alias is not carried over'],
  ])('files that are not served: %s', async (text, reason) => {
    const result = await convert(server(`${text} ${script}`));
    expect(parse(result.text).routes[0]).toMatchObject({ path: '/', answer: 404 });
    expect(notesOn(result, 'location /')).toContain(reason);
  });
});

describe('auth_request', () => {
  const check = 'location = /check { internal; proxy_pass http://10.0.0.1:9000/auth; proxy_pass_request_body off; }';
  it('asks the same server, by a provider', async () => {
    const result = await convert(
      server(
        `location / { auth_request /check; auth_request_set $user $upstream_http_remote_user; proxy_pass http://a; } ${check}`,
      ),
    );
    expect(parse(result.text)).toMatchObject({
      auth: { forward: { check: { url: 'http://10.0.0.1:9000/auth', user_header: 'Remote-User' } } },
      routes: [
        { path: '/', auth: { providers: 'check' }, upstream: 'a' },
        { path: '/check', answer: 404 },
      ],
    });
    expect(notesOn(result, 'auth_request /check')).toContain('its answer has to name the user in Remote-User');
    expect(notesOn(result, 'internal')).toContain('nobody gets there from outside');
  });

  it('may be one of two ways in', async () => {
    const { text } = await convert(
      server(
        `location / { satisfy any; allow 10.0.0.0/8; deny all; auth_request /check; proxy_pass http://a; } ${check}`,
      ),
    );
    expect(parse(text).routes[0]).toMatchObject({
      auth: { providers: 'check', require: ['ip 10.0.0.0/8', 'valid-user'] },
    });
  });

  it.each(['auth_request /none;', 'auth_request /check; auth_basic x; auth_basic_user_file f;'])(
    'lets nobody in where the gate cannot ask: %s',
    async (text) => {
      const { text: written } = await convert(server(`location / { ${text} proxy_pass http://a; } ${check}`));
      expect(parse(written).routes[0]).toMatchObject({ path: '/', answer: 403 });
      expect(parse(written)).not.toHaveProperty('auth');
    },
  );
});

it.each<[zones: string, text: string, traffic: Route | undefined, note: RegExp]>([
  [
    'limit_req_zone $remote_addr zone=z:1m rate=10r/s;',
    'limit_req zone=z burst=20;',
    { client_per_second: 10, wait: '2000 ms' },
    /wait 2000 ms/,
  ],
  [
    'limit_req_zone $server_name zone=z:1m rate=120r/m;',
    'limit_req zone=z;',
    { per_second: 2, wait: '1 ms' },
    /per_second 2/,
  ],
  [
    'limit_req_zone $binary_remote_addr zone=z:1m rate=1r/s;',
    'limit_req zone=z burst=500;',
    { client_per_second: 1, wait: '500000 ms', queue: 500 },
    /wait/,
  ],
  ['limit_req_zone $remote_addr zone=z:1m rate=5r/m;', 'limit_req zone=z;', undefined, /floods\.paths/],
  ['limit_req_zone $http_x zone=z:1m rate=5r/s;', 'limit_req zone=z;', undefined, /does not count by \$http_x/],
  ['', 'limit_req zone=z;', undefined, /there is no such zone/],
  ['limit_conn_zone $binary_remote_addr zone=c:1m;', 'limit_conn c 8;', { client_requests: 8 }, /client_requests 8/],
  ['limit_conn_zone $server_name zone=c:1m;', 'limit_conn c 80;', { requests: 80 }, /requests 80/],
  ['', 'limit_rate 500k;', { client_bytes_per_second: 512_000 }, /of all answers to a client together/],
])('limits: %s %s', async (zones, text, traffic, note) => {
  const result = await convert(`http { ${zones} server { listen 80; location / { ${text} proxy_pass http://a; } } }`);
  expect(parse(result.text).routes[0].traffic).toEqual(traffic);
  expect(notesOn(result, text.startsWith('limit_req') ? 'limit_req zone' : text.replace(';', ''))).toMatch(note);
});

describe('any text', () => {
  const word = fc.constantFrom(
    ...'server { } ; listen 80 443 ssl location / /x = ~ ^~ proxy_pass http://a http://a/y/ $x return 301 https://$host upstream a include * $b "c \' # \n deny all http'.split(
      ' ',
    ),
  );

  it('gives a configuration that loads, and says something about every line of it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 40 }), async (words) => {
        const folder = mkdtempSync(join(tmpdir(), 'nginx-'));
        try {
          writeFileSync(join(folder, 'any.conf'), words.join(' '));
          const { lines } = await importNginx(join(folder, 'any.conf'));
          for (const { result, notes } of lines) expect(result.length + notes.length).toBeGreaterThan(0);
        } finally {
          rmSync(folder, { recursive: true });
        }
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});

describe('files that were written to do harm', () => {
  it('may include each other, and end all the same', async () => {
    const twice = (name: string): string => `include ${name};\ninclude ${name};\n`;
    const more: Record<string, string> = {};
    for (let at = 0; at < 30; at++) more[`${at}.conf`] = twice(`${at + 1}.conf`);
    const found = await convert(`${twice('nginx.conf')}${twice('0.conf')}`, more);
    expect(notesOn(found, 'include nginx.conf')).toContain('a file that includes itself');
    expect(notesOn(found, 'include')).toContain('more than 10000 files would be read');
  });

  it('may have blocks within blocks, and names that never end', async () => {
    const deep = await convert(`${'a {'.repeat(50_000)}${'}'.repeat(50_000)} http { server { listen 80; } }`);
    expect(notesOn(deep, 'a')).toContain('more than 100 blocks within each other');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of nginx.
    const long = await convert(`server_name ${'${a}'.repeat(200_000)};`);
    expect(long.lines[0]?.source.length).toBeLessThan(1000);
  });

  it('lead nowhere outside of the copy', async () => {
    const folder = folderWith({
      'copy/etc/nginx/nginx.conf': 'include ../../../outside.conf;\n',
      'outside.conf': 'secret;',
    });
    const root = join(folder, 'copy');
    const { lines } = await importNginx(join(root, 'etc/nginx/nginx.conf'), { rulesFile: 'gate.rules.conf', root });
    expect(JSON.stringify(lines)).not.toContain('secret');
  });
});
