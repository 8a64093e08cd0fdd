import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { importApache } from './apache.ts';
import type { ProxyImport } from './proxy/result.ts';

/** A folder with these files, gone after the test. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'apache-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

async function convert(text: string, more: Readonly<Record<string, string>> = {}): Promise<ProxyImport> {
  const folder = folderWith({ 'apache.conf': text, ...more });
  return await importApache(join(folder, 'apache.conf'), { rulesFile: 'gate.rules.conf' });
}

const site = (text: string): string => `<VirtualHost *:80>\nServerName site.test\n${text}\n</VirtualHost>\n`;

/** What is said about the lines of that directive. */
function notesOn({ lines }: ProxyImport, name: string): string {
  return lines
    .filter(({ source }) => source.startsWith(name))
    .flatMap(({ outcome, result, notes }) => [outcome, ...result, ...notes])
    .join(' | ');
}

type Route = Readonly<Record<string, unknown>>;

describe('what is passed on', () => {
  it.each<[text: string, routes: readonly Route[]]>([
    ['ProxyPass / http://a:81/', [{ path: '/', upstream: 'a-81', preserve_host: false }]],
    [
      'ProxyPass /x http://a/y\nProxyPreserveHost On',
      [{ path: '/x', upstream: 'a', rewrite: '/y', preserve_host: true }],
    ],
    ['ProxyPass /x/ http://a/', [{ path: '/x/', upstream: 'a', rewrite: '/' }]],
    ['ProxyPass /x http://a/x', [{ path: '/x', upstream: 'a' }]],
    [
      'ProxyPass /static !\nProxyPass / http://a/',
      [
        { path: '/static', answer: 404 },
        { path: '/', upstream: 'a' },
      ],
    ],
    ['<Location /x>\nProxyPass http://a/\n</Location>', [{ path: '/x', upstream: 'a', rewrite: '/' }]],
    ['ProxyPass / unix:/run/a.sock|http://localhost/', [{ path: '/', upstream: 'run-a-sock' }]],
    ['ProxyPass /x fcgi://a:9000/', [{ path: '/x', upstream: 'a-9000' }]],
    ['ProxyPass /x ajp://a:8009/', [{ path: '/x', answer: 503 }]],
    ['ProxyPassMatch ^/x/(.*)$ http://a/y/$1', [{ path: '/x', upstream: 'a', rewrite: '/y/' }]],
    ['RewriteEngine On\nRewriteRule ^/x/(.*)$ http://a/y/$1 [P,L]', [{ path: '/x', upstream: 'a', rewrite: '/y/' }]],
    [
      'ProxyPass / http://a/\n<Location /big>\nLimitRequestBody 5\nSecRuleEngine Off\n</Location>',
      [
        { path: '/', upstream: 'a' },
        { path: '/big', upstream: 'a', max_body: 5, waf: 'off' },
      ],
    ],
    [
      'ProxyPass /a http://a/b\n<Location /a/c>\nHeader always set X-A "b c"\nRequestHeader unset X-D\n</Location>',
      [
        { path: '/a', upstream: 'a', rewrite: '/b' },
        {
          path: '/a/c',
          rewrite: '/b/c',
          response_headers: { set: { 'X-A': 'b c' } },
          request_headers: { remove: ['X-D'] },
        },
      ],
    ],
  ])('%s', async (text, routes) => {
    const { text: written } = await convert(site(text));
    expect(parse(written)['routes']).toMatchObject(routes);
  });

  it('a prefix that an earlier one takes never applies', async () => {
    const result = await convert(site('ProxyPass / http://a/\nProxyPass /x http://b/'));
    expect(parse(result.text)['routes']).toHaveLength(1);
    expect(notesOn(result, 'ProxyPass /x')).toContain('left out | ProxyPass / http://a/ stands before it');
  });

  it('balancers, with weights, stand-bys and times', async () => {
    const { text } = await convert(
      site(`<Proxy balancer://app>
  BalancerMember http://a:1 loadfactor=3
  BalancerMember http://b:2 status=+H
  BalancerMember http://c:3 status=+D retry=30
  ProxySet lbmethod=bybusyness stickysession=ID timeout=20
</Proxy>
ProxyPass / balancer://app/ connectiontimeout=500ms max=7`),
    );
    expect(parse(text)['upstreams']['app']).toMatchObject({
      urls: [
        { url: 'http://a:1', weight: 3 },
        { url: 'http://b:2', backup: true },
        { url: 'http://c:3', state: 'down' },
      ],
      balance: 'least_busy',
      connections: 7,
      connect_timeout: '500 ms',
      response_timeout: '20 s',
      sticky: { cookie: 'route', secret: expect.stringMatching(/^[\w-]{32}$/) },
    });
  });
});

