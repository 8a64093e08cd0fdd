/** Patterns, access lists and tags of routes, over real connections. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask } from './support/client.ts';
import { startGate, testConfig, testFolder } from './support/gate.ts';
import { startUpstream } from './support/upstream.ts';

const echo = (): ReturnType<typeof startUpstream> =>
  startUpstream((request, response) => response.end(request.url ?? ''));

describe('patterns', () => {
  it('choose by the decoded path, and their groups make new paths', async () => {
    const { port: app } = await echo();
    const { port } = await startGate(app, {
      yaml: String.raw`routes:
  - { upstream: app, waf: off }
  - { pattern: '^/img/(.*)\.(png|jpg)$', upstream: app, rewrite_whole: '/media/{2}/{1}', waf: off }
  - { pattern: '^/old/(.*)$', redirect: { to: 'https://{host}/new/{1}', status: 301 }, waf: off }
  - { pattern: '^/away(.*)$', redirect: '/{1}', waf: off }
  - { path: /raw, over_patterns: true, upstream: app, waf: off }`,
    });
    const get = async (path: string): Promise<string> => {
      const { status, body, headers } = await ask(port, path, { headers: { host: 'a.test' } });
      return status === 200 ? body : `${status} ${headers.location}`;
    };
    expect(await get('/img/a%20b.png?x=1')).toBe('/media/png/a%20b?x=1');
    expect(await get('/im%67/a.jpg')).toBe('/media/jpg/a');
    expect(await get('/raw/img/a.png')).toBe('/raw/img/a.png');
    expect(await get('/old/x%7Bhost%7D')).toBe('301 https://a.test/new/x%7Bhost%7D');
    expect(await get('/away//evil.test/')).toBe('302 /evil.test/');
  });
});

describe('access lists', () => {
  it('refuse with 403, say so in the log, and let rules see the request first', async () => {
    const { port: app } = await echo();
    const gate = await startGate(app, {
      rules: 'SecRuleEngine On\nSecRule REQUEST_URI "@contains closed" "id:5,phase:1,pass,log,msg:\'seen\'"',
      yaml: `trusted_proxies: 127.0.0.1
logs: { error: error.log, access: [{ file: access.json, format: json }] }
routes:
  - { upstream: app }
  - { path: /closed, upstream: app, access: [deny 10.0.0.7, allow 10.0.0.0/8, "allow 2001:db8::/32", deny all] }
  - { path: /none, answer: 200, access: [deny all], waf: off }`,
    });
    const from = async (address: string, path: string): Promise<number> =>
      (await ask(gate.port, path, { headers: { 'x-forwarded-for': address } })).status;
    expect(await from('10.0.0.8', '/closed')).toBe(200);
    expect(await from('2001:db8::7', '/closed/x')).toBe(200);
    expect(await from('10.0.0.7', '/closed')).toBe(403);
    expect(await from('192.0.2.1', '/closed')).toBe(403);
    expect(await from('192.0.2.1', '/open')).toBe(200);
    expect(await from('10.0.0.8', '/none')).toBe(403);
    const log = await gate.errorLog();
    expect(log).toContain('SP1071 clients with this address have no access to this route: 192.0.2.1');
    expect(log.match(/id "5"/g)).toHaveLength(4);
    const lines = readFileSync(join(gate.folder, 'access.json'), 'utf8').trim().split('\n');
    expect(
      lines.map((line) => JSON.parse(line) as object).filter((one) => 'status' in one && one.status === 403),
    ).toEqual(Array.from({ length: 3 }, () => expect.objectContaining({ decided_by: 'access', reason: 'SP1071' })));
  });

  it('hold although rules only detect', async () => {
    const { port: app } = await echo();
    const { port } = await startGate(app, {
      rules: 'SecRuleEngine DetectionOnly',
      yaml: 'routes: [{ upstream: app, access: deny all }]',
    });
    expect((await ask(port, '/')).status).toBe(403);
  });
});

describe('tags', () => {
  it('give sites their own access and error logs', async () => {
    const { port: app } = await echo();
    const gate = await startGate(app, {
      rules: 'SecRuleEngine On\nSecRule ARGS:a "@streq x" "id:6,phase:2,deny,status:406,log"',
      yaml: `logs:
  error: error.log
  errors_by_tag: { shop: shop-error.log }
  access:
    - { file: shop.log, format: "%U %>s", when: tag=shop }
    - { file: rest.log, format: "%U %>s", when: "tag=!shop,quiet" }
routes:
  - { upstream: app }
  - { path: /shop, upstream: app, tag: shop }
  - { path: /health, upstream: app, tag: quiet }`,
    });
    for (const path of ['/', '/shop?a=x', '/shop/2', '/health', '/other?a=x']) await ask(gate.port, path);
    await gate.gateway.logs.flush();
    const read = (name: string): string => readFileSync(join(gate.folder, name), 'utf8');
    expect(read('shop.log')).toBe('/shop 406\n/shop/2 200\n');
    expect(read('rest.log')).toBe('/ 200\n/other 406\n');
    expect(read('shop-error.log').match(/uri "\/[a-z]*"/g)).toEqual(['uri "/shop"']);
    expect(read('error.log').match(/uri "\/[a-z]*"/g)).toEqual(['uri "/other"']);
  });
});

it.each<[yaml: string, mistake: string]>([
  ['routes: [{ upstream: app, pattern: "(a" }]', 'this is no regular expression: '],
  ['routes: [{ upstream: app, pattern: "(?=a)b" }]', 'look-around, references and atomic groups cannot be matched'],
  ['routes: [{ upstream: app, pattern: a, exact: true }]', '"exact" and "pattern" exclude each other'],
  ['routes: [{ upstream: app, pattern: a, over_patterns: true }]', 'cannot come before patterns'],
  ['routes: [{ upstream: app, rewrite_whole: "/{1}" }]', 'there is no pattern whose groups {1} to {9} could be'],
  ['routes: [{ pattern: a, upstream: app, rewrite_whole: "/{x}" }]', '"{x}" is not one of {1} to {9}'],
  ['routes: [{ redirect: "/{1}" }]', 'there is no pattern whose groups {1} to {9} could be'],
  ['routes: [{ pattern: a, redirect: "https://x{1}/" }]', 'lets the client choose the host'],
  ['routes: [{ upstream: app, access: [allow 10.0.0.0/8] }]', 'the last of "access" must be "allow all" or "deny all"'],
  ['routes: [{ upstream: app, access: [deny all, allow 10.0.0.1] }]', 'nothing behind "deny all" can ever apply'],
  ['routes: [{ upstream: app, tag: "a b" }]', '"a b" is not one word'],
  [
    'logs: { access: [{ file: x, when: tag=shop }] }\nroutes: [{ upstream: app, tag: ship }]',
    'no route has the tag "shop"; did you mean "ship"?',
  ],
  ['logs: { errors_by_tag: { shop: x } }', 'no route has the tag "shop"'],
])('%s is refused', (yaml, mistake) => {
  expect(() => testConfig(testFolder(), 1, { yaml })).toThrow(mistake);
});
