import { expect, it } from 'vitest';
import { limitsMet } from '../../../../test/support/limits-met.ts';
import { limitsOfLogins } from './logins.ts';

const YAML = `upstreams: { app: "http://127.0.0.1:1" }
floods: { logins: { per_client: 0, per_user: 3, per: 1 m, longest_hold: 2 m } }`;

it('counts failed logins where credentials are asked for', () => {
  expect(
    limitsMet(
      limitsOfLogins,
      `${YAML}\nauth: { basic: { staff: users } }\nroutes: [{ upstream: app, auth: { providers: staff } }]`,
    ),
  ).toEqual([
    'floods.logins.per_client: no limit: 429, for 10 m (gate.yaml:2:33)',
    'floods.logins.per_user: 3 failed in 1 m: 429, for 1 s and twice as long each time, 2 m at most (gate.yaml:2:46)',
  ]);
});

it.each(['routes: [{ upstream: app }]', 'routes: [{ upstream: app, auth: { require: ip 192.0.2.0/24 } }]'])(
  'counts none with %s',
  (routes) => {
    expect(limitsMet(limitsOfLogins, `${YAML}\n${routes}`)).toEqual([]);
  },
);