describe('redirections', () => {
  it.each<[text: string, route: Route]>([
    ['Redirect / https://site.test/', { path: '/', redirect: { to: 'https://site.test{rest}', status: 302 } }],
    ['Redirect permanent /old /new', { path: '/old', redirect: { to: '/new{rest}', status: 301 } }],
    [
      'RedirectPermanent /old http://b.test/x/',
      { path: '/old', redirect: { to: 'http://b.test/x{rest}', status: 301 } },
    ],
    ['Redirect 410 /gone', { path: '/gone', answer: 410 }],
    ['RedirectMatch 301 ^/$ /start', { path: '/', exact: true, redirect: { to: '/start{query}', status: 301 } }],
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
      'RedirectMatch 301 ^/p/(\\d+)/(.*)$ /q/$2/$1',
      { pattern: '^/p/(\\d+)/(.*)$', redirect: { to: '/q/{2}/{1}{query}', status: 301 } },
    ],
    [
      'RewriteRule ^/u/(\\w+)$ https://%{HTTP_HOST}/user/$1 [R]',
      { pattern: '^/u/(\\w+)$', redirect: { to: 'https://{host}/user/{1}{query}', status: 302 } },
    ],
  ])('%s', async (text, route) => {
    const { text: written } = await convert(site(text));
    expect(parse(written)['routes'][0]).toMatchObject(route);
  });
});

describe('hosts', () => {
  const two = `Listen 80
<VirtualHost *:80>
ServerName one.test
ProxyPass / http://a/
</VirtualHost>
<VirtualHost *:80>
ServerName two.test
ServerAlias *.two.test bad_*.test
ProxyPass /x http://b/
</VirtualHost>`;

  it('the first site answers for every other name; others answer for theirs, everywhere', async () => {
    const result = await convert(two);
    expect(parse(result.text)['routes']).toMatchObject([
      { path: '/', upstream: 'a' },
      { hosts: ['two.test', '*.two.test'], path: '/x', upstream: 'b' },
      { hosts: ['two.test', '*.two.test'], path: '/', answer: 404 },
    ]);
    expect(parse(result.text)['routes'][0].hosts).toBeUndefined();
    expect(notesOn(result, 'ServerAlias')).toContain('is not a host name');
  });

  it('plain and secure sites of one name stand beside each other', async () => {
    const folder = folderWith({ 'cert.pem': 'c', 'key.pem': 'k' });
    const result = await convert(`Listen 80\nListen [::1]:443\n${site('Redirect / https://site.test/')}
<VirtualHost *:443>
ServerName site.test
SSLEngine on
SSLCertificateFile ${folder}/cert.pem
SSLCertificateKeyFile ${folder}/key.pem
SSLProtocol -all +TLSv1.3
ProxyPass / http://a/
</VirtualHost>`);
    expect(parse(result.text)).toMatchObject({
      listeners: [
        { address: '::', port: 80 },
        {
          address: '::1',
          port: 443,
          tls: { certificate: `${folder}/cert.pem`, key: `${folder}/key.pem`, min_version: 'TLSv1.3' },
        },
      ],
      routes: [
        { scheme: 'http', redirect: { to: 'https://site.test{rest}' } },
        { scheme: 'https', upstream: 'a' },
      ],
    });
  });

  it('client certificates are asked for, or the port stays closed', async () => {
    const folder = folderWith({ 'c.pem': 'c', 'ca.pem': 'a' });
    const secure = (more: string): string =>
      `Listen 443\n<VirtualHost *:443>\nSSLEngine on\nSSLCertificateFile ${folder}/c.pem\n${more}\nProxyPass / http://a/\n</VirtualHost>`;
    const asked = await convert(secure(`SSLVerifyClient require\nSSLCACertificateFile ${folder}/ca.pem`));
    expect(parse(asked.text)['listeners'][0].tls).toMatchObject({
      client_certificate: 'require',
      client_ca: `${folder}/ca.pem`,
    });
    const closed = await convert(secure('SSLVerifyClient require\nSSLCACertificateFile /no/ca.pem'));
    expect(parse(closed.text)['listeners']).toEqual([{ address: '127.0.0.1', port: 8080 }]);
  });

  it('a port whose certificate is not here is not opened in plain', async () => {
    const result = await convert(
      'Listen 443\n<VirtualHost *:443>\nSSLEngine on\nSSLCertificateFile /no/cert.pem\nProxyPass / http://a/\n</VirtualHost>',
    );
    expect(parse(result.text)['listeners']).toEqual([{ address: '127.0.0.1', port: 8080 }]);
    expect(notesOn(result, 'Listen 443')).toContain('no certificate for port 443');
  });
});

