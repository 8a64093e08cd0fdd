import { expect, it } from 'vitest';
import { limitsMet, type SampleRequest } from '../../../../test/support/limits-met.ts';
import { limitsOfHead } from './head.ts';

const YAML = `upstreams: { app: "http://127.0.0.1:1" }
http: { methods: [GET, PUT, DELETE] }
limits: { target_length: 16, header_size: 8 KiB, header_count: 50 }
routes: [{ upstream: app, body_methods: [PUT] }]`;

it('lists what a head meets, and where it is written', () => {
  expect(limitsMet(limitsOfHead, YAML)).toEqual([
    'http.methods: GET, PUT, DELETE: 405 (gate.yaml:2:18)',
    'routes[].body_methods: PUT: refused (gate.yaml:4:41)',
    'limits.target_length: 16 B: 414 (gate.yaml:3:26)',
    'limits.header_size: 8 KiB: 431 (gate.yaml:3:43)',
    'limits.header_count: 50: 431 (gate.yaml:3:64)',
  ]);
});

it.each<[string, SampleRequest, readonly string[]]>([
  ['a method that is not served', { method: 'PATCH' }, ['http.methods -> 405']],
  [
    'a body with a method that takes none',
    { method: 'DELETE', upload: { size: 1, rate: 1 } },
    ['routes[].body_methods -> refused'],
  ],
  ['an empty body', { method: 'DELETE', upload: { size: 0, rate: 1 } }, []],
  ['a target of that length', { target: `/${'a'.repeat(15)}` }, []],
  ['a longer target', { target: `/${'a'.repeat(16)}` }, ['limits.target_length -> 414']],
])('%s', (_name, request, ends) => {
  const bites = limitsMet(limitsOfHead, YAML, request).filter((line) => line.includes('->'));
  expect(bites.map((line) => line.replace(/:.*->/, ' ->').replace(' after 0 s', ''))).toEqual(ends);
});
