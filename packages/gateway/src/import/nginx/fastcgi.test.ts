import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { fromNginx, nginxServer, type Route } from '../../../test/support/old-configuration.ts';

describe('fastcgi_pass', () => {
  it.each<[text: string, route: Route, upstream?: Route]>([
    [
      'location / { fastcgi_pass 127.0.0.1:9000; }',
      { upstream: '127-0-0-1-9000' },
      { urls: 'fastcgi://127.0.0.1:9000' },
    ],
    ['location / { fastcgi_pass $backend; }', { answer: 503 }],
    ['location / { fastcgi_pass unix:/r.sock; fastcgi_param SCRIPT_FILENAME /srv/app/run.php; }', { answer: 503 }],
    [
      'location / { alias /srv/x; fastcgi_pass unix:/r.sock; fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name; }',
      { answer: 503 },
    ],
    [
      'location / { root /srv/a/; fastcgi_index main.php; fastcgi_pass unix:/r.sock; fastcgi_param SCRIPT_FILENAME $realpath_root$fastcgi_script_name; }',
      { upstream: 'r' },
      { urls: 'fastcgi:unix:/r.sock', fastcgi: { root: '/srv/a', index: 'main.php', path_info: false } },
    ],
  ])('%s', async (text, route, upstream) => {
    const { text: written } = await fromNginx(nginxServer(text));
    const { routes, upstreams } = parse(written) as { routes: readonly Route[]; upstreams?: Record<string, Route> };
    expect(routes[0]).toMatchObject(route);
    if (upstream !== undefined) expect(Object.values(upstreams ?? {})[0]).toEqual(upstream);
  });
});
