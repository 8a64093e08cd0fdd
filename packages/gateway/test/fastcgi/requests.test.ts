/** What applications that speak FastCGI are told, and which of them gets a request. */
import { describe, expect, it } from 'vitest';
import { ask, talk } from '../support/client.ts';
import { startFastCgiApp } from '../support/fastcgi-app.ts';
import { gateBefore, hello } from '../support/fastcgi-gate.ts';
import { startGate } from '../support/gate.ts';

describe('an application that speaks FastCGI', () => {
  it('is one program for all paths where there is no root', async () => {
    const app = await startFastCgiApp(hello);
    const gate = await gateBefore(app, { route: 'path: /blog' });
    expect(await ask(gate.port, '/blog/news%20now?id=1%202', { headers: { host: 'a.test' } })).toMatchObject({
      status: 200,
      body: 'hello',
      headers: { 'content-type': 'text/plain' },
    });
    expect(app.requests[0]?.parameters).toMatchObject({
      SCRIPT_NAME: '/blog',
      PATH_INFO: '/news now',
      QUERY_STRING: 'id=1%202',
      REQUEST_URI: '/blog/news%20now?id=1%202',
      REQUEST_METHOD: 'GET',
      REMOTE_ADDR: '127.0.0.1',
      SERVER_NAME: 'a.test',
      HTTP_HOST: 'a.test',
    });
    expect(app.requests[0]?.parameters).not.toHaveProperty('SCRIPT_FILENAME');
  });

  it('is told the same when the prefix is replaced', async () => {
    const app = await startFastCgiApp(hello);
    const gate = await gateBefore(app, { route: 'path: /blog, rewrite: /inner' });
    await ask(gate.port, '/blog/x');
    expect(app.requests[0]?.parameters).toMatchObject({
      SCRIPT_NAME: '/blog',
      PATH_INFO: '/x',
      REQUEST_URI: '/blog/x',
    });
  });

  it('gets no header that stands for another, and no proxy', async () => {
    const app = await startFastCgiApp(hello);
    const gate = await gateBefore(app, { yaml: 'http: { underscore_headers: pass }' });
    await ask(gate.port, '/', { headers: { Proxy: 'http://evil.test', X_Real_IP: '9.9.9.9', 'X-Real-IP': '9.9.9.9' } });
    const { parameters = {} } = app.requests[0] ?? {};
    expect(parameters).not.toHaveProperty('HTTP_PROXY');
    expect(parameters['HTTP_X_REAL_IP']).toBe('127.0.0.1');
    expect(JSON.stringify(parameters)).not.toMatch(/evil|9\.9\.9\.9/);
  });

  it.each(['Content-Length: 200000\r\n', 'Transfer-Encoding: chunked\r\n'])(
    'gets a body with its length: %j',
    async (framing) => {
      const app = await startFastCgiApp(hello);
      const gate = await gateBefore(app, { yaml: 'limits: { body_in_memory: 64 KiB }' });
      const body = 'x'.repeat(200_000);
      const bytes = framing.startsWith('C') ? body : `30d40\r\n${body}\r\n0\r\n\r\n`;
      const answer = await talk(gate.port, `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: a/b\r\n${framing}\r\n${bytes}`);
      expect(answer).toContain('hello');
      expect(app.requests[0]?.body).toBe(body);
      expect(app.requests[0]?.parameters).toMatchObject({ CONTENT_LENGTH: '200000', CONTENT_TYPE: 'a/b' });
    },
  );

  it('gets a body that rules have looked at', async () => {
    const app = await startFastCgiApp(hello);
    const rules =
      'SecRuleEngine On\nSecRequestBodyAccess On\nSecRule ARGS:a "@streq bad" "id:1,phase:2,deny,status:403"';
    const gate = await gateBefore(app, { rules });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await ask(gate.port, '/', { method: 'POST', headers }, 'a=good')).status).toBe(200);
    expect((await ask(gate.port, '/', { method: 'POST', headers }, 'a=bad')).status).toBe(403);
    expect(app.requests.map(({ body }) => body)).toEqual(['a=good']);
  });

  it('that is not there does not lose a body: another address gets it', async () => {
    const app = await startFastCgiApp(hello);
    const gate = await startGate(0, {
      yaml: `upstreams: { app: { urls: ["fastcgi:unix:/nowhere/a.sock", "${app.url}"] } }\nroutes: [{ upstream: app, waf: off }]`,
    });
    for (let at = 0; at < 4; at++)
      expect((await ask(gate.port, '/', { method: 'POST', headers: { 'content-length': 5 } }, 'whole')).status).toBe(
        200,
      );
    expect(app.requests.map(({ body }) => body)).toEqual(Array(4).fill('whole'));
  });

  it('that is not there is 502, and the breaker takes it out', async () => {
    const gate = await startGate(0, {
      yaml: 'upstreams: { app: { urls: "fastcgi:unix:/nowhere/app.sock", retry: { attempts: 0 }, breaker: { failures: 2, when_all_out: refuse } } }\nroutes: [{ upstream: app, waf: off }]',
    });
    const statuses = [];
    for (let at = 0; at < 3; at++) statuses.push((await ask(gate.port, '/')).status);
    expect(statuses).toEqual([502, 502, 503]);
    expect(await gate.errorLog()).toContain('SP2001');
  });

  it('refuses WebSocket', async () => {
    const app = await startFastCgiApp(hello);
    const gate = await gateBefore(app);
    const seen = await talk(
      gate.port,
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    expect(seen).toMatch(/^HTTP\/1.1 403 /);
  });
});
