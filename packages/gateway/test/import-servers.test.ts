/** Configurations of Apache and nginx, imported by the command and run. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask } from './support/client.ts';
import { testFolder } from './support/gate.ts';
import { runMain, startImported } from './support/imported.ts';
import { hasPhpFpm, startPhpFpm } from './support/php-fpm.ts';
import { startUpstream } from './support/upstream.ts';

async function bodyOf(port: number, host: string, path: string): Promise<string> {
  const { status, body } = await ask(port, path, { headers: { host } });
  return status === 200 ? body : String(status);
}

/** Answers with its name and what it was asked for. */
async function startNamed(name: string): Promise<number> {
  const { port } = await startUpstream((request, response) => response.end(`${name} ${request.url}`));
  return port;
}

describe('three backends by host and path', () => {
  const expected: readonly (readonly [host: string, path: string, body: string])[] = [
    ['phpmyadmin.example', '/', 'admin /'],
    ['phpmyadmin.example', '/blog', 'admin /blog'],
    ['www.example', '/blog', 'blog /'],
    ['www.example', '/blog/', 'blog /'],
    ['www.example', '/blog/2024?p=1', 'blog /2024?p=1'],
    ['www.example', '/wiki/Home', 'wiki /Home'],
    ['www.example', '/blogx', '404'],
    ['www.example', '/', '404'],
  ];

  it('from Apache', async () => {
    const [admin, blog, wiki] = await Promise.all(['admin', 'blog', 'wiki'].map(startNamed));
    const port = await startImported(
      'apache',
      `<VirtualHost phpmyadmin.example>
  ProxyPass / http://localhost:${admin}/
  ProxyPassReverse / http://localhost:${admin}/
</VirtualHost>
<VirtualHost www.example>
  ProxyPass /blog http://localhost:${blog}
  ProxyPass /wiki http://localhost:${wiki}/
</VirtualHost>`,
    );
    for (const [host, path, body] of expected)
      expect(`${path}: ${await bodyOf(port, host, path)}`).toBe(`${path}: ${body}`);
    expect(await bodyOf(port, 'other.example', '/')).not.toContain('admin');
  });

  it('from nginx', async () => {
    const [admin, blog, wiki] = await Promise.all(['admin', 'blog', 'wiki'].map(startNamed));
    const port = await startImported(
      'nginx',
      `server { listen 80 default_server; return 421; }
server { listen 80; server_name phpmyadmin.example; location / { proxy_pass http://localhost:${admin}; } }
server { listen 80; server_name www.example;
  location /blog { proxy_pass http://localhost:${blog}/; }
  location /wiki/ { proxy_pass http://localhost:${wiki}/; }
}`,
    );
    for (const [host, path, body] of expected)
      expect(`${path}: ${await bodyOf(port, host, path)}`).toBe(`${path}: ${body}`);
    expect(await bodyOf(port, 'other.example', '/')).toBe('421');
  });
});

