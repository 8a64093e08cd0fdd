import { expect, it } from 'vitest';
import { whereabouts } from './where.ts';

const TEXT = `limits: { body: 1 GB }
slow_clients:
  header: 5 s
  body:
    minimum_rate: 1 kB
upstreams:
  app: http://127.0.0.1:3000
routes:
  - { path: /a, upstream: app }
  - path: /b
    max_body: 5 MB
`;

it.each([
  [['limits', 'body'], 'g.yaml:1:17'],
  [['limits', 'headerSize'], undefined],
  [['slowClients', 'header', 'time'], 'g.yaml:3:11'],
  [['slowClients', 'header', 'maximum'], undefined],
  [['slowClients', 'body', 'minimumRate'], 'g.yaml:5:19'],
  [['slowClients', 'body', 'time'], undefined],
  [['upstreams', 'app', 'urls'], 'g.yaml:7:8'],
  [['upstreams', 'app', 'idleTimeout'], undefined],
  [['routes', 1, 'maxBody'], 'g.yaml:11:15'],
  [['routes', 0, 'maxBody'], undefined],
  [['timeouts', 'drain'], undefined],
] as const)('%j stands at %s', (path, place) => {
  expect(whereabouts(TEXT, 'g.yaml').find(path)).toBe(place);
});

it('an empty file says nothing', () => {
  expect(whereabouts('', 'g.yaml').find(['limits', 'body'])).toBeUndefined();
});