describe('patterns', () => {
  it.each<[text: string, routes: readonly Route[]]>([
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
    [
      'ProxyPass / http://b/\n<Location "/*.cgi">\nRequire all denied\n</Location>',
      [
        { pattern: '^/[^/]*\\.cgi$', answer: 403 },
        { path: '/', upstream: 'b' },
      ],
    ],
  ])('%s', async (text, routes) => {
    const { text: written } = await convert(site(text));
    expect(parse(written)['routes']).toMatchObject(routes);
  });

  it('that cannot be matched in linear time are left out, with a warning where they guard something', async () => {
    const result = await convert(
      site('<LocationMatch "^/(?!open)">\nRequire ip 10\n</LocationMatch>\nProxyPass / http://a/'),
    );
    expect(notesOn(result, '<LocationMatch')).toMatch(/^left out .*WARNING: what it guards is not guarded here/);
  });
});

describe('access', () => {
  const lists = async (text: string): Promise<unknown> => {
    const { text: written } = await convert(site(`ProxyPass / http://a/\n${text}`));
    return (parse(written)['routes'] as Route[]).map(({ path, access }) => [path, access]);
  };

  it.each<[text: string, access: unknown]>([
    [
      'Require ip 10.1 192.0.2.0/255.255.255.0 2001:db8::/32',
      ['allow 10.1.0.0/16', 'allow 192.0.2.0/24', 'allow 2001:db8::/32', 'deny all'],
    ],
    ['Require local\nRequire ip 10.0.0.7', ['allow 127.0.0.0/8', 'allow ::1', 'allow 10.0.0.7', 'deny all']],
    ['Require valid-user\nRequire ip 10', ['allow 10.0.0.0/8', 'deny all']],
    ['<RequireAll>\nRequire all granted\nRequire not ip 10.0.0.7\n</RequireAll>', ['deny 10.0.0.7', 'allow all']],
    [
      '<RequireAll>\nRequire ip 10\n<RequireNone>\nRequire ip 10.0.0.7\nRequire ip 10.0.0.8\n</RequireNone>\n</RequireAll>',
      ['deny 10.0.0.7', 'deny 10.0.0.8', 'allow 10.0.0.0/8', 'deny all'],
    ],
    ['Order deny,allow\nDeny from all\nAllow from 10.1.2', ['allow 10.1.2.0/24', 'deny all']],
    ['Order allow,deny\nAllow from all\nDeny from 10.0.0.7 host.test', undefined],
    [
      'Order allow,deny\nAllow from 10 host.test\nDeny from 10.0.0.7',
      ['deny 10.0.0.7', 'allow 10.0.0.0/8', 'deny all'],
    ],
    ['Order allow,deny\nAllow from 10\nRequire ip 10.1', ['allow 10.1.0.0/16', 'deny all']],
  ])('%s', async (text, access) => {
    expect(await lists(`<Location /x>\n${text}\n</Location>`)).toEqual([
      ['/', undefined],
      ['/x', access],
    ]);
  });

  it('of places within each other: the last that says something counts', async () => {
    expect(
      await lists(
        '<Location />\nRequire ip 10\n</Location>\n<Location /open>\nRequire all granted\n</Location>\n<Location /x>\nSecRuleEngine Off\n</Location>',
      ),
    ).toEqual([
      ['/', ['allow 10.0.0.0/8', 'deny all']],
      ['/open', undefined],
      ['/x', ['allow 10.0.0.0/8', 'deny all']],
    ]);
  });

  it('of <Proxy> sections holds for what goes there', async () => {
    expect(await lists('<Proxy *>\nOrder deny,allow\nDeny from all\nAllow from 10\n</Proxy>')).toEqual([
      ['/', ['allow 10.0.0.0/8', 'deny all']],
    ]);
    expect(await lists('<Proxy http://b/*>\nRequire ip 10\n</Proxy>')).toEqual([['/', undefined]]);
    expect(await lists('<Proxy http://a/deep/*>\nRequire ip 10\n</Proxy>')).toEqual([
      ['/', ['allow 10.0.0.0/8', 'deny all']],
    ]);
  });
});

