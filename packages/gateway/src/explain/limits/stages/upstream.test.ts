import { expect, it } from 'vitest';
import { limitsMet, type SampleRequest } from '../../../../test/support/limits-met.ts';
import { limitsOfUpstream } from './upstream.ts';

const YAML = `limits: { upstream_queue: 7 }
upstreams: { app: { urls: "http://127.0.0.1:1", connect_timeout: 2 s, total_timeout: 10 s } }`;
const UPLOAD = { size: 11_000_000, rate: 1_000_000 };
const HOLDING = 'SecRuleEngine On\nSecRequestBodyAccess On\n';

it('lists the times of the upstream of the route', () => {
  expect(limitsMet(limitsOfUpstream, YAML)).toEqual([
    'limits.upstream_queue: 7: 503 (gate.yaml:1:27)',
    'upstreams.app.queue_timeout: 10 s: 503 (default)',
    'upstreams.app.connect_timeout: 2 s: 504 (gate.yaml:2:66)',
    'upstreams.app.response_timeout: 1 m: 504, from the end of the request on (default)',
    'upstreams.app.idle_timeout: 1 m: cut after silence in the answer (default)',
    'upstreams.app.total_timeout: 10 s: 504 or cut (gate.yaml:2:86)',
  ]);
});

it('there are none for a route that answers itself', () => {
  expect(limitsMet(limitsOfUpstream, `${YAML}\nroutes: [{ redirect: { to: /other } }]`)).toEqual([]);
});

it.each<[string, SampleRequest, string]>([
  ['that streams for longer than the whole exchange may take', { upload: UPLOAD }, ' -> cut after 10 s'],
  ['that streams faster', { upload: { ...UPLOAD, rate: 2_000_000 } }, ''],
  ['that is held for the rules, and sent at once when it is whole', { upload: UPLOAD, rules: HOLDING }, ''],
])('an upload %s', (_name, request, end) => {
  expect(limitsMet(limitsOfUpstream, YAML, request).at(-1)).toBe(
    `upstreams.app.total_timeout: 10 s: 504 or cut (gate.yaml:2:86)${end}`,
  );
});
