/** The same requests to Apache or nginx and to a gate with their configuration imported: both must do the same. */
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { startImported } from './support/imported.ts';
import { hasPeer, startConfigured } from './support/peers.ts';
import { startUpstream } from './support/upstream.ts';

interface Asked {
  readonly path: string;
  /** Loopback addresses are as good as any for access rules. */
  readonly from?: string;
}

/** What a client gets: the body where it is one of a backend, else the status and where it is sent. */
function outcome(port: number, { path, from = '127.0.0.1' }: Asked): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, localAddress: from, headers: { host: 'site.test' } },
      (answer) => {
        let body = '';
        answer.setEncoding('latin1');
        answer.on('data', (chunk: string) => {
          body += chunk;
        });
        answer.on('end', () => {
          const { statusCode, headers } = answer;
          resolve(statusCode === 200 ? body : [statusCode, headers.location ?? []].flat().join(' '));
        });
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

/** Answers with its name and what it was asked for. */
async function startNamed(name: string): Promise<number> {
  const { port } = await startUpstream((asked, answer) => answer.end(`${name} ${asked.url}`));
  return port;
}

const MODULES = [
  'mpm_event',
  'authz_core',
  'authz_host',
  'access_compat',
  'proxy',
  'proxy_http',
  'rewrite',
  'alias',
  'headers',
]
  .map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`)
  .join('\n');

async function startServer(kind: 'apache' | 'nginx', text: string): Promise<number> {
  if (kind === 'nginx') {
    return await startConfigured('nginx', ({ folder, port }) => {
      const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
        .map((one) => `${one}_temp_path ${folder};`)
        .join(' ');
      return `user root; daemon off; worker_processes 1; pid ${folder}/pid; events {}
http { access_log off; ${places} server { listen 127.0.0.1:${port}; server_name site.test; ${text} } }`;
    });
  }
  return await startConfigured(
    'apache',
    ({ folder, port }) => `ServerRoot ${folder}
PidFile ${folder}/pid
ErrorLog ${folder}/error.log
ServerName main.test
Listen 127.0.0.1:${port}
${MODULES}
DocumentRoot ${folder}
<VirtualHost *:${port}>
ServerName site.test
${text}
</VirtualHost>
`,
  );
}

async function compare(kind: 'apache' | 'nginx', text: string, asked: readonly (Asked | string)[]): Promise<void> {
  const [a, b] = await Promise.all(['a', 'b'].map(startNamed));
  const filled = text.replaceAll('A_PORT', String(a)).replaceAll('B_PORT', String(b));
  const judge = await startServer(kind, filled);
  const gate = await startImported(
    kind,
    kind === 'apache'
      ? `<VirtualHost *:80>\nServerName site.test\n${filled}\n</VirtualHost>`
      : `server { listen 80; server_name site.test; ${filled} }`,
  );
  for (const one of asked) {
    const wanted = typeof one === 'string' ? { path: one } : one;
    const name = `${wanted.from ?? ''} ${wanted.path}`;
    expect(`${name}: ${withoutPort(await outcome(gate, wanted))}`).toBe(
      `${name}: ${withoutPort(await outcome(judge, wanted))}`,
    );
  }
}

/** Both name themselves in redirections, with ports of the system's choosing. */
function withoutPort(said: string): string {
  return said.replace(/^(30\d) http:\/\/site\.test(:\d+)?/, '$1 ');
}

const from = (path: string, ...addresses: readonly string[]): readonly Asked[] =>
  addresses.map((address) => ({ path, from: address }));

describe.skipIf(!hasPeer('apache'))('Apache is the judge (skipped where apache2 is not installed)', () => {
  it.each<[what: string, text: string, asked: readonly (Asked | string)[]]>([
    [
      'ProxyPassMatch among prefixes, in their order',
      String.raw`ProxyPass /static http://127.0.0.1:B_PORT/static
ProxyPassMatch ^/(.*)\.png$ http://127.0.0.1:A_PORT/images/$1
ProxyPassMatch \.gif$ http://127.0.0.1:A_PORT
ProxyPassMatch ^/none/ !
ProxyPass /x http://127.0.0.1:B_PORT/y
ProxyPass / http://127.0.0.1:B_PORT/root/`,
      [
        '/',
        '/a.png',
        '/static/a.png',
        '/static/a.gif',
        '/x/a.png',
        '/x/a.gif?q=1',
        '/x',
        '/x/z',
        '/xz',
        '/none/a',
        '/none/a.png',
        '/a%20b.png',
        '/a.png%0A',
      ],
    ],
    [
      'Location and LocationMatch, the last that matches',
      String.raw`ProxyPass / http://127.0.0.1:A_PORT/
<LocationMatch "^/(admin|setup)(/|$)">
Require ip 127.0.0.2
</LocationMatch>
<LocationMatch "\.php$">
Require all denied
</LocationMatch>
<Location /admin/open>
Require all granted
</Location>`,
      [
        '/',
        '/admin',
        '/adminx',
        '/x.php',
        '/admin/open',
        '/admin/open/x.php',
        '/setup/x',
        ...from('/admin', '127.0.0.2', '127.0.0.3'),
        ...from('/admin/x.php', '127.0.0.2'),
      ],
    ],
    [
      'ProxyPass in places',
      String.raw`<Location /a/b>
ProxyPass http://127.0.0.1:B_PORT/deep
</Location>
<Location /a>
ProxyPass http://127.0.0.1:A_PORT/flat
</Location>
<LocationMatch "^/m/(\d+)$">
ProxyPassMatch http://127.0.0.1:A_PORT/number/$1
</LocationMatch>`,
      ['/a', '/a/', '/a/b', '/a/b/c', '/a/x', '/m/7', '/m/x', '/'],
    ],
    [
      'redirections beside what is passed on',
      String.raw`RewriteEngine On
RewriteRule ^/u/(\w+)$ http://site.test/user/$1 [R=302,L]
RewriteRule ^/secret - [F]
ProxyPass /old/kept http://127.0.0.1:A_PORT/kept
ProxyPass /off !
ProxyPass /p http://127.0.0.1:B_PORT
Redirect permanent /old http://site.test/new
Redirect /p/x http://site.test/never
Redirect 303 /off http://site.test/on
RedirectMatch 302 ^/r/(.*)\.htm$ http://site.test/h/$1
<Location /p/moved>
Redirect 301 http://site.test/there
</Location>`,
      [
        '/u/me',
        '/u/me?a=1',
        '/u/me/x',
        '/secrets',
        '/old',
        '/old/x?a=1',
        '/old/kept/x',
        '/off/x',
        '/p/x',
        '/p/y',
        '/r/a/b.htm?a=1',
        '/p/moved?a=1',
        '/p/moved/x',
        '/else',
      ],
    ],
    [
      'containers of requirements and the older directives',
      `ProxyPass / http://127.0.0.1:A_PORT/
<Location /all>
<RequireAll>
Require ip 127.0.0.0/29
Require not ip 127.0.0.3
<RequireNone>
Require ip 127.0.0.4
</RequireNone>
</RequireAll>
</Location>
<Location /any>
<RequireAny>
Require ip 127.0.0.2
Require ip 127.0.0.12
</RequireAny>
</Location>
<Location /allow>
Order allow,deny
Allow from 127.0.0.0/255.255.255.248
Deny from 127.0.0.3
</Location>
<Location /deny>
Order deny,allow
Deny from 127.0
Allow from 127.0.0.3
</Location>
<Location /both>
Order deny,allow
Deny from 127.0.0.2
Require ip 127.0.0.2 127.0.0.3
</Location>
<Location /all/public>
Require all granted
</Location>`,
      ['/all', '/all/public', '/any', '/allow', '/deny', '/both'].flatMap((path) =>
        from(path, '127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.12'),
      ),
    ],
    [
      'access to backends',
      `ProxyPass /a http://127.0.0.1:A_PORT
ProxyPass /b http://127.0.0.1:B_PORT
<Proxy *>
Order deny,allow
Deny from all
Allow from 127.0.0.2
</Proxy>
<Proxy http://127.0.0.1:B_PORT*>
Order deny,allow
Deny from 127.0.0.2
</Proxy>
<Location /a/free>
Order allow,deny
Allow from all
</Location>`,
      ['/a', '/b', '/a/free'].flatMap((path) => from(path, '127.0.0.1', '127.0.0.2')),
    ],
  ])('%s', async (_what, text, asked) => await compare('apache', text, asked), 60_000);
});

