import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultConfig, formatMistake, loadConfig, parseConfig } from './load.ts';

const mistakesOf = (text: string, environment = {}): readonly string[] =>
  parseConfig(text, 's.yaml', environment).mistakes.map(formatMistake);

describe('a configuration', () => {
  it('that is empty has every default', () => {
    expect(parseConfig('', '/etc/s.yaml').config).toEqual(defaultConfig());
    expect(defaultConfig()).toMatchObject({
      limits: { headerSize: 32 * 1024, headerCount: 100, body: 1024 ** 3, bodyInMemory: 2 * 1024 ** 2 },
      timeouts: { drain: 30_000 },
      rules: { files: [], unsafePassOnError: false },
      trustedProxies: [],
    });
  });

  it('is read with units, short forms and names relative to its folder', () => {
    const { config } = parseConfig(
      `listeners:
  - { address: "::1", port: 8443, tls: { certificate: a.pem, key: /b.key } }
upstreams:
  app: http://127.0.0.1:3000
  two: [http://a:1, http://b:2]
  three: { urls: https://c, response_timeout: 1.5 m, tls: { ca: ca.pem } }
routes:
  - { hosts: "*.Example.org", path: /x, upstream: two, waf: detection, max_body: 10 GB, inspect: { request_body_limit: 0.5 MiB } }
trusted_proxies: 10.0.0.0/8
limits: { body: 0, header_size: 65536 }
timeouts: { drain: 0, body_idle: 250ms }
rules: { files: [one.conf, /two.conf], engine: detectiononly, paranoia: 2 }
logs: { error: logs/error }
`,
      '/etc/sallyport/s.yaml',
    );
    expect(config).toMatchObject({
      listeners: [
        {
          address: '::1',
          port: 8443,
          tls: { certificate: '/etc/sallyport/a.pem', key: '/b.key', minVersion: 'TLSv1.2' },
        },
      ],
      routes: [
        {
          hosts: ['*.Example.org'],
          path: '/x',
          waf: 'detection',
          maxBody: 10e9,
          inspect: { requestBodyLimit: 524_288, requestBody: true },
        },
      ],
      trustedProxies: ['10.0.0.0/8'],
      limits: { body: 0, headerSize: 65_536, headerCount: 100 },
      timeouts: { drain: 0, bodyIdle: 250, keepAlive: 15_000 },
      rules: { files: ['/etc/sallyport/one.conf', '/two.conf'], engine: 'DetectionOnly', paranoia: 2 },
      logs: { error: '/etc/sallyport/logs/error' },
    });
    expect(config?.upstreams.get('app')).toMatchObject({
      urls: [{ url: 'http://127.0.0.1:3000', weight: 1, backup: false, state: 'up' }],
      connections: 128,
    });
    expect(config?.upstreams.get('two')?.urls).toHaveLength(2);
    expect(config?.upstreams.get('three')).toMatchObject({
      responseTimeout: 90_000,
      tls: { ca: '/etc/sallyport/ca.pem', unsafeSkipVerify: false },
    });
  });

  it('takes values from the environment', () => {
    const variable = (name: string): string => `\u0024{${name}}`;
    const text = `listeners: [{ port: "${variable('PORT')}", address: "${variable('HOST:-127.0.0.2')}" }]
server_header: "a$${variable('b')}"`;
    const { config } = parseConfig(text, 's.yaml', { PORT: '81' });
    expect(config).toMatchObject({
      listeners: [{ port: 81, address: '127.0.0.2' }],
      serverHeader: `a${variable('b')}`,
    });
    expect(mistakesOf(text)).toEqual(['s.yaml:1:21 the environment variable PORT is not set']);
  });
});

