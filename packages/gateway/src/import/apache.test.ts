import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { apacheSite, folderWith, fromApache } from '../../test/support/old-configuration.ts';
import { importApache } from './apache.ts';

describe('the importer', () => {
  it('a copy of another machine is read below its folder', async () => {
    const root = folderWith({
      'etc/apache2/apache2.conf': 'Include /etc/apache2/more.conf\nIncludeOptional sites-enabled/*.conf\n',
      'etc/apache2/more.conf': 'Timeout 33\n',
      'etc/apache2/envvars': 'export APACHE_LOG_DIR=/var/log/apache2$SUFFIX\n',
      'etc/apache2/sites-enabled/a.conf': apacheSite(`ErrorLog \${APACHE_LOG_DIR}/e.log\nProxyPass / http://a/`),
    });
    const result = await importApache(join(root, 'etc/apache2/apache2.conf'), { root });
    expect(parse(result.text)).toMatchObject({
      logs: { error: '/var/log/apache2/e.log' },
      timeouts: { body_idle: '33 s' },
    });
    expect(result.lines.map(({ file }) => file)).toContain('/etc/apache2/sites-enabled/a.conf');
  });

  it('limits of mod_evasive and mod_reqtimeout', async () => {
    const { text } = await fromApache(`DOSPageCount 5
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
  });
});
