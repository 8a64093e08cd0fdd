import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { apacheSite, fromApache, type Route } from '../../../test/support/old-configuration.ts';

describe('logs', () => {
  it('logs of sites are for their routes; that of the server for those without', async () => {
    const result = await fromApache(`LogFormat "%h %D" short
CustomLog /logs/server.log common
ErrorLog /logs/error.log
${apacheSite('CustomLog /logs/a.log short env=!quiet\nCustomLog /logs/b.log common\nErrorLog /logs/a-error.log')}
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
    const { text } = await fromApache(
      apacheSite('CustomLog /logs/a.log combined\nErrorLog /logs/e.log\nProxyPass / http://a/'),
    );
    expect(parse(text)).toMatchObject({ logs: { access: [{ file: '/logs/a.log' }], error: '/logs/e.log' } });
    expect(text).not.toContain('tag');
  });
});
