import { expect, it } from 'vitest';
import { limitsMet } from '../../../../test/support/limits-met.ts';
import { limitsOfFloods } from './floods.ts';

it.each<[string, string, readonly string[]]>([
  ['nothing is counted', 'mode: off', ['floods.mode: off: nothing is counted (gate.yaml:1:17)']],
  [
    'windows',
    'ban: 90 s, address: { requests: 600, per: 1 m }, path: { requests: 0 }, paths: [{ path: /login, requests: 5, per: 10 s }], principal: { name: X-Key, requests: 7, per: 1 h }, penalties: { points: 9, per: 1 m, ban: 2 m }',
    [
      'floods.address: 600 requests in 1 m: 429, for 1.5 m (gate.yaml:1:43)',
      'floods.path: no limit: 429, for 1.5 m (gate.yaml:1:78)',
      'floods.paths /login: 5 requests in 10 s: 429, for 1.5 m (gate.yaml:1:91)',
      'floods.principal: 7 requests in 1 h: 429, for 1.5 m (gate.yaml:1:170)',
      'floods.penalties.points: 9 in 1 m: 429, for 2 m (gate.yaml:1:206)',
      'floods.work.time: 15 s in 30 s: 429, for 30 s (default)',
    ],
  ],
  [
    'as mod_evasive does',
    'mode: evasive, action: drop, evasive: { page_count: 3, blocking_period: 60 }, work: { time: 0 }',
    [
      'floods.evasive.page_count: 3 at less than 1 s: closed, for 60 s from the last request (gate.yaml:1:63)',
      'floods.evasive.site_count: 50 at less than 1 s: closed, for 60 s from the last request (default)',
      'floods.work.time: no limit: closed, for 30 s (gate.yaml:1:103)',
    ],
  ],
])('%s', (_name, floods, lines) => {
  expect(limitsMet(limitsOfFloods, `floods: { ${floods} }`)).toEqual(lines);
});

it.each([
  ['observe: true, ban: 0', 'logged'],
  ['status: 503, ban: 0', '503'],
  ['action: drop, ban: 10 s', 'closed, for 10 s'],
])('%s: %s', (floods, effect) => {
  const [address] = limitsMet(limitsOfFloods, `floods: { ${floods} }`);
  expect(address).toMatch(new RegExp(`: ${effect} \\(default\\)$`));
});