describe('users', () => {
  const HASH = '$apr1$abcdefgh$G8IsPsylW5ROvIKsQMRG61';
  const BASIC = 'AuthType Basic\nAuthName "Members only"\nAuthUserFile users\nAuthGroupFile groups\n';
  const files = { users: `alice:${HASH}\n`, groups: 'staff: alice\n' };
  const convertPlace = (text: string): Promise<ProxyImport> =>
    convert(site(`ProxyPass / http://a/\n<Location /x>\n${text}\n</Location>`), files);

  it.each<[text: string, require: unknown, access?: unknown]>([
    ['Require valid-user', ['valid-user']],
    ['Require user alice "Bob Smith"\nRequire group staff', ['user alice "Bob Smith"', 'group staff']],
    ['Require ip 10 192.0.2.1\nRequire valid-user', ['ip 10.0.0.0/8 192.0.2.1', 'valid-user']],
    [
      '<RequireAll>\nRequire valid-user\nRequire ip 10\nRequire not user eve\n</RequireAll>',
      [{ all: ['valid-user', 'ip 10.0.0.0/8', { none: ['user eve'] }] }],
    ],
    ['<RequireAny>\nRequire user a\nRequire not user b\n</RequireAny>', [{ any: ['user a'] }]],
    [
      'Order deny,allow\nDeny from all\nAllow from 10\nRequire valid-user',
      ['valid-user'],
      ['allow 10.0.0.0/8', 'deny all'],
    ],
    ['Require valid-user\nAuthBasicProvider file', ['valid-user']],
  ])('%s', async (text, require, access) => {
    const { text: yaml } = await convertPlace(BASIC + text);
    const { routes, auth } = parse(yaml) as { routes: Route[]; auth: Route };
    expect(routes.map(({ path, auth: one, access: list }) => [path, one, list])).toEqual([
      ['/', undefined, undefined],
      ['/x', { providers: 'users', require }, access],
    ]);
    expect(auth).toMatchObject({ realm: 'Members only', basic: { users: expect.stringMatching(/\/users$/) } });
  });

  it.each([
    [BASIC.replace('Basic', 'Digest'), 'Require valid-user'],
    ['', 'Require valid-user'],
    [BASIC.replace('AuthUserFile users\n', ''), 'Require valid-user'],
    [BASIC.replace(/AuthGroupFile.*\n/, ''), 'Require group staff'],
    [`${BASIC}AuthBasicProvider ldap\n`, 'Require valid-user'],
    [BASIC, '<RequireAll>\nRequire valid-user\nRequire host example.org\n</RequireAll>'],
  ])('%s%s: closed', async (login, text) => {
    const result = await convertPlace(login + text);
    expect(parse(result.text)).toMatchObject({ routes: [{ path: '/' }, { path: '/x', answer: 403 }] });
    expect(parse(result.text)).not.toHaveProperty('auth.basic');
    expect(notesOn(result, text.startsWith('Require ') ? text : 'Require valid-user')).toMatch(/it lets nobody in/);
  });

  it('of a place around: a narrower one may open it, or ask for others', async () => {
    const { text } = await convert(
      site(`ProxyPass / http://a/
<Location />\n${BASIC}Require valid-user\n</Location>
<Location /open>\nRequire all granted\n</Location>
<Location /staff>\nRequire group staff\n</Location>`),
      files,
    );
    expect(
      (parse(text)['routes'] as Route[]).map(({ path, auth }) => [path, (auth as Route | undefined)?.['require']]),
    ).toEqual([
      ['/', ['valid-user']],
      ['/open', undefined],
      ['/staff', ['group staff']],
    ]);
  });

  it('everybody and a user is everybody', async () => {
    const result = await convertPlace(`${BASIC}Require all granted\nRequire user alice`);
    expect(parse(result.text)['routes']).toHaveLength(1);
    expect(notesOn(result, 'Require user alice')).toContain('everybody may in any case');
  });
});

