import { expect, it } from 'vitest';
import { limitsMet } from '../../../../test/support/limits-met.ts';
import { limitsOfBody } from './body.ts';

const IN_MEMORY = [
  'limits.body_in_memory: 128 KiB: held on disk while rules decide (gate.yaml:2:27)',
  'limits.bodies_in_memory: 8 MiB: of all bodies of a process; held on disk where it is used up (gate.yaml:2:54)',
];

it.each([
  [' }', 2 ** 30, 'limits.body: 1 GiB: 413 (default)'],
  [' }', 2 ** 30 + 1, 'limits.body: 1 GiB: 413 (default) -> 413 after 0 s'],
  [', body: 0 }', 2 ** 40, 'limits.body: no limit: 413 (gate.yaml:2:67)'],
  [
    ' }\nroutes: [{ upstream: app, max_body: 2 MB }]',
    3_000_000,
    'routes[].max_body: 2 MB: 413 (gate.yaml:3:37) -> 413 after 0 s',
  ],
])('%s and %s bytes', (yaml, size, line) => {
  const lines = limitsMet(
    limitsOfBody,
    `upstreams: { app: "http://127.0.0.1:1" }\nlimits: { body_in_memory: 128 KiB, bodies_in_memory: 8 MiB${yaml}`,
    {
      upload: { size, rate: 1_000_000 },
    },
  );
  expect(lines).toEqual([line, ...IN_MEMORY]);
});

it.each([
  [65_536, '64 KiB'],
  [0, 'nothing'],
])('rules may say how much of a body memory holds: %s', (bytes, text) => {
  const rules = `SecRequestBodyInMemoryLimit ${bytes}`;
  expect(limitsMet(limitsOfBody, 'upstreams: { app: "http://127.0.0.1:1" }', { rules })).toContain(
    `SecRequestBodyInMemoryLimit: ${text}: held on disk while rules decide (rules.conf:1)`,
  );
});
