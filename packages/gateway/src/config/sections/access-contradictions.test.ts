import { describe, expect, it } from 'vitest';
import { parseConfig } from '../load.ts';

const JWT = 'issuer: i, audience: a';

function mistakesIn(yaml: string): readonly string[] {
  const { mistakes } = parseConfig(`upstreams: { app: "http://127.0.0.1:1" }\n${yaml}`, 'c.yaml');
  return mistakes.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

const route = (auth: string): string => `routes: [{ upstream: app, auth: ${auth} }]`;
const deployment = (auth: string): string =>
  `deployments: { d: { folder: /d, domain: a, runtimes: [{ marker: x, command: y }], auth: ${auth} } }`;
const BASIC = 'auth: { basic: { staff: htpasswd } }\n';

describe('auth', () => {
  it.each([
    [route('{}'), ['2:33 "valid-user" asks who the client is, and the route has no "providers" to tell']],
    [route('{ require: ip 10.0.0.0/8 }'), []],
    [BASIC + route('{ providers: staff }'), []],
    [BASIC + route('{ providers: stuff }'), ['3:46 there is no provider "stuff"; did you mean "staff"?']],
    [route('{ providers: staff }'), ['2:46 there is no provider "staff"']],
    [BASIC + route('{ providers: [staff, staff] }'), ['3:54 "staff" is listed twice']],
    [BASIC + route('{ providers: staff, require: ip ::1 }'), [/no rule asks who the client is/]],
    [
      `${BASIC}routes: [{ upstream: app }]`,
      ['2:7 no route asks a provider, so nothing is protected; write "auth: { providers: staff }" at a route'],
    ],
    [BASIC, [/no route asks a provider/]],
    [BASIC + deployment('{ providers: staff }'), []],
    [BASIC + deployment('{ providers: stuff }'), ['3:102 there is no provider "stuff"; did you mean "staff"?']],
    [
      BASIC + route('{ providers: staff, require: group x }'),
      [/nobody is in the group "x": there is no "auth.group_file"/],
    ],
    [BASIC + route('{ providers: staff, require: [] }'), [/without a rule nobody gets in/]],
    [BASIC + route('{ providers: staff, require: not user bob }'), [/these rules only say who may not/]],
    [BASIC + route('{ providers: staff, require: [valid-user, all granted] }'), [/"all granted" lets everybody in/]],
    [BASIC + route('{ providers: staff, require: policy x }'), [/there is no policy "x"/]],
    [BASIC + route('{ providers: staff, require: usr bob }'), [/3:\d+ unknown rule "usr"; did you mean "user"\?/]],
    [
      BASIC + route('{ providers: staff, require: { each: [valid-user] } }'),
      [/a group of rules has one key: any, all or none/],
    ],
    [BASIC + route('{ providers: staff, require: { all: [] } }'), [/"all" has no rules/]],
    [
      `auth: { basic: { a: f }, policies: { p: [policy q], q: [{ any: [policy p] }] } }\n${route('{ providers: a, require: policy p }')}`,
      [/the policy "p" asks itself/],
    ],
    [
      `auth: { basic: { a: f }, jwt: { a: { keys: k, algorithms: ES256, ${JWT} } } }\n${route('{ providers: a }')}`,
      [/the name "a" is taken by another provider/],
    ],
    [
      `auth: { basic: { a: f }, headers: { user: X-A, groups: x-a } }\n${route('{ providers: a }')}`,
      [/x-a cannot say two things/],
    ],
    [`auth: { client_certificate: { a: {} } }\n${route('{ providers: a }')}`, [/no listener asks for them/]],
    [
      `auth: { forward: { a: { url: "http://a.test/", ca: c } } }\n${route('{ providers: a }')}`,
      [/"ca" is for https:\/\/ only/],
    ],
    [`auth: { forward: { a: "ftp://a.test/" } }\n${route('{ providers: a }')}`, [/is not a web address/]],
    [`auth: { forward: { a: "http://a:b@a.test/" } }\n${route('{ providers: a }')}`, [/takes no password/]],
    [`auth: { forward: { a: "http://a.test/#b" } }\n${route('{ providers: a }')}`, [/takes no fragment/]],
    [`auth: { basic: { "a b": f } }\n${route('{ providers: "a b" }')}`, [/"a b" is not a name/]],
    [`auth: { realm: "é", basic: { a: f } }\n${route('{ providers: a }')}`, [/printable ASCII characters only/]],
    [`auth: { upload_token: { a: { secret_files: [] } } }\n${route('{ providers: a }')}`, [/a secret is needed/]],
  ] as const)('%s', (yaml, expected) => {
    const found = mistakesIn(yaml);
    expect(found).toHaveLength(expected.length);
    expected.forEach((one, at) => {
      if (typeof one === 'string') expect(found[at]).toBe(one);
      else expect(found[at]).toMatch(one);
    });
  });

  it.each([
    ['keys: k, algorithms: ES256', []],
    ['secret_file: s, algorithms: [HS256, HS512]', []],
    ['keys: k, algorithms: none', [/"none" is not one of/]],
    ['keys: k, algorithms: []', [/no algorithm is allowed/]],
    ['keys: k, algorithms: [RS256, HS256]', [/need a provider each/]],
    ['keys: k, algorithms: HS256', [/need "secret_file", and no "keys"/]],
    ['secret_file: s, algorithms: RS256', [/need "keys", and no "secret_file"/]],
    ['algorithms: RS256', [/need "keys"/]],
    ['keys: "http://a.test/keys", algorithms: RS256', [/fetched from https:\/\/ addresses only/]],
    ['keys: "https://a:b@a.test/keys", algorithms: RS256', [/takes no password/]],
    ['keys: k, ca: c, algorithms: RS256', [/"ca" is for keys at an address only/]],
    ['keys: k', [/missing key "algorithms"/]],
  ] as const)('tokens with %s', (written, expected) => {
    const found = mistakesIn(`auth: { jwt: { api: { ${written}, ${JWT} } } }\n${route('{ providers: api }')}`);
    expect(found).toHaveLength(expected.length);
    expected.forEach((one, at) => {
      expect(found[at]).toMatch(one);
    });
  });

  it('places files beside the configuration', () => {
    const { config } = parseConfig(
      `upstreams: { app: "http://127.0.0.1:1" }
auth:
  group_file: groups
  basic: { a: users }
  jwt: { b: { keys: "https://a.test/k", ca: ca.pem, algorithms: ES256, ${JWT} } }
  upload_token: { c: { secret_files: [one, /two] } }
  forward: { d: { url: "https://a.test/", ca: ca.pem } }
routes: [{ upstream: app, auth: { providers: [a, b, c, d] } }]`,
      '/etc/gate/c.yaml',
    );
    expect(config?.auth).toMatchObject({
      groupFile: '/etc/gate/groups',
      basic: new Map([['a', { file: '/etc/gate/users', plainText: false, passCredentials: false }]]),
    });
    expect(config?.auth.jwt.get('b')).toMatchObject({ keys: 'https://a.test/k', ca: '/etc/gate/ca.pem' });
    expect(config?.auth.uploadToken.get('c')?.secretFiles).toEqual(['/etc/gate/one', '/two']);
    expect(config?.auth.forward.get('d')?.ca).toBe('/etc/gate/ca.pem');
  });
});