describe('what is not for anybody the gate could tell is closed', () => {
  it.each([
    'Require all denied',
    'Require host example.org',
    'Require valid-user',
    'Deny from all',
    'Deny from example.org',
    '<RequireAll>\nRequire all granted\nRequire not host example.org\n</RequireAll>',
    '<RequireAll>\nRequire valid-user\nRequire ip 10\n</RequireAll>',
  ])('%s', async (text) => {
    const result = await convert(site(`ProxyPass / http://a/\n<Location /admin>\n${text}\n</Location>`));
    expect(parse(result.text)['routes']).toMatchObject([{ path: '/' }, { path: '/admin', answer: 403 }]);
  });

  it('Require all granted is not', async () => {
    const result = await convert(site('ProxyPass / http://a/\n<Location />\nRequire all granted\n</Location>'));
    expect(parse(result.text)['routes']).toHaveLength(1);
  });
});

describe('settings', () => {
  it('become those of the gate', async () => {
    const { text } = await convert(`Timeout 20
KeepAliveTimeout 7
MaxKeepAliveRequests 50
LimitRequestBody 1000
LimitRequestLine 4000
LimitRequestFields 40
LogLevel info
ErrorLog /logs/error.log
CustomLog /logs/access.log combined
${site('ProxyPass / http://a/')}`);
    expect(parse(text)).toMatchObject({
      timeouts: { body_idle: '20 s', keep_alive: '7 s' },
      limits: { requests_per_connection: 50, body: 1000, target_length: 4000, header_count: 40 },
      logs: { error_level: 'info', error: '/logs/error.log', access: [{ file: '/logs/access.log' }] },
      upstreams: { a: { urls: 'http://a', response_timeout: '20 s', idle_timeout: '20 s' } },
    });
  });

  it('logs of sites are for their routes; that of the server for those without', async () => {
    const result = await convert(`LogFormat "%h %D" short
CustomLog /logs/server.log common
ErrorLog /logs/error.log
${site('CustomLog /logs/a.log short env=!quiet\nCustomLog /logs/b.log common\nErrorLog /logs/a-error.log')}
<VirtualHost *:80>
ServerName two.test
CustomLog /logs/a.log short env=!quiet
ProxyPass / http://a/
</VirtualHost>
<VirtualHost *:80>
ServerName three.test
ProxyPass / http://a/
</VirtualHost>`);
    const { logs, routes } = parse(result.text) as { logs: unknown; routes: Route[] };
    expect(logs).toEqual({
      access: [
        { file: '/logs/server.log', format: 'common', when: ['tag=!site.test,two.test'] },
        { file: '/logs/a.log', format: '%h %D', when: ['env=!quiet', 'tag=site.test,two.test'] },
        { file: '/logs/b.log', format: 'common', when: ['tag=site.test'] },
      ],
      error: '/logs/error.log',
      errors_by_tag: { 'site.test': '/logs/a-error.log' },
    });
    expect(routes.map(({ hosts, tag }) => [hosts, tag])).toEqual([
      [undefined, 'site.test'],
      [['two.test'], 'two.test'],
      [['three.test'], undefined],
    ]);
  });

  it('logs of an only site are for everything', async () => {
    const { text } = await convert(site('CustomLog /logs/a.log combined\nErrorLog /logs/e.log\nProxyPass / http://a/'));
    expect(parse(text)).toMatchObject({ logs: { access: [{ file: '/logs/a.log' }], error: '/logs/e.log' } });
    expect(text).not.toContain('tag');
  });

  it('limits of mod_evasive and mod_reqtimeout', async () => {
    const { text } = await convert(`DOSPageCount 5
DOSBlockingPeriod 60
DOSWhitelist 10.1.*.* ::1
RequestReadTimeout header=20-40,minrate=500 body=10,MinRate=400`);
    expect(parse(text)).toMatchObject({
      floods: { mode: 'evasive', evasive: { page_count: 5, blocking_period: 60 }, allow: ['10.1.0.0/16', '::1'] },
      slow_clients: {
        header: { time: '20 s', minimum_rate: 500, maximum: '40 s' },
        body: { time: '10 s', minimum_rate: 400, maximum: 0 },
      },
    });
  });

  it('upstream certificates stay verified, whatever Apache did', async () => {
    const result = await convert(site('SSLProxyEngine on\nSSLProxyVerify none\nProxyPass / https://a/'));
    expect(parse(result.text)['upstreams']['a']).toEqual({ urls: 'https://a' });
    expect(notesOn(result, 'SSLProxyVerify')).toContain('left out | certificates of https:// upstreams are verified');
  });
});

