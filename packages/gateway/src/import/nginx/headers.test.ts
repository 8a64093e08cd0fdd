import { describe, expect, it } from 'vitest';
import { nginxRoutes, type Route } from '../../../test/support/old-configuration.ts';

describe('headers', () => {
  it.each<[text: string, routes: readonly Route[]]>([
    [
      `proxy_set_header Host $host; proxy_set_header X-Real-IP $remote_addr; proxy_set_header X-A b; proxy_set_header X-C "";
       add_header X-D e always; proxy_hide_header X-F; location / { proxy_pass http://a; }`,
      [
        {
          preserve_host: true,
          request_headers: { set: { 'X-A': 'b' }, remove: ['X-C'] },
          response_headers: { set: { 'X-D': 'e' }, remove: ['X-F'] },
        },
      ],
    ],
    [
      'proxy_set_header X-A b; location / { proxy_set_header Host in.test; proxy_pass http://a; }',
      [{ send_host: 'in.test' }],
    ],
  ])('%s', async (text, routes) => {
    expect(await nginxRoutes(text)).toMatchObject(routes);
  });
});
