import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExplainedRequest } from '../../explain/limits/limit.ts';
import { main } from '../main.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'limits-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const RULES = 'SecRuleEngine On\nSecRequestBodyAccess On\nSecRequestBodyLimit 13107200\n';

async function explain(
  yaml: string,
  rules: string,
  ...words: string[]
): Promise<{ code: number; out: string; err: string }> {
  writeFileSync(join(folder, 'rules.conf'), rules);
  const config = join(folder, 'gate.yaml');
  writeFileSync(
    config,
    `upstreams: { app: { urls: "http://127.0.0.1:3000" } }\nrules: { files: rules.conf }\n${yaml}\n`,
  );
  const said = { out: '', err: '' };
  const code = await main(['explain', ...words, '--config', config], {
    out: (line) => {
      said.out += `${line}\n`;
    },
    err: (line) => {
      said.err += `${line}\n`;
    },
    hasColour: false,
  });
  return { code, ...said };
}

async function firstBite(yaml: string, rules: string, ...words: string[]): Promise<string> {
  const { out } = await explain(yaml, rules, ...words, '--json');
  const { first } = JSON.parse(out) as ExplainedRequest;
  return first === undefined
    ? 'passes'
    : `${first.name} ${first.from.replace(`${folder}/`, '')} ${first.bite?.outcome} ${first.bite?.after}`;
}

describe('explain METHOD URL', () => {
  it('warns when the rules take less than the gate, and says what bites first', async () => {
    const { code, out } = await explain(
      'limits: { body: 1 GB }',
      RULES,
      'PUT',
      '/upload',
      '--size',
      '900MB',
      '--rate',
      '1MB/s',
    );
    expect(code).toBe(1);
    expect(out).toContain('a body of 900 MB at 1 MB/s takes 900 s');
    expect(out).toMatch(/^limits +limits\.body +1 GB +413 +.*gate\.yaml:3:17$/m);
    expect(out).toMatch(/^waf +SecRequestBodyLimit +12\.5 MiB +413 +.*rules\.conf:3$/m);
    expect(out).toMatch(/^limits +timeouts\.body_idle +30 s +408 after silence +default$/m);
    expect(out).toMatch(
      /Bites first: SecRequestBodyLimit \(12\.5 MiB, .*rules\.conf:3\): 413 before the body is read\./,
    );
    expect(out).toContain('WARNING: SecRequestBodyLimit (12.5 MiB) is below limits.body (1 GB)');
  });

  it('takes the limits of the rule set the route runs', async () => {
    writeFileSync(join(folder, 'large.conf'), RULES.replace('13107200', '26214400'));
    const yaml = 'rule_sets: { large: { files: large.conf } }\nroutes: [{ path: /up, upstream: app, rule_set: large }]';
    const { out } = await explain(yaml, RULES, 'PUT', '/up');
    expect(out).toMatch(/^waf +SecRequestBodyLimit +25 MiB +413 +.*large\.conf:3$/m);
    expect(out).toContain('rules on (rule_sets.large)');
  });

  const large = ['--size', '900MB', '--rate', '1MB/s'];
  const enough = RULES.replace('13107200', '1073741824');
  it.each([
    ['the rules, corrected', 'limits: { body: 1 GB }', enough, large, 'passes'],
    ['the gate', 'limits: { body: 100 MB }', enough, large, 'limits.body gate.yaml:3:17 413 0'],
    [
      'the route',
      'routes: [{ upstream: app, max_body: 5 MB }]',
      enough,
      large,
      'routes[].max_body gate.yaml:3:37 413 0',
    ],
    ['no rules on the route', 'routes: [{ upstream: app, waf: "off" }]', RULES, large, 'passes'],
    [
      'rules that see a part',
      'routes: [{ upstream: app, inspect: { request_body_limit: 1 MiB } }]',
      RULES,
      large,
      'passes',
    ],
    ['rules that only detect', '', RULES.replace('On', 'DetectionOnly'), large, 'passes'],
    ['a rate below the least', '', enough, ['--size', '100kB', '--rate', '100'], 'slow_clients.body default 408 25'],
    [
      'a fixed time',
      'slow_clients: { body: { time: 60 s, minimum_rate: 0 } }',
      enough,
      large,
      'slow_clients.body gate.yaml:3:31 408 60',
    ],
    ['an end', 'slow_clients: { body: { maximum: 5 m } }', enough, large, 'slow_clients.body gate.yaml:3:34 408 300'],
    ['a small body', '', RULES, ['--size', '1kB'], 'passes'],
  ] as const)('%s', async (_name, yaml, rules, words, first) => {
    expect(await firstBite(yaml, rules, 'PUT', '/upload', ...words)).toBe(first);
  });

  it('chooses the route as the gate does', async () => {
    const yaml = 'routes: [{ path: /a, upstream: app }, { hosts: b.example, upstream: app, max_body: 1 kB }]';
    expect((await explain(yaml, RULES, 'GET', 'http://b.example/x')).out).toContain(
      'route 2 (b.example, /) to upstream app',
    );
    const none = await explain(yaml, RULES, 'GET', 'http://c.example/x');
    expect([none.code, none.err]).toEqual([1, 'no route is for c.example/x; it is answered with 404\n']);
  });

  it.each([
    [['GET', 'nowhere'], 'nowhere is neither a path nor an http:// or https:// address'],
    [['GET', '/', '--size', 'big'], '--size big: write for example 900MB'],
    [['GET', '/', '--rate', '0'], '--rate 0: write for example 1MB/s'],
    [['abc', '--size', '1MB'], '--size and --rate go with METHOD URL'],
  ])('%j is wrong usage', async (words, message) => {
    const { code, err } = await explain('', RULES, ...words);
    expect([code, err.split('\n', 1)[0]]).toEqual([2, `sallyport explain: ${message}`]);
  });
});