describe.skipIf(!hasPeer('nginx'))('nginx is the judge (skipped where nginx is not installed)', () => {
  it.each<[what: string, text: string, asked: readonly (Asked | string)[]]>([
    [
      'patterns, prefixes and exact paths',
      String.raw`location / { proxy_pass http://127.0.0.1:A_PORT; }
location = /exact.png { proxy_pass http://127.0.0.1:B_PORT/one; }
location ^~ /static/ { proxy_pass http://127.0.0.1:B_PORT/files/; }
location /static/deep/ { proxy_pass http://127.0.0.1:B_PORT; }
location ~ \.png$ { proxy_pass http://127.0.0.1:B_PORT; }
location ~* ^/img/(.*)\.(gif|png)$ { proxy_pass http://127.0.0.1:A_PORT/$2/$1$is_args$args; }
location /plain { proxy_pass http://127.0.0.1:A_PORT/y; }`,
      [
        '/',
        '/exact.png',
        '/exact.png/x',
        '/static/a.png',
        '/static/deep/a.png',
        '/static/deep/a',
        '/img/a.png',
        '/IMG/a-b.GIF?q=1',
        '/plain',
        '/plain/x',
        '/a.PNG',
      ],
    ],
    [
      'locations within locations',
      String.raw`location ^~ /a/ { proxy_pass http://127.0.0.1:A_PORT;
  location /a/b/ { proxy_pass http://127.0.0.1:B_PORT; } }
location /c/ { proxy_pass http://127.0.0.1:A_PORT;
  location ^~ /c/d/ { proxy_pass http://127.0.0.1:A_PORT; } }
location ~ \.gif$ { proxy_pass http://127.0.0.1:B_PORT; }`,
      ['/a/x.gif', '/a/b/x.gif', '/c/x.gif', '/c/d/x.gif', '/c/d/x', '/x'],
    ],
    [
      'allow and deny',
      `deny 127.0.0.3;
location / { proxy_pass http://127.0.0.1:A_PORT; }
location /in/ { allow 127.0.0.0/29; deny all; proxy_pass http://127.0.0.1:A_PORT; }
location /list/ { deny 127.0.0.2; allow 127.0.0.0/30; deny all; proxy_pass http://127.0.0.1:A_PORT; }
location /said/ { deny all; return 302 http://site.test/there; }
location ~ /\\. { deny all; proxy_pass http://127.0.0.1:A_PORT; }`,
      ['/', '/in/', '/list/', '/said/', '/in/.git'].flatMap((path) =>
        from(path, '127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.12'),
      ),
    ],
    [
      'rewrites of the server',
      String.raw`rewrite ^/old/(.*)$ http://site.test/new/$1 permanent;
rewrite ^/u/(\w+)/(\d+)$ http://site.test/$2?u=$1 redirect;
location / { proxy_pass http://127.0.0.1:A_PORT; }
location /old/x { proxy_pass http://127.0.0.1:B_PORT; }`,
      ['/old/x?a=1', '/u/me/7', '/u/me', '/older'],
    ],
  ])('%s', async (_what, text, asked) => await compare('nginx', text, asked), 60_000);
});