describe('files, definitions and conditions', () => {
  it('are followed as Apache follows them', async () => {
    const result = await convert(
      `Define PORT 81
LoadModule proxy_module modules/mod_proxy.so
Include parts/*.conf
IncludeOptional none/*.conf
<IfModule mod_proxy.c>
<IfModule !absent_module>
${site(`ProxyPass /yes http://a:\${PORT}/ \\\n  timeout=5`)}
</IfModule>
</IfModule>
<IfModule absent_module>
ProxyPass /no http://no/
</IfModule>
<IfDefine PORT>
ErrorLog \${ABSENT}/e.log
</IfDefine>`,
      { 'parts/a.conf': 'Timeout 30\n' },
    );
    expect(parse(result.text)).toMatchObject({
      upstreams: { 'a-81': { urls: 'http://a:81', response_timeout: '5 s' } },
      routes: [{ path: '/yes' }],
      timeouts: { body_idle: '30 s' },
    });
    expect(notesOn(result, 'ProxyPass /no')).toContain('not in force');
    expect(notesOn(result, 'ErrorLog')).toContain('the variable ABSENT is not defined');
    expect(notesOn(result, 'IncludeOptional none')).toContain('no such file');
  });

  it('a copy of another machine is read below its folder', async () => {
    const root = folderWith({
      'etc/apache2/apache2.conf': 'Include /etc/apache2/more.conf\nIncludeOptional sites-enabled/*.conf\n',
      'etc/apache2/more.conf': 'Timeout 33\n',
      'etc/apache2/envvars': 'export APACHE_LOG_DIR=/var/log/apache2$SUFFIX\n',
      'etc/apache2/sites-enabled/a.conf': site(`ErrorLog \${APACHE_LOG_DIR}/e.log\nProxyPass / http://a/`),
    });
    const result = await importApache(join(root, 'etc/apache2/apache2.conf'), { root });
    expect(parse(result.text)).toMatchObject({
      logs: { error: '/var/log/apache2/e.log' },
      timeouts: { body_idle: '33 s' },
    });
    expect(result.lines.map(({ file }) => file)).toContain('/etc/apache2/sites-enabled/a.conf');
  });
});

describe('rules', () => {
  it('single lines move to a file, files of rules are named, what does not load is left out', async () => {
    const folder = folderWith({ 'crs/rules.conf': `SecRule ARGS "@streq \${x}" "id:7,phase:2,deny"\n` });
    const result = await convert(`<IfModule security2_module>
SecRuleEngine On
SecRule ARGS:a "@beginWith b" "id:8,phase:2,deny"
Include ${folder}/crs/*.conf
SecRuleRemoveById 7
</IfModule>
${site('SecRuleEngine DetectionOnly\nProxyPass / http://a/')}`);
    expect(result.rules).toBe(`SecRuleEngine On\nInclude "${folder}/crs/rules.conf"\nSecRuleRemoveById 7\n`);
    expect(parse(result.text)).toMatchObject({
      rules: { files: ['gate.rules.conf'] },
      routes: [{ waf: 'detection' }],
    });
    expect(notesOn(result, 'SecRule ARGS:a')).toMatch(/^left out \| the rules do not load: .*beginWith/);
  });

  it('without rules those of the gate only report', async () => {
    const { text, rules } = await convert(site('ProxyPass / http://a/'));
    expect(parse(text)['rules']).toEqual({ engine: 'DetectionOnly' });
    expect(rules).toBeUndefined();
  });
});

