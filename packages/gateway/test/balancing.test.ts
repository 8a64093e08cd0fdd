import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ask, open, talk } from './support/client.ts';
import { type RunningGate, startGate, testConfig, testFolder } from './support/gate.ts';
import { startNameServer } from './support/name-server.ts';
import { wait } from './support/silence.ts';
import { closedPort, startRawUpstream, startUpstream, type TestUpstream } from './support/upstream.ts';

/** Applications that answer with their number, from 0. */
function startNumbered(count: number): Promise<TestUpstream[]> {
  return Promise.all(
    Array.from({ length: count }, (_, number) => startUpstream((_request, response) => response.end(String(number)))),
  );
}

const urlsOf = (...ports: number[]): string =>
  `urls: [${ports.map((port) => `"http://127.0.0.1:${port}"`).join(', ')}]`;

function gateTo(written: string, more = ''): Promise<RunningGate> {
  return startGate(0, { yaml: `upstreams: { app: { ${written} } }\n${more}` });
}

async function bodies(gate: RunningGate, count: number): Promise<string> {
  let all = '';
  for (let at = 0; at < count; at++) all += (await ask(gate.port, '/')).body;
  return all;
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

describe('an address that does not answer', () => {
  it('costs no request, whatever its method, and is soon left alone', async () => {
    const [one] = await startNumbered(1);
    const gate = await gateTo(urlsOf((one as TestUpstream).port, await closedPort()));
    for (let at = 0; at < 20; at++) {
      const answer = await ask(gate.port, '/', { method: at % 2 ? 'POST' : 'GET' }, at % 2 ? 'body' : undefined);
      expect(answer).toMatchObject({ status: 200, body: '0' });
    }
    expect((one as TestUpstream).seen.filter(({ method }) => method === 'POST').map(({ body }) => body)).toEqual(
      Array.from({ length: 10 }, () => 'body'),
    );
    const log = await gate.errorLog();
    expect(log).toMatch(/\[upstream:error\].* app: http:\/\/127\.0\.0\.1:\d+ is taken out/);
  });

  it('what may have been carried out is not sent twice', async () => {
    const [one] = await startNumbered(1);
    const broken = await startRawUpstream((socket) => socket.destroy());
    const gate = await gateTo(`${urlsOf((one as TestUpstream).port, broken.port)}, breaker: { failures: 0 }`);
    const statuses: number[] = [];
    for (let at = 0; at < 4; at++) statuses.push((await ask(gate.port, '/', { method: 'POST' }, 'x')).status);
    expect(statuses.sort()).toEqual([200, 200, 502, 502]);
    for (let at = 0; at < 4; at++) expect((await ask(gate.port, '/', { method: 'PUT' })).status).toBe(200);
  });

  it('retries end with their budget', async () => {
    const [one] = await startNumbered(1);
    const broken = await startRawUpstream((socket) => socket.destroy());
    const gate = await gateTo(
      `${urlsOf((one as TestUpstream).port, broken.port)}, breaker: { failures: 0 }, retry: { share: 0 }`,
    );
    const statuses: number[] = [];
    for (let at = 0; at < 4; at++) statuses.push((await ask(gate.port, '/')).status);
    expect(statuses.sort()).toEqual([200, 200, 502, 502]);
  });

  it('comes back', async () => {
    const [one] = await startNumbered(1);
    let isBack = false;
    const other = await startRawUpstream((socket) => {
      if (isBack) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1');
      else socket.destroy();
    });
    const gate = await gateTo(
      `${urlsOf((one as TestUpstream).port, other.port)}, breaker: { failures: 2, pause: 200 ms }`,
    );
    expect(await bodies(gate, 6)).toBe('000000');
    isBack = true;
    await expect.poll(() => bodies(gate, 4)).toMatch(/0101|1010/);
    expect(await gate.errorLog()).toContain('is back in service');
  });

  it('with every address out: 503 where the configuration wants it', async () => {
    const gate = await gateTo(
      `${urlsOf(await closedPort())}, breaker: { failures: 2, pause: 1 h, when_all_out: refuse }`,
    );
    expect((await ask(gate.port, '/')).status).toBe(502);
    expect((await ask(gate.port, '/')).status).toBe(502);
    expect(await ask(gate.port, '/')).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(await gate.errorLog()).toContain('SP2009');
  });

  it('answers that a rule refuses, and clients that leave, say nothing against an address', async () => {
    const upstream = await startUpstream((request, response) => {
      if (request.url !== '/wait') response.setHeader('X-Secret', '1').end('x');
    });
    const gate = await startGate(upstream.port, {
      rules: 'SecRuleEngine On\nSecRule RESPONSE_HEADERS:X-Secret "@streq 1" "id:1,phase:3,deny,status:403"\n',
      yaml: `upstreams: { app: { ${urlsOf(upstream.port)}, breaker: { failures: 1, pause: 1 h, when_all_out: refuse } } }`,
    });
    for (let at = 0; at < 3; at++) expect((await ask(gate.port, '/')).status).toBe(403);
    const socket = await open(gate.port);
    socket.write('GET /wait HTTP/1.1\r\nHost: a\r\n\r\n');
    await expect.poll(() => upstream.seen.length).toBe(4);
    socket.destroy();
    await wait(100);
    expect((await ask(gate.port, '/')).status).toBe(403);
  });
});

describe('active health checks', () => {
  it('take an address out and bring it back', async () => {
    let isWell = true;
    const checked: string[] = [];
    const sick = await startUpstream((request, response) => {
      if (request.url === '/up') checked.push(request.headers.host ?? '');
      response.writeHead(request.url === '/up' && !isWell ? 500 : 200).end('1');
    });
    const [well] = await startNumbered(1);
    const gate = await gateTo(
      `${urlsOf((well as TestUpstream).port, sick.port)}, health: { path: /up, host: app.test, interval: 50 ms, healthy: 2, unhealthy: 2 }`,
    );
    expect(await bodies(gate, 4)).toMatch(/0101|1010/);
    isWell = false;
    await expect.poll(() => bodies(gate, 4)).toBe('0000');
    expect(await gate.errorLog()).toMatch(/127\.0\.0\.1:\d+ is not healthy: status 500/);
    isWell = true;
    await expect.poll(() => bodies(gate, 4)).toMatch(/0101|1010/);
    expect(checked[0]).toBe('app.test');
  });

  it('end with the gate, and with a configuration without them', async () => {
    let checks = 0;
    const upstream = await startUpstream((_request, response) => {
      checks++;
      response.end();
    });
    const gate = await gateTo(`${urlsOf(upstream.port)}, health: { interval: 20 ms }`);
    await expect.poll(() => checks).toBeGreaterThan(1);
    await gate.gateway.reload(testConfig(gate.folder, upstream.port, {}));
    await wait(100);
    const before = checks;
    await wait(200);
    expect(checks).toBe(before);
  });
});

describe('sticky sessions', () => {
  it('a client comes back to where it was', async () => {
    const apps = await startNumbered(3);
    const gate = await gateTo(`${urlsOf(...apps.map(({ port }) => port))}, sticky: { secret: 0123456789abcdef }`);
    const first = await ask(gate.port, '/');
    const cookie = String(first.headers['set-cookie']?.[0]).split(';')[0] ?? '';
    expect(cookie).toMatch(/^route=[\w-]{16}$/);
    for (let at = 0; at < 4; at++) {
      const again = await ask(gate.port, '/', { headers: { cookie } });
      expect(again.body).toBe(first.body);
      expect(again.headers['set-cookie']).toBeUndefined();
    }
  });
});

describe('time limits', () => {
  it('a request waits for a connection only so long', async () => {
    const upstream = await startUpstream(() => {});
    const gate = await gateTo(`${urlsOf(upstream.port)}, connections: 1, queue_timeout: 200 ms`);
    const socket = await open(gate.port);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await expect.poll(() => upstream.seen.length).toBe(1);
    expect(await ask(gate.port, '/')).toMatchObject({ status: 503 });
    expect(await gate.errorLog()).toContain('SP2008');
    socket.destroy();
  });

  it.each([
    ['a head byte by byte', ''],
    ['a body byte by byte', 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n'],
  ])('%s ends with the total time', async (_name, beginning) => {
    const drip = await startRawUpstream((socket) => {
      socket.write(beginning);
      const text = beginning === '' ? `HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(1000)}` : 'a'.repeat(1000);
      let at = 0;
      const timer = setInterval(() => socket.write(text[at++] ?? ''), 20);
      socket.on('close', () => clearInterval(timer));
    });
    const gate = await gateTo(`${urlsOf(drip.port)}, total_timeout: 500 ms`);
    const started = Date.now();
    const received = await talk(gate.port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 5000);
    expect(Date.now() - started).toBeLessThan(4000);
    if (beginning === '') expect(received).toMatch(/^HTTP\/1\.1 504 /);
    else expect(received).toMatch(/^HTTP\/1\.1 200 /);
    expect(await gate.errorLog()).toContain('SP2004');
  });

  it('a head byte by byte ends with the time for the answer', async () => {
    const drip = await startRawUpstream((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write('X: y\r\n'), 50);
      socket.on('close', () => clearInterval(timer));
    });
    const gate = await gateTo(`${urlsOf(drip.port)}, response_timeout: 500 ms`);
    expect((await ask(gate.port, '/')).status).toBe(504);
  });
});

describe('Unix sockets', () => {
  it('are reached, with a prefix where one is given', async () => {
    const path = join(testFolder(), 'app.sock');
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(`${request.headers.host} ${request.url}`);
      response.end('socket');
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    onTestFinished(() => closeServer(server));
    const gate = await startGate(0, {
      yaml: `upstreams: { app: "unix:${path}", under: "unix:${path}:/base/" }
routes: [{ upstream: app, waf: off }, { path: /x, upstream: under, waf: off, preserve_host: false }]`,
    });
    expect((await ask(gate.port, '/a?b', { headers: { host: 'site.test' } })).body).toBe('socket');
    expect((await ask(gate.port, '/x/y')).body).toBe('socket');
    expect(seen).toEqual(['site.test /a?b', 'localhost /base/x/y']);
  });

  it('one that is not there: 502', async () => {
    const gate = await startGate(0, { yaml: `upstreams: { app: "unix:${join(testFolder(), 'none.sock')}" }` });
    expect((await ask(gate.port, '/')).status).toBe(502);
    expect(await gate.errorLog()).toContain('SP2001');
  });
});

describe('addresses from the name service', () => {
  it('are used, exchanged when they change, and kept when it fails', async () => {
    const first = createServer((_request, response) => response.end('1'));
    await new Promise<void>((resolve) => first.listen(0, '127.0.0.1', resolve));
    const { port } = first.address() as { port: number };
    const second = createServer((_request, response) => response.end('2'));
    await new Promise<void>((resolve) => second.listen(port, '127.0.0.2', resolve));
    onTestFinished(async () => {
      await closeServer(first);
      await closeServer(second);
    });
    const names = await startNameServer();
    names.records.set('app.test', { ttl: 1, addresses: ['127.0.0.1'] });
    const gate = await gateTo(
      `urls: "http://app.test:${port}", resolve: { by: dns, servers: "127.0.0.1:${names.port}", interval: 1 s }`,
    );
    expect(await bodies(gate, 3)).toBe('111');
    names.records.set('app.test', { ttl: 1, addresses: ['127.0.0.1', '127.0.0.2'] });
    await expect.poll(() => bodies(gate, 2)).toMatch(/12|21/);
    names.records.set('app.test', { ttl: 1, addresses: ['127.0.0.2'] });
    await expect.poll(() => bodies(gate, 3)).toBe('222');
    names.records.clear();
    await expect.poll(() => gate.errorLog()).toContain('the addresses found before stay');
    expect(await bodies(gate, 3)).toBe('222');
  });

  it('services bring their own ports, and stand by with a higher priority', async () => {
    const [main, spare] = (await startNumbered(2)) as [TestUpstream, TestUpstream];
    const names = await startNameServer();
    names.records.set('app.test', { ttl: 1, addresses: ['127.0.0.1'] });
    names.services.set('_http._tcp.app.test', [
      { priority: 1, weight: 1, port: main.port, name: 'app.test' },
      { priority: 2, weight: 1, port: spare.port, name: 'app.test' },
    ]);
    const gate = await gateTo(
      `urls: "http://_http._tcp.app.test", resolve: { by: srv, servers: "127.0.0.1:${names.port}" }`,
    );
    expect(await bodies(gate, 3)).toBe('000');
    gate.gateway.upstream('app')?.setState(`http://127.0.0.1:${main.port}`, 'down');
    expect(await bodies(gate, 3)).toBe('111');
  });

  it('a name nobody knows: 503 once that is clear', async () => {
    const names = await startNameServer();
    const gate = await gateTo(`urls: "http://app.test", resolve: { by: dns, servers: "127.0.0.1:${names.port}" }`);
    expect((await ask(gate.port, '/')).status).toBe(503);
    expect(await gate.errorLog()).toContain('there are no addresses yet');
  });
});
