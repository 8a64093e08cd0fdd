import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { apacheSite, fromApache, notesOn } from '../../../test/support/old-configuration.ts';

describe('files, definitions and conditions', () => {
  it('are followed as Apache follows them', async () => {
    const result = await fromApache(
      `Define PORT 81
LoadModule proxy_module modules/mod_proxy.so
Include parts/*.conf
IncludeOptional none/*.conf
<IfModule mod_proxy.c>
<IfModule !absent_module>
${apacheSite(`ProxyPass /yes http://a:\${PORT}/ \\\n  timeout=5`)}
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
});

describe('files that were written to do harm', () => {
  it('may include each other, and end all the same', async () => {
    const { lines } = await fromApache('Include apache.conf\nInclude apache.conf\nInclude site.conf\n', {
      'site.conf': 'Include site.conf\nInclude site.conf\n',
    });
    expect(JSON.stringify(lines)).toContain('a file that includes itself');
  });
});
