/** Applications that speak FastCGI behind the gate: what they are told, and what becomes of what they answer. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { UPSTREAM_DEFAULTS } from '../src/config/sections/upstream.ts';
import { createPool, placeOf } from '../src/proxy/balance/place.ts';
import { ask, closed, open, receive, talk } from './support/client.ts';
import { type FastCgiApp, type FastCgiRequest, record, startFastCgiApp } from './support/fastcgi-app.ts';
import { type RunningGate, startGate, testFolder } from './support/gate.ts';
import { writeAndStandStill } from './support/stand-still.ts';
import { askTwice, startUnaskedApp } from './support/unasked-app.ts';

const hello = (request: FastCgiRequest): void => {
  request.stdout('Content-Type: text/plain\r\n\r\nhello');
  request.end();
};

const sends =
  (text: string) =>
  (request: FastCgiRequest): void => {
    request.stdout(text);
    request.end();
  };

/** `upstream` and `route`: further settings in YAML's flow form. */
async function gateBefore(
  app: FastCgiApp,
  settings: {
    readonly upstream?: string;
    readonly route?: string;
    readonly yaml?: string;
    readonly rules?: string;
  } = {},
): Promise<RunningGate> {
  const { upstream = '', route = '', yaml = '', rules } = settings;
  const waf = rules === undefined ? 'off' : 'on';
  return startGate(0, {
    ...(rules !== undefined && { rules }),
    yaml: [
      `upstreams: { app: { urls: "${app.url}", ${upstream} } }`,
      `routes: [{ upstream: app, waf: ${waf}, ${route} }]`,
      yaml,
    ].join('\n'),
  });
}

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

  it('shows its answers to the rules', async () => {
    const app = await startFastCgiApp((request) => {
      request.stdout('Content-Type: text/html\n\n<p>one ');
      request.stdout('secret</p>');
      request.end();
    });
    const rules =
      'SecRuleEngine On\nSecResponseBodyAccess On\nSecResponseBodyMimeType text/html\nSecRule RESPONSE_BODY "@contains one secret" "id:1,phase:4,deny,status:403"';
    const gate = await gateBefore(app, { rules });
    expect((await ask(gate.port, '/')).status).toBe(403);
  });

  it('answers with status, repeated headers and streams of any size', async () => {
    const big = Buffer.alloc(3_000_000, 'y');
    const app = await startFastCgiApp((request) => {
      request.stdout('Status: 404 Gone\nSet-Cookie: a=1\nSet-Cookie: b=2\nContent-Type: text/plain\n\n');
      for (let at = 0; at < big.length; at += 60_000) request.stdout(big.subarray(at, at + 60_000));
      request.end();
    });
    const gate = await gateBefore(app);
    const answer = await ask(gate.port, '/');
    expect(answer.status).toBe(404);
    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(answer.body.length).toBe(big.length);
  });

  it('has no body in its answer to HEAD, whatever it sends', async () => {
    const app = await startFastCgiApp(hello);
    const gate = await gateBefore(app);
    const answer = await talk(
      gate.port,
      'HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    );
    expect(answer.match(/HTTP\/1\.1 200/g)?.length).toBe(2);
    expect(answer.match(/hello/g)?.length).toBe(1);
  });

  it('does not read faster than the client', async () => {
    let written = 0;
    const app = await startFastCgiApp((request) => {
      request.stdout('Content-Type: a/b\n\n');
      const chunk = record(6, Buffer.alloc(60_000));
      const more = (): void => {
        while (written < 200_000_000) {
          written += chunk.length;
          if (!request.socket.write(chunk)) return;
        }
      };
      request.socket.on('drain', more);
      more();
    });
    const gate = await gateBefore(app);
    const client = await open(gate.port);
    client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await receive(client, 'a/b');
    client.pause();
    await new Promise((resolve) => setTimeout(resolve, 700));
    const before = written;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(written).toBe(before);
    expect(written).toBeLessThan(40_000_000);
    client.destroy();
  });

  it('writes what it has on its error stream into the error log, escaped and bounded', async () => {
    const app = await startFastCgiApp((request) => {
      request.stderr('PHP message: one\ntwo\x1b[31m\n');
      request.stdout('Content-Type: a/b\n\n');
      for (let line = 0; line < 2000; line++) request.stderr(`flood ${line}\n`);
      request.end();
    });
    const gate = await gateBefore(app);
    await ask(gate.port, '/');
    const log = await gate.errorLog();
    expect(log).toContain('app: PHP message: one [unique_id');
    expect(log).toContain('app: two\\x1b[31m [unique_id');
    expect(log).toContain('app: (there was more)');
    expect(log.length).toBeLessThan(400_000);
  });

  it.each<[string, (request: FastCgiRequest) => void, number, string]>([
    ['no head', sends('Hello\n\n'), 502, 'SP2003'],
    ['nothing', (r) => r.end(), 502, 'SP2003'],
    ['a head without end', sends('A: b\n'), 502, 'SP2003'],
    ['an endless head', (r) => r.stdout(`A: ${'x'.repeat(40_000)}`), 502, 'SP2003'],
    ['a status that is none', sends('Status: 42\n\n'), 502, 'SP2003'],
    ['control bytes in a header', sends('A: b\x01c\n\n'), 502, 'SP2003'],
    ['two lengths', sends('Content-Length: 1\nContent-Length: 2\n\nx'), 502, 'SP2003'],
    ['HTTP', (r) => r.socket.write('HTTP/1.1 200 OK\r\n\r\n'), 502, 'SP2003'],
    ['an unknown record', (r) => r.socket.write(record(11, 'x')), 502, 'SP2003'],
    ['a closed connection', (r) => r.socket.destroy(), 502, 'SP2002'],
    ['overload', (r) => r.end(2), 503, 'SP2007'],
    ['another protocol status', (r) => r.end(3), 502, 'SP2003'],
  ])('with %s as its answer', async (_what, answer, status, code) => {
    const app = await startFastCgiApp(answer);
    const gate = await gateBefore(app, { upstream: 'retry: { attempts: 0 }' });
    const seen = await talk(gate.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 800);
    expect(seen).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(await gate.errorLog()).toContain(code);
  });

  it.each([
    ['more', 'Content-Length: 3\n\nabcdef'],
    ['less', 'Content-Length: 30\n\nabcdef'],
  ])('with %s bytes than it announced is cut', async (_what, text) => {
    const app = await startFastCgiApp(sends(text));
    const gate = await gateBefore(app, { upstream: 'retry: { attempts: 0 }' });
    const client = await open(gate.port);
    client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await closed(client);
    expect(await gate.errorLog()).toContain('SP2003');
  });

  it.each<[string, (request: FastCgiRequest) => void, string, number]>([
    ['no head in time', () => {}, 'SP2004', 504],
    ['no body in time', (r) => r.stdout('Content-Type: a/b\n\nx'), 'SP2006', 200],
  ])('with %s', async (_what, answer, code, status) => {
    const app = await startFastCgiApp(answer);
    const gate = await gateBefore(app, { upstream: 'response_timeout: 200 ms, idle_timeout: 200 ms' });
    expect(await talk(gate.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 2000)).toMatch(
      new RegExp(`^HTTP/1.1 ${status} `),
    );
    expect(await gate.errorLog()).toContain(code);
  });

  it.each([
    ['head', '', 'Content-Type: a/b\n\nhello'],
    ['body', 'Content-Length: 5\n\n', 'hello'],
  ])('has been in time when its %s had come while the gate stood still', async (_what, first, rest) => {
    const app = await startFastCgiApp(async (request) => {
      if (first !== '') request.stdout(first);
      await wait(200);
      await writeAndStandStill(() => {
        request.stdout(rest);
        request.end();
      }, 1000);
    });
    const gate = await gateBefore(app, { upstream: 'response_timeout: 400 ms, idle_timeout: 400 ms' });
    expect(await ask(gate.port, '/')).toMatchObject({ status: 200, body: 'hello' });
  });

  it('has its time for an answer when the client has sent everything, and not before', async () => {
    const app = await startFastCgiApp(hello);
    const gate = await gateBefore(app, { upstream: 'response_timeout: 200 ms' });
    const client = await open(gate.port);
    client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nfir');
    await new Promise((resolve) => setTimeout(resolve, 700));
    client.write('st!');
    expect(await receive(client, 'hello')).toMatch(/^HTTP\/1.1 200 /);
    client.destroy();
  });

  it.each<[string, (request: FastCgiRequest) => void]>([
    ['only complains meanwhile', (request) => request.stderr('still at it\n')],
    ['sends a head without end', (request) => request.stdout('X')],
    [
      'stops within its answer, and complains',
      (request) => {
        if (request.body === '') request.stdout('Content-Type: text/plain\r\n\r\nhalf');
        (request as { body: string }).body = 'once';
        request.stderr('still at it\n');
      },
    ],
  ])('has no more time when it %s', async (_name, goOn) => {
    const app = await startFastCgiApp((request) => {
      const timer = setInterval(() => goOn(request), 50);
      request.socket.on('close', () => clearInterval(timer));
    });
    const gate = await gateBefore(app, { upstream: 'response_timeout: 400 ms, idle_timeout: 400 ms' });
    const answer = await ask(gate.port, '/').catch(() => undefined);
    expect(answer?.status ?? 'broken off').toBe(_name.startsWith('stops') ? 'broken off' : 504);
    expect(await gate.errorLog()).toMatch(/SP200[46]/);
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

  it('is let go of when the client leaves', async () => {
    let gone = false;
    const app = await startFastCgiApp((request) => request.socket.on('close', () => (gone = true)));
    const gate = await gateBefore(app);
    const client = await open(gate.port);
    client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    while (app.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    client.destroy();
    while (!gone) await new Promise((resolve) => setTimeout(resolve, 10));
  });

  it('may answer before it has read the body, and the connection is not used again', async () => {
    const app = await startFastCgiApp(
      (request) => {
        request.stdout('Status: 413\nContent-Type: a/b\n\ntoo large');
        request.end();
      },
      { reads: false },
    );
    const gate = await gateBefore(app, { upstream: 'fastcgi: { processes: 16 }' });
    const client = await open(gate.port);
    client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\nfirst');
    await receive(client, 'too large');
    client.destroy();
    expect((await ask(gate.port, '/')).status).toBe(413);
    expect(app.connections()).toBe(2);
  });
});

describe('connections to FastCGI applications', () => {
  it('are made for each request, unless the number of processes is known', async () => {
    const app = await startFastCgiApp(hello);
    const gate = await gateBefore(app);
    for (let at = 0; at < 3; at++) await ask(gate.port, '/');
    expect(app.connections()).toBe(3);
    expect(app.requests.every((one) => !one.keeps)).toBe(true);

    const kept = await startFastCgiApp(hello);
    const keeping = await gateBefore(kept, { upstream: 'fastcgi: { processes: 64 }' });
    for (let at = 0; at < 3; at++) await ask(keeping.port, '/');
    expect(kept.connections()).toBe(1);
    expect(kept.requests.every((one) => one.keeps)).toBe(true);
  });

  it('are not kept for health checks: a process would be busy waiting for the next one', async () => {
    const app = await startFastCgiApp(hello);
    await gateBefore(app, { upstream: 'fastcgi: { processes: 64 }, health: { path: /up, interval: 30 ms }' });
    while (app.requests.length < 3) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(app.requests.every(({ keeps, parameters }) => !keeps && parameters['SCRIPT_NAME'] === '/up')).toBe(true);
  });

  it('that broke while they were idle are made anew', async () => {
    const app = await startFastCgiApp((request) => {
      hello(request);
      setTimeout(() => request.socket.destroy(), 50);
    });
    const gate = await gateBefore(app, { upstream: 'fastcgi: { processes: 64 }' });
    for (let at = 0; at < 5; at++) {
      expect((await ask(gate.port, '/')).status).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 48 + at));
    }
  });

  it('with garbage behind an answer are closed', async () => {
    const app = await startFastCgiApp((request) => {
      hello(request);
      request.socket.write(record(6, 'left over'));
    });
    const gate = await gateBefore(app, { upstream: 'fastcgi: { processes: 64 }' });
    for (let at = 0; at < 3; at++) expect((await ask(gate.port, '/')).body).toBe('hello');
    expect(app.connections()).toBe(3);
  });
});

