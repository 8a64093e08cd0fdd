import { describe, expect, it } from 'vitest';
import { expectLeftOut, FPM, importPhpSite } from '../../../test/support/apache-php-site.ts';

describe('files of a site', () => {
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

  it('is carried over with the files beside it, as WordPress wants it', async () => {
    const { imported, said, routes } = await importPhpSite(
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
    const { imported } = await importPhpSite(text.replace('9000/ROOT', '9000ROOT'));
    const files = Object.values(imported.upstreams ?? {}).find((one) => 'serve_files' in (one['fastcgi'] as object));
    expect(files?.['fastcgi']).toMatchObject({ root: 'ROOT', serve_files: true, ...fastcgi });
  });

  it('is not without a word: FallbackResource /index.php', () =>
    expectLeftOut(
      'FallbackResource /index.php',
      'FallbackResource',
      'files are served beside scripts of FastCGI only',
    ));
});
