import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { fromNginx, notesOn, type Route } from '../../../test/support/old-configuration.ts';

it.each<[zones: string, text: string, traffic: Route | undefined, note: RegExp]>([
  [
    'limit_req_zone $remote_addr zone=z:1m rate=10r/s;',
    'limit_req zone=z burst=20;',
    { client_per_second: 10, wait: '2000 ms' },
    /wait 2000 ms/,
  ],
  [
    'limit_req_zone $server_name zone=z:1m rate=120r/m;',
    'limit_req zone=z;',
    { per_second: 2, wait: '1 ms' },
    /per_second 2/,
  ],
  [
    'limit_req_zone $binary_remote_addr zone=z:1m rate=1r/s;',
    'limit_req zone=z burst=500;',
    { client_per_second: 1, wait: '500000 ms', queue: 500 },
    /wait/,
  ],
  ['limit_req_zone $remote_addr zone=z:1m rate=5r/m;', 'limit_req zone=z;', undefined, /floods\.paths/],
  ['limit_req_zone $http_x zone=z:1m rate=5r/s;', 'limit_req zone=z;', undefined, /does not count by \$http_x/],
  ['', 'limit_req zone=z;', undefined, /there is no such zone/],
  ['limit_conn_zone $binary_remote_addr zone=c:1m;', 'limit_conn c 8;', { client_requests: 8 }, /client_requests 8/],
  ['limit_conn_zone $server_name zone=c:1m;', 'limit_conn c 80;', { requests: 80 }, /requests 80/],
  ['', 'limit_rate 500k;', { client_bytes_per_second: 512_000 }, /of all answers to a client together/],
])('limits: %s %s', async (zones, text, traffic, note) => {
  const result = await fromNginx(`http { ${zones} server { listen 80; location / { ${text} proxy_pass http://a; } } }`);
  expect(parse(result.text).routes[0].traffic).toEqual(traffic);
  expect(notesOn(result, text.startsWith('limit_req') ? 'limit_req zone' : text.replace(';', ''))).toMatch(note);
});