describe('the files Debian installs', () => {
  const files = (folder: string, ...names: readonly string[]): readonly string[] =>
    existsSync(folder) ? [...readdirSync(folder).map((name) => join(folder, name)), ...names] : [];
  const apache = files('/etc/apache2/sites-available', '/etc/apache2/apache2.conf');
  const nginx = files('/etc/nginx/sites-available', '/etc/nginx/nginx.conf');
  const isDemanded = process.env['CI'] === 'true';

  it.runIf(isDemanded)('are there', () => {
    expect([apache.length, nginx.length]).not.toContain(0);
  });

  it.skipIf(apache.length === 0)('Apache (skipped where apache2 is not installed)', async () => {
    await importAll('apache', apache);
  });

  it.skipIf(nginx.length === 0)('nginx (skipped where nginx is not installed)', async () => {
    await importAll('nginx', nginx);
  });

  /** Each is imported, checked, and every directive in it is spoken of. */
  async function importAll(kind: 'apache' | 'nginx', all: readonly string[]): Promise<void> {
    const folder = testFolder();
    for (const file of all) {
      const target = join(folder, `${basename(file)}.yaml`);
      const { code, out } = await runMain('import', kind, file, '-o', target, '--report', 'json');
      expect(code).toBe(0);
      const { lines } = JSON.parse(out.join('\n')) as { lines: { file: string; line: number }[] };
      const spoken = new Set(lines.filter((line) => line.file === file).map(({ line }) => line));
      readFileSync(file, 'latin1')
        .split('\n')
        .forEach((line, at) => {
          // The end of a section or block is no statement of its own, and a statement may take several lines.
          if (/^\s*[A-Za-z<][\w\s"'/.:*<>-]*[;{>]?\s*$/.test(line) && !/^\s*<\//.test(line))
            expect(`${file}:${at + 1} ${spoken.has(at + 1)}`).toBe(`${file}:${at + 1} true`);
        });
      expect(await runMain('check', '--quiet', '--config', target)).toMatchObject({ code: 0, err: [] });
    }
  }
});

const WORDPRESS = {
  'index.php': '<?php echo "front ", $_SERVER["REQUEST_URI"], " ", $_SERVER["APP_ENV"] ?? "";',
  'wp-login.php': '<?php echo "login ", $_SERVER["HTTP_HOST"];',
  'wp-content/style.css': 'p {}',
  'wp-content/uploads/cat.png': 'PNG',
  'wp-content/uploads/evil.php': '<?php echo "OWNED";',
  '.htaccess': 'SECRET',
  'wp-config.php.bak': 'SECRET',
};

/** What a visitor of that WordPress gets, whichever server it was set up with. */
async function expectWordPress(port: number): Promise<void> {
  const seen: Record<string, string> = {};
  for (const path of [
    '/',
    '/2024/hello/?p=1',
    '/wp-login.php',
    '/wp-content/style.css',
    '/wp-content/uploads/cat.png',
    '/wp-content/uploads/evil.php',
    '/.htaccess',
    '/wp-config.php.bak',
    '/none.php',
  ])
    seen[path] = await bodyOf(port, 'wp.test', path);
  expect(seen).toEqual({
    '/': 'front / production',
    '/2024/hello/?p=1': 'front /2024/hello/?p=1 production',
    '/wp-login.php': 'login wp.test',
    '/wp-content/style.css': 'p {}',
    '/wp-content/uploads/cat.png': 'PNG',
    '/wp-content/uploads/evil.php': '403',
    '/.htaccess': '403',
    // No type says what it is, so it is no file; the script has not to find anything there.
    '/wp-config.php.bak': 'front /wp-config.php.bak production',
    '/none.php': expect.stringMatching(/^(404|front \/none\.php production)$/),
  });
}

describe.runIf(hasPhpFpm())('WordPress behind php-fpm', () => {
  it('from nginx', async () => {
    const fpm = await startPhpFpm(WORDPRESS, 2);
    const port = await startImported(
      'nginx',
      `server {
  listen 80; server_name wp.test; root ${fpm.root}; index index.php;
  location = /favicon.ico { log_not_found off; access_log off; }
  location ~ /\\.ht { deny all; }
  location ~* /uploads/.*\\.php$ { deny all; }
  location / { try_files $uri $uri/ /index.php?$args; }
  location ~ \\.php$ {
    fastcgi_pass ${fpm.url.replace('fastcgi:', '')};
    fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
    fastcgi_param QUERY_STRING $query_string;
    fastcgi_param APP_ENV production;
  }
}`,
    );
    await expectWordPress(port);
  });

  it('from Apache', async () => {
    const fpm = await startPhpFpm(
      {
        ...WORDPRESS,
        // What WordPress writes.
        '.htaccess':
          'RewriteEngine On\nRewriteBase /\nRewriteRule ^index\\.php$ - [L]\nRewriteCond %{REQUEST_FILENAME} !-f\n' +
          'RewriteCond %{REQUEST_FILENAME} !-d\nRewriteRule . /index.php [L]\n',
      },
      2,
      'env[APP_ENV] = production',
    );
    const port = await startImported(
      'apache',
      `<VirtualHost *:80>
  ServerName wp.test
  DocumentRoot ${fpm.root}
  DirectoryIndex index.php index.html
  <Directory ${fpm.root}>
    AllowOverride All
    Require all granted
  </Directory>
  <Directory ${fpm.root}/wp-content/uploads>
    SetHandler None
  </Directory>
  <FilesMatch "^\\.ht">
    Require all denied
  </FilesMatch>
  <FilesMatch \\.php$>
    SetHandler "proxy:${fpm.url.replace('fastcgi:', '')}|fcgi://localhost"
  </FilesMatch>
</VirtualHost>`,
    );
    await expectWordPress(port);
  });
});

it('wrong words are explained', async () => {
  const folder = testFolder();
  expect(await runMain('import', 'apache', join(folder, 'none.conf'))).toMatchObject({
    code: 1,
    err: [expect.stringContaining('ENOENT')],
  });
  expect((await runMain('import', 'apache')).code).toBe(2);
  expect((await runMain('import', 'snort', 'x', '--root', '/')).err[0]).toContain('--root is for apache and nginx');
  expect((await runMain('import', 'nginx', 'x', '--id-base', '1')).err[0]).toContain(
    '--id-base is for modsec1 and snort',
  );
});