/** A request straight to a pool, `hold`: what its handler does when the head has come. */
function send(pool: Dispatcher, hold?: (controller: Dispatcher.DispatchController) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    let body = '';
    pool.dispatch(
      { method: 'GET', path: '/', headers: [], body: null },
      {
        onRequestStart: () => {},
        onResponseStart: (controller) => hold?.(controller),
        onResponseData: (_controller, chunk) => void (body += chunk.toString('latin1')),
        onResponseEnd: () => resolve(body),
        onResponseError: (_controller, cause) => reject(cause),
      },
    );
  });
}

function poolTo({ url }: Pick<FastCgiApp, 'url'>, processes?: number): Dispatcher {
  const fastcgi = { ...UPSTREAM_DEFAULTS.fastcgi, ...(processes !== undefined && { processes }) };
  const place = placeOf({ url, weight: 1, backup: false, state: 'up' });
  const pool = createPool(place, { ...UPSTREAM_DEFAULTS, urls: [], fastcgi });
  onTestFinished(() => pool.destroy());
  return pool;
}

describe('a FastCGI application that closes the connection while the handler wants nothing', () => {
  const pauses = (controller: Dispatcher.DispatchController): void => {
    controller.pause();
    setTimeout(() => controller.resume(), 100);
  };

  it('has given a whole answer', async () => {
    const app = await startFastCgiApp((request) => {
      request.stdout('Content-Type: a/b\r\n\r\nall of it');
      request.stdout(', and more');
      request.end();
    });
    expect(await send(poolTo(app), pauses)).toBe('all of it, and more');
  });

  it.each([
    ['within the answer', record(6, ', and more').subarray(0, 12)],
    ['within a record of another protocol', Buffer.from('HTTP/1.1 200 OK')],
  ])('%s: it is told when the handler goes on', async (_name, bytes) => {
    const app = await startFastCgiApp((request) => {
      request.stdout('Content-Type: a/b\r\n\r\nall of it');
      request.socket.end(bytes);
    });
    await expect(send(poolTo(app), pauses)).rejects.toThrow();
  });
});

