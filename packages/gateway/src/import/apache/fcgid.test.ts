import { describe, expect, it } from 'vitest';
import { expectLeftOut, importPhpSite } from '../../../test/support/apache-php-site.ts';

describe('mod_fcgid', () => {
  it('started by mod_fcgid as a user of its own is an application', async () => {
    const { imported, said } = await importPhpSite(`SuexecUserGroup shop shop
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
  ])('is not without a word: %s', expectLeftOut);
});
