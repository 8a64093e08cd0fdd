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