describe('explain METHOD URL on who may have it', () => {
  const AUTH = `auth:
  basic: { staff: /etc/users }
  jwt: { api: { keys: "https://a.test/keys", algorithms: [ES256, RS256], issuer: i, audience: a, cookie: session } }
  forward: { portal: "http://127.0.0.1:9/check" }
  policies: { members: [{ all: [group staff, not user eve] }] }
routes:
  - { path: /in, upstream: app, waf: off, auth: { providers: [staff, api], require: [ip 10.0.0.0/8, policy members] } }
  - { path: /ip, upstream: app, waf: off, auth: { require: ip 10.0.0.0/8 } }
  - { path: /portal, upstream: app, waf: off, auth: { providers: portal } }
  - { path: /read, upstream: app, waf: off, auth: { providers: staff, require: [method GET, valid-user] } }
  - { upstream: app, waf: off }`;

  it('names the rules, who is asked, and what a stranger gets', async () => {
    const { code, out } = await explain(AUTH, '', 'GET', '/in/x');
    expect(code).toBe(0);
    expect(out.replaceAll(folder, '')).toContain(`
who may have it (/gate.yaml:9:49):
  ip 10.0.0.0/8
  policy members, any of:
    all of:
      group staff
      none of:
        user eve
asked: staff (basic): user and password, from /etc/users (/gate.yaml:4:19)
  then api (jwt): a token of i in the cookie session, ES256 or RS256, keys at https://a.test/keys (/gate.yaml:5:15)
a stranger without credentials: 401, asked for Basic or Bearer
`);
    expect(out).toContain('WARNING: Passwords for "staff" cross this listener in the clear');
    expect((await explain(AUTH, '', 'GET', 'https://a.test/in')).out).not.toContain('in the clear');
  });

  it.each([
    ['GET', '/portal', 'asked: portal (forward): what http://127.0.0.1:9/check says to Authorization, Cookie'],
    ['GET', '/portal', 'a stranger without credentials: as http://127.0.0.1:9/check says'],
    ['GET', '/ip', 'a stranger without credentials: 403'],
    ['GET', '/read', 'a stranger without credentials: let in'],
    ['POST', '/read', 'a stranger without credentials: 401, asked for Basic'],
  ])('%s %s', async (method, path, line) => expect((await explain(AUTH, '', method, path)).out).toContain(line));

  it('says nothing where everybody may', async () => {
    expect((await explain(AUTH, '', 'GET', '/')).out).not.toContain('who may have it');
  });
});
