import { expect, it } from 'vitest';
import { parseConfig } from './load.ts';
import { openDoors } from './open-doors.ts';

const STRICT = 'port: 8443, tls: { certificate: c.pem, key: k.pem, client_certificate: require, client_ca: ca.pem }';
const OPTIONAL = STRICT.replace('8443', '9443').replace('require', 'optional');
const TLS = 'port: 443, tls: { certificate: c.pem, key: k.pem }';
const AUTH = 'auth: { providers: staff }';

it.each([
  ['every listener demands one', [STRICT], ['upstream: app'], []],
  ['no listener demands one', [TLS, OPTIONAL, 'port: 80'], ['upstream: app'], []],
  ['a plain listener beside it', [STRICT, 'port: 80'], ['upstream: app'], ['0.0.0.0:80']],
  ['a listener that only asks', [OPTIONAL, STRICT], ['upstream: app'], ['0.0.0.0:9443']],
  ['an address of IPv6', [STRICT, 'port: 80, address: "::"'], ['upstream: app'], ['[::]:80']],
  ['a login', [STRICT, 'port: 80'], [`upstream: app, ${AUTH}`], []],
  ['what the gate answers itself', [STRICT, 'port: 80'], ['redirect: "https://gate.test/"'], []],
  ['a scheme that leaves one listener', [STRICT, 'port: 80'], ['upstream: app, scheme: https'], []],
  ['a scheme that leaves two', [STRICT, TLS, 'port: 80'], ['upstream: app, scheme: https'], ['0.0.0.0:443']],
  ['one of two routes', [STRICT, 'port: 80'], ['path: /a, upstream: app', `upstream: app, ${AUTH}`], ['0.0.0.0:80']],
])('%s', (_what, listeners, routes, ways) => {
  const { config, mistakes } = parseConfig(
    `listeners:
${listeners.map((one) => `  - { address: 0.0.0.0, ${one} }`.replace(/address: 0.0.0.0, (?=.*address)/, '')).join('\n')}
upstreams: { app: "http://127.0.0.1:1" }
auth: { client_certificate: { staff: { user_from: common_name } } }
routes:
${[...routes, `path: /staff, upstream: app, ${AUTH}`].map((one) => `  - { ${one} }`).join('\n')}`,
    'gate.yaml',
  );
  expect(mistakes).toEqual([]);
  if (config === undefined) return;
  const found = openDoors(config);
  expect(found.map(({ message }) => /by (\S+);/.exec(message)?.[1])).toEqual(ways);
  for (const { path } of found) expect(path).toEqual(['routes', 0]);
});
