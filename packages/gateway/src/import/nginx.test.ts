import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { fromNginx, nginxServer, notesOn, type Route } from '../../test/support/old-configuration.ts';
import { importNginx } from './nginx.ts';

describe('locations', () => {
  it('patterns that cannot be carried over are left out, with a warning where they guard something', async () => {
    const result = await fromNginx(
      nginxServer(
        'location ~ "^/(?!open)" { deny all; }\nlocation / { location ~ x { deny all; } proxy_pass http://a; }',
      ),
    );
    expect(notesOn(result, 'location ~ "^/(?!open)"')).toMatch(
      /^left out .*WARNING: what it guards is not guarded here/,
    );
    expect(notesOn(result, 'location ~ x')).toContain('patterns within another location are not carried over');
  });

  it.each([
    ['limit_except GET', 'limit_except GET { deny all; }'],
    ['location ~ (', 'location ~ ( { location /x { auth_basic on; } }'],
  ])('%s with a guard in it is not left out without a word', async (line, text) => {
    const result = await fromNginx(nginxServer(`location / { ${text} proxy_pass http://a; }`));
    expect(notesOn(result, line)).toMatch(/^left out .*WARNING: what it guards is not guarded here/);
  });
});

it('logs of servers and locations are for their routes', async () => {
  const result = await fromNginx(`log_format own '$remote_addr $status';
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
  });
});