describe('PHP behind FastCGI', () => {
  const FPM = 'SetHandler "proxy:unix:/run/php/fpm.sock|fcgi://localhost"';
  const HTACCESS = `<IfModule mod_rewrite.c>
RewriteEngine On
RewriteRule .* - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]
RewriteBase /
RewriteRule ^index.php$ - [L]
RewriteCond %{REQUEST_FILENAME} !-f
RewriteCond %{REQUEST_FILENAME} !-d
RewriteRule . /index.php [L]
</IfModule>
`;

  interface Imported {
    readonly upstreams?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    readonly routes: readonly Readonly<Record<string, unknown>>[];
    readonly [section: string]: unknown;
  }

  /** ROOT stands for the folder of the site. */
  async function site(text: string, files: Readonly<Record<string, string>> = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'apache-php-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const root = join(folder, 'www');
    mkdirSync(root);
    for (const [name, content] of Object.entries(files)) writeFileSync(join(root, name), content);
    const written = `<VirtualHost *:80>\nServerName php.test\nDocumentRoot ROOT\n${text}\n</VirtualHost>\n`;
    writeFileSync(join(folder, 'site.conf'), written.replaceAll('ROOT', root));
    const { text: yaml, lines } = await importApache(join(folder, 'site.conf'), {});
    const imported = parse(yaml.replaceAll(root, 'ROOT')) as Imported;
    const said = (start: string): string =>
      lines
        .filter(({ source }) => source.startsWith(start))
        .flatMap(({ outcome, result, notes }) => [outcome, ...result, ...notes])
        .join(' | ');
    const routes = imported.routes.map(
      ({ path = '/', pattern, upstream, answer, auth, access }) =>
        `${path}${pattern === undefined ? '' : ` ~ ${pattern}`}: ${upstream ?? answer}${auth ? ' login' : ''}${access ? ' access' : ''}`,
    );
    return { imported, said, routes };
  }

  it('is carried over with the files beside it, as WordPress wants it', async () => {
    const { imported, said, routes } = await site(
      `DirectoryIndex index.php index.html
<Directory />
  Require all denied
</Directory>
<Directory ROOT>
  AllowOverride All
  Require all granted
</Directory>
<Directory ROOT/wp-content/uploads>
  php_admin_flag engine off
</Directory>
<Directory ROOT/wp-admin>
  AuthType Basic
  AuthUserFile ROOT/users
  Require valid-user
</Directory>
<Files xmlrpc.php>
  Require all denied
</Files>
<FilesMatch "^\\.ht">
  Require all denied
</FilesMatch>
<FilesMatch ".+\\.ph(?:ar|p|tml)$">
  ${FPM}
</FilesMatch>`,
      { '.htaccess': HTACCESS, users: '' },
    );
    expect(imported.upstreams).toEqual({
      fpm: {
        urls: 'fastcgi:unix:/run/php/fpm.sock',
        fastcgi: {
          root: 'ROOT',
          index: ['index.php'],
          scripts: ['.php', '.phtml', '.phar'],
          front_controller: '/index.php',
          serve_files: true,
        },
      },
    });
    expect(routes).toEqual([
      '/ ~ ^/(?:.*/)?xmlrpc\\.php$: 403',
      '/ ~ ^/(?:.*/)?\\.ht: 403',
      '/wp-content/uploads ~ ^/wp-content/uploads/.*(?:\\.php|\\.phtml|\\.phar)(?:/|$): 403',
      '/: fpm',
      '/wp-admin: fpm login',
    ]);
    expect(imported.routes[3]).not.toHaveProperty('preserve_host');
    expect(said('DirectoryIndex')).toContain('index.html: no page answers for a folder');
    expect(said('RewriteRule .')).toContain('fastcgi.front_controller: /index.php');
    expect(said('RewriteCond')).toContain('translated | files and folders come first');
    expect(said('.htaccess')).toContain('read once');
    expect(said('<Directory ROOT>')).not.toContain('left out');
  });

  it.each<[text: string, fastcgi: Readonly<Record<string, unknown>>]>([
    [`<FilesMatch \\.php$>\n${FPM}\n</FilesMatch>\nFallbackResource /app.php`, { front_controller: '/app.php' }],
    [
      `<FilesMatch \\.php$>\n<If "-f %{REQUEST_FILENAME}">\n${FPM}\n</If>\n</FilesMatch>\nDirectoryIndex index.php`,
      { index: ['index.php'] },
    ],
    [`<Directory ROOT>\n${FPM}\nFallbackResource /index.php\n</Directory>`, { front_controller: '/index.php' }],
    [
      `<FilesMatch "^index\\.php$">\n${FPM}\n</FilesMatch>\nDirectoryIndex index.php`,
      { scripts: [], index: ['index.php'] },
    ],
    [
      'ProxyPassMatch ^/(.*\\.php)$ fcgi://127.0.0.1:9000/ROOT/$1\nDirectoryIndex index.php',
      { scripts: [], index: ['index.php'], root: 'ROOT' },
    ],
  ])('what serves files: %s', async (text, fastcgi) => {
    const { imported } = await site(text.replace('9000/ROOT', '9000ROOT'));
    const files = Object.values(imported.upstreams ?? {}).find((one) => 'serve_files' in (one['fastcgi'] as object));
    expect(files?.['fastcgi']).toMatchObject({ root: 'ROOT', serve_files: true, ...fastcgi });
  });

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
    const { imported, routes } = await site(text.replace('ServerName', ''));
    expect(Object.values(imported.upstreams ?? {})[0]).toEqual(upstream);
    expect(routes).toContain(route);
  });

  it('started by mod_fcgid as a user of its own is an application', async () => {
    const { imported, said } = await site(`SuexecUserGroup shop shop
AddHandler fcgid-script .php
FcgidWrapper /usr/bin/php-cgi .php
FcgidInitialEnv PHP_INI_SCAN_DIR /etc/php/shop
FcgidMaxRequestsPerProcess 500
FcgidMaxProcessesPerClass 6
FcgidProcessLifeTime 3600
FcgidIOTimeout 45
FcgidMaxRequestLen 1048576
DirectoryIndex index.php`);
    expect(imported).toMatchObject({
      principals: { shop: { user: 'shop', group: 'shop' } },
      applications: {
        'php-test': {
          principal: 'shop',
          root: 'ROOT',
          protocol: 'fastcgi',
          command: ['/usr/bin/php-cgi', '-b', '{socket}'],
          processes: 6,
          max_requests: 500,
          max_age: '3600 s',
          environment: { PHP_INI_SCAN_DIR: '/etc/php/shop' },
        },
      },
      upstreams: {
        'php-test': { urls: 'app:php-test', response_timeout: '45 s', fastcgi: { root: 'ROOT', index: ['index.php'] } },
      },
      routes: [{ upstream: 'php-test', max_body: 1_048_576 }],
    });
    for (const name of ['SuexecUserGroup', 'FcgidWrapper', 'FcgidMaxRequestsPerProcess', 'FcgidMaxRequestLen'])
      expect(said(name)).toMatch(/^translated/);
  });

  it.each<[text: string, line: string, reason: string]>([
    [
      'SuexecUserGroup a a\nAddHandler fcgid-script .php\nFcgidWrapper /srv/wrapper .php',
      'FcgidWrapper',
      'php-cgi -b {socket}',
    ],
    ['AddHandler fcgid-script .php\nFcgidWrapper /usr/bin/php-cgi .php', 'FcgidWrapper', 'without SuexecUserGroup'],
    ['FallbackResource /index.php', 'FallbackResource', 'files are served beside scripts of FastCGI only'],
    [
      '<Directory ROOT>\nRewriteRule ^x$ - [F]\n</Directory>',
      'RewriteRule',
      'WARNING: what it refuses is not refused here',
    ],
    ['<DirectoryMatch x>\nRequire all denied\n</DirectoryMatch>', '<DirectoryMatch', 'WARNING: what it guards'],
    ['SetHandler server-info', 'SetHandler', 'only proxy:…|fcgi://… is carried over'],
  ])('is not without a word: %s', async (text, line, reason) => {
    const { imported, said } = await site(text);
    expect(said(line)).toMatch(/^left out/);
    expect(said(line)).toContain(reason);
    expect(imported).not.toHaveProperty('upstreams');
  });
});