it('an answer nobody asked for is no answer to the next request, however busy the gate is when it comes', async () => {
  const answer = (text: string): Buffer =>
    Buffer.concat([record(6, `Content-Type: a/b\r\n\r\n${text}`), record(3, Buffer.alloc(8))]);
  const port = await startUnaskedApp(answer('ok'), answer('no'));
  expect(await askTwice(poolTo({ url: `fastcgi://127.0.0.1:${port}` }, 4))).toEqual(['ok', 'ok']);
});

describe('scripts', () => {
  it('are found below the root, folders are redirected within the site, and nothing else is asked for', async () => {
    const root = join(testFolder(), 'www');
    mkdirSync(join(root, 'blog'), { recursive: true });
    writeFileSync(join(root, 'blog', 'index.php'), '');
    writeFileSync(join(root, 'cat.jpg'), '');
    const app = await startFastCgiApp(hello);
    const gate = await gateBefore(app, { upstream: `fastcgi: { root: "${root}" }`, route: 'path: /site, rewrite: /' });
    expect(await ask(gate.port, '/site/blog/')).toMatchObject({ status: 200 });
    expect(app.requests[0]?.parameters).toMatchObject({
      SCRIPT_NAME: '/site/blog/index.php',
      SCRIPT_FILENAME: join(root, 'blog', 'index.php'),
      DOCUMENT_ROOT: root,
      REQUEST_URI: '/site/blog/',
    });
    expect(await ask(gate.port, '/site/blog?x=1')).toMatchObject({
      status: 301,
      headers: { location: '/site/blog/?x=1' },
    });
    expect((await ask(gate.port, '/site//blog')).headers.location).toBe('/site/blog/');
    for (const path of ['/site/cat.jpg', '/site/cat.jpg/x.php', '/site/blog%2findex.php', '/site/none.php'])
      expect((await ask(gate.port, path)).status).toBe(404);
    expect(app.requests.length).toBe(1);
    expect(await gate.accessLog()).toContain('/site/cat.jpg/x.php');
    expect(await gate.errorLog()).toContain('SP1083 no script for this path: /cat.jpg: no such script');
  });
});