describe('mistakes have their place and a hint', () => {
  it.each([
    ['lisen: 1', 's.yaml:1:1 unknown key "lisen"'],
    ['listners: []', 's.yaml:1:1 unknown key "listners"; did you mean "listeners"?'],
    ['limits:\n  boddy: 1', 's.yaml:2:3 unknown key "boddy"; did you mean "body"?'],
    ['listeners: [{ address: "::" }]', 's.yaml:1:13 missing key "port"'],
    ['listeners: [{ port: 65536 }]', 's.yaml:1:21 expected a whole number from 0 to 65535'],
    ['listeners: [{ port: x }]', 's.yaml:1:21 expected a whole number from 0 to 65535'],
    ['listeners: 5', 's.yaml:1:12 expected settings, one per line'],
    [
      'limits: { body: 5 parsecs }',
      's.yaml:1:17 expected a size, for example `10 MiB`; units: B, kB, KiB, MB, MiB, GB, GiB',
    ],
    ['timeouts: { drain: 30 }', 's.yaml:1:20 expected a time, for example `30 s`; units: ms, s, m, h'],
    ['rules: { engine: Onn }', 's.yaml:1:18 "Onn" is not one of On, DetectionOnly, Off; did you mean "On"?'],
    ['rules: { unsafe_pass_on_error: perhaps }', 's.yaml:1:32 expected true or false'],
    [
      'upstreams: { app: 127.0.0.1 }',
      's.yaml:1:19 "127.0.0.1" is not an address; write for example http://127.0.0.1:3000',
    ],
    ['upstreams: { app: http://a/b }', 's.yaml:1:19 "http://a/b" has a path; use the route\'s "rewrite" for that'],
    ['upstreams: { app: "http://u@a" }', 's.yaml:1:19 "u@a" is not a host with an optional port'],
    [
      'upstreams: { app: http://a }\nroutes: [{ upstream: apq }]',
      's.yaml:2:22 there is no upstream "apq"; did you mean "app"?',
    ],
    ['upstreams: { app: http://a }\nroutes: [{ upstream: app, path: x }]', 's.yaml:2:33 "x" must start with "/"'],
    [
      'upstreams: { app: http://a }\nroutes: [{ upstream: app, path: /a/../b }]',
      's.yaml:2:33 "/a/../b" is not a plain path',
    ],
    [
      'upstreams: { app: http://a }\nroutes: [{ upstream: app, hosts: "a:80" }]',
      's.yaml:2:34 "a:80" is not a host name (without port)',
    ],
    [
      'upstreams: { app: http://a }\nroutes: [{ upstream: app }, { upstream: app }]',
      's.yaml:2:29 this route never applies: route 1 has the same host and path',
    ],
    [
      'upstreams: { app: { urls: http://a, tls: { key: k } } }',
      's.yaml:1:42 a client certificate needs both "certificate" and "key"',
    ],
    ['listeners: [{ port: 1 }, { port: 1 }]', 's.yaml:1:26 127.0.0.1:1 is listed twice'],
    ['trusted_proxies: [10.0.0.0/33]', 's.yaml:1:19 "10.0.0.0/33" is not an IP address or network such as 10.0.0.0/8'],
    ['limits: { body: 1, body: 2 }', 's.yaml:1:20 Map keys must be unique'],
    ['limits: [', 's.yaml:1:10 Flow sequence in block collection must be sufficiently indented and end with a ]'],
  ])('%s', (text, mistake) => {
    expect(mistakesOf(text)).toEqual([mistake]);
  });

  it('all of them at once', () => {
    expect(
      mistakesOf('limits: { body: x, header_count: 0 }\nlogs: { eror: 1 }\nhttp: { underscore_headers: dorp }'),
    ).toHaveLength(4);
  });

  it('a file that is not there', () => {
    const folder = mkdtempSync(join(tmpdir(), 'config-'));
    expect(loadConfig(join(folder, 'x.yaml')).mistakes.map(formatMistake)).toEqual([`${folder}/x.yaml no such file`]);
    expect(loadConfig(folder).mistakes.map(formatMistake)).toEqual([`${folder} this is a folder`]);
    writeFileSync(join(folder, 'x.yaml'), 'logs: {}');
    expect(loadConfig(join(folder, 'x.yaml')).mistakes).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});