describe('any text', () => {
  const word = fc.constantFrom(
    ...'ProxyPass / /x ! http://a/ http://a:1/y unix:/a|http://b/ balancer://b <VirtualHost *:80> </VirtualHost> <Location /x> </Location> ServerName a.test'.split(
      ' ',
    ),
    ...'\n \n \n Redirect RewriteRule ^/x/(.*)$ [P] [R=301] Require all denied Listen 80 443 SSLEngine on Include * SecRule "a \\ # </IfModule> <IfModule x>'.split(
      ' ',
    ),
  );
  const text = fc.array(word, { maxLength: 40 }).map((words) => words.join(' '));

  it('gives a configuration that loads, and speaks of every line', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (written) => {
        const folder = mkdtempSync(join(tmpdir(), 'apache-'));
        try {
          writeFileSync(join(folder, 'any.conf'), written);
          const { lines } = await importApache(join(folder, 'any.conf'), {});
          const spoken = new Set(lines.map(({ line }) => line));
          const continued = /\\$/m.test(written);
          written.split('\n').forEach((line, at) => {
            if (!continued && /\S/.test(line) && !line.trimStart().startsWith('#')) expect(spoken).toContain(at + 1);
          });
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
    const { lines } = await convert('Include apache.conf\nInclude apache.conf\nInclude site.conf\n', {
      'site.conf': 'Include site.conf\nInclude site.conf\n',
    });
    expect(JSON.stringify(lines)).toContain('a file that includes itself');
  });

  it('may have sections within sections, and lines that go on for ever', async () => {
    const { lines } = await convert(`${'<Location /a>\n'.repeat(50_000)}`);
    expect(JSON.stringify(lines)).toContain('more than 100 sections within each other');
    expect((await convert('a\\\n'.repeat(300_000))).lines).toHaveLength(1);
  });
});
