import { describe, expect, it } from 'vitest';
import { parseConfig } from '../src/index.ts';
import { ask, talk } from './support/client.ts';
import { type RunningGate, startGate } from './support/gate.ts';
import { startUpstream, type TestUpstream } from './support/upstream.ts';

function gateWith(...routes: readonly string[]): Promise<RunningGate> {
  return startGate(1, { yaml: `routes:\n${routes.map((route) => `  - { waf: off, ${route} }\n`).join('')}` });
}

describe('redirections', () => {
  it.each([
    ['redirect: "https://{host}{uri}"', '/a?b=c', 302, 'https://site.test/a?b=c'],
    ['redirect: { to: "https://{host}:8443{uri}", status: 308 }', '/', 308, 'https://site.test:8443/'],
    ['path: /old, redirect: { to: "/new{rest}", status: 301 }', '/old/x?y', 301, '/new/x?y'],
    ['path: /old, redirect: "/new{rest}"', '/old?y', 302, '/new?y'],
    ['path: /old, redirect: "/new{rest}"', '/old', 302, '/new'],
    ['path: /old, redirect: "/new{rest}"', '/%6fld/x', 302, '/new'],
    ['path: /old, redirect: "https://other.test{rest}"', '/old/x', 302, 'https://other.test/x'],
    ['redirect: "{scheme}://www.{host}/fixed"', '/x', 302, 'http://www.site.test/fixed'],
  ])('%s: %s', async (route, path, status, location) => {
    const gate = await gateWith(route);
    const answer = await ask(gate.port, path, { headers: { host: 'site.test:80' } });
    expect(answer).toMatchObject({ status, body: '', headers: { location } });
  });

  it('a host is needed where it is put in', async () => {
    const gate = await gateWith('redirect: "https://{host}{uri}"');
    expect(await talk(gate.port, 'GET / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('fixed answers', () => {
  it('a status has a page, a text is sent as it is', async () => {
    const gate = await gateWith(
      'answer: 404',
      'path: /robots.txt, exact: true, answer: { status: 200, body: "User-agent: *" }',
    );
    expect((await ask(gate.port, '/x')).status).toBe(404);
    expect((await ask(gate.port, '/robots.txt/x')).status).toBe(404);
    expect(await ask(gate.port, '/robots.txt')).toMatchObject({
      status: 200,
      body: 'User-agent: *',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    });
  });

  it('rules come first', async () => {
    const gate = await startGate(1, {
      rules: 'SecRuleEngine On\nSecRule ARGS "@streq bad" "id:1,phase:2,deny,status:403"\n',
      yaml: 'routes: [{ answer: { status: 200, body: ok } }]',
    });
    expect((await ask(gate.port, '/?a=good')).body).toBe('ok');
    expect((await ask(gate.port, '/?a=bad')).status).toBe(403);
  });
});

it.each([
  ['redirect: "//evil.test"', 'is neither an address'],
  ['redirect: "{uri}"', 'is neither an address'],
  ['redirect: "/{rest}"', 'is neither an address'],
  ['redirect: "https://{rest}"', 'lets the client choose the host'],
  ['redirect: "https://site.test.{uri}"', undefined],
  ['redirect: "https://user@site.test{rest}"', 'lets the client choose the host'],
  ['redirect: "https://{name}/"', 'is not one of {scheme}, {host}, {uri}, {rest}'],
  ['upstream: app, redirect: /', 'a route has one of "upstream", "redirect" and "answer"'],
  ['path: /x', 'this one has none'],
  ['upstream: app, send_host: "a b"', 'is not a host name'],
  ['upstream: app, request_headers: { set: { Content-Length: "1" } }', 'Content-Length is written by the gate itself'],
  ['upstream: app, response_headers: { set: { X-A: "a\\nb" } }', 'printable ASCII'],
])('routes: %s: %s', (route, message) => {
  const { mistakes } = parseConfig(`upstreams: { app: "http://a" }\nroutes: [{ ${route} }]`, 'gate.yaml', {});
  if (message === undefined) expect(mistakes).toEqual([]);
  else expect(mistakes[0]?.message).toContain(message);
});

describe('headers', () => {
  it('are set and removed both ways, and the host is sent that was asked for', async () => {
    const upstream = await startUpstream((_request, response) => {
      response.setHeader('X-Powered-By', 'x').setHeader('X-Frame-Options', 'ALLOW').end();
    });
    const gate = await startGate(upstream.port, {
      yaml: `routes: [{ upstream: app, waf: off, send_host: inner.test,
        request_headers: { set: { X-Site: one }, remove: [X-Debug] },
        response_headers: { set: { X-Frame-Options: DENY }, remove: X-Powered-By } }]`,
    });
    const answer = await ask(gate.port, '/', { headers: { host: 'outer.test', 'x-debug': '1', 'X-SITE': 'two' } });
    const { headers } = upstream.seen[0] as TestUpstream['seen'][0];
    expect(headers).toMatchObject({ host: 'inner.test', 'x-site': 'one', 'x-forwarded-host': 'outer.test' });
    expect(headers['x-debug']).toBeUndefined();
    expect(answer.headers['x-frame-options']).toBe('DENY');
    expect(answer.headers['x-powered-by']).toBeUndefined();
  });
});

describe('answers that speak of the upstream', () => {
  const strip = 'path: /app, rewrite: /, preserve_host: false';
  const inner = 'http://127.0.0.1:PORT';

  it.each([
    [strip, 'Location', `${inner}/login?a`, 'http://site.test:81/app/login?a'],
    [strip, 'Location', inner, 'http://site.test:81/app/'],
    [strip, 'Location', `${inner}x/login`, `${inner}x/login`],
    [strip, 'Location', '/login', '/app/login'],
    [strip, 'Location', '/app/login', '/app/login'],
    [strip, 'Location', '//other.test/login', '//other.test/login'],
    [strip, 'Location', 'login', 'login'],
    [strip, 'Location', 'https://other.test/login', 'https://other.test/login'],
    [strip, 'Content-Location', `${inner}/x`, 'http://site.test:81/app/x'],
    [strip, 'Set-Cookie', 'a=/; Path=/; HttpOnly', 'a=/; Path=/app/; HttpOnly'],
    [strip, 'Set-Cookie', 'a=b; path=/app', 'a=b; path=/app'],
    [strip, 'Set-Cookie', 'a=b; Domain=127.0.0.1; Secure', 'a=b; Secure'],
    [strip, 'Set-Cookie', 'a=b; Domain=.site.test', 'a=b; Domain=.site.test'],
    [`${strip}, rewrite_answers: false`, 'Location', `${inner}/login`, `${inner}/login`],
    ['path: /app, rewrite: /app/v2', 'Location', '/app/v2/x', '/app/x'],
    ['path: /app, rewrite: /inner', 'Location', '/inner/x', '/app/x'],
    ['path: /app, rewrite: /inner', 'Location', '/innermost', '/innermost'],
    ['path: /app', 'Location', '/login', '/login'],
    ['path: /app', 'Location', 'http://site.test:81/x', 'http://site.test:81/x'],
    ['path: /app, send_host: Inner.test', 'Location', 'https://inner.test/app', 'http://site.test:81/app'],
  ])('%s: %s: %s', async (route, name, sent, expected) => {
    const at = { port: 0 };
    const upstream = await startUpstream((_request, response) => {
      response.setHeader(name, sent.replace('PORT', String(at.port))).end();
    });
    at.port = upstream.port;
    const gate = await startGate(upstream.port, { yaml: `routes: [{ upstream: app, waf: off, ${route} }]` });
    const { headers } = await ask(gate.port, '/app/x', { headers: { host: 'site.test:81' } });
    expect([headers[name.toLowerCase()]].flat()[0]).toBe(expected.replace('PORT', String(upstream.port)));
  });
});
