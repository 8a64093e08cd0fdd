import { describe, expect, it } from 'vitest';
import { ask, closed, open, statuses, talk } from './support/client.ts';
import { startGate } from './support/gate.ts';
import { wait } from './support/silence.ts';
import { closedPort, startEagerUpstream, startRawUpstream, startUpstream } from './support/upstream.ts';

const timeouts = (port: number): string =>
  `upstreams: { app: { urls: "http://127.0.0.1:${port}", response_timeout: 300 ms, idle_timeout: 300 ms } }`;

describe('upstreams that cannot keep up', () => {
  it('as many requests wait as may; more are told at once to come back', async () => {
    const waiting: (() => void)[] = [];
    const upstream = await startUpstream((_request, response) => void waiting.push(() => response.end('done')));
    const gate = await startGate(upstream.port, {
      yaml: `upstreams: { app: { urls: "http://127.0.0.1:${upstream.port}", connections: 2 } }\nlimits: { upstream_queue: 3 }`,
    });
    const first = Array.from({ length: 5 }, () => ask(gate.port, '/'));
    await expect.poll(() => waiting.length).toBe(2);
    // The three others have been sent before; the gate answers on other connections in its own time.
    await wait(200);
    const refused = await ask(gate.port, '/');
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(await gate.errorLog()).toContain('SP2007 too many requests wait for the application: app');
    for (let answered = 0; answered < 5; answered++) {
      await expect.poll(() => waiting.length).toBeGreaterThan(0);
      waiting.shift()?.();
    }
    expect((await Promise.all(first)).map(({ body }) => body)).toEqual(Array.from({ length: 5 }, () => 'done'));
    const again = ask(gate.port, '/');
    await expect.poll(() => waiting.length).toBe(1);
    waiting[0]?.();
    expect((await again).status).toBe(200);
  });

  it('clients that leave and upstreams that fail make room', async () => {
    const upstream = await startUpstream((request, response) => {
      if (request.url === '/fail') response.destroy();
      else if (request.url !== '/wait') response.end('ok');
    });
    const gate = await startGate(upstream.port, {
      yaml: `upstreams: { app: { urls: "http://127.0.0.1:${upstream.port}", connections: 1 } }\nlimits: { upstream_queue: 0 }`,
    });
    for (let round = 0; round < 3; round++) {
      const socket = await open(gate.port);
      socket.write('GET /wait HTTP/1.1\r\nHost: a\r\n\r\n');
      await expect.poll(() => upstream.seen.filter(({ url }) => url === '/wait').length).toBe(round + 1);
      expect((await ask(gate.port, '/')).status).toBe(503);
      socket.destroy();
      await expect.poll(async () => (await ask(gate.port, '/')).status).toBe(200);
      expect((await ask(gate.port, '/fail', { method: 'POST' })).status).toBe(502);
      expect((await ask(gate.port, '/fail')).status).toBe(502);
      expect((await ask(gate.port, '/')).status).toBe(200);
    }
  });

  it('another address has room', async () => {
    const stuck = await startUpstream(() => {});
    const free = await startUpstream();
    const urls = [stuck, free].map(({ port }) => `"http://127.0.0.1:${port}"`).join(', ');
    const gate = await startGate(0, {
      yaml: `upstreams: { app: { urls: [${urls}], connections: 1 } }\nlimits: { upstream_queue: 0 }`,
    });
    const socket = await open(gate.port);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await expect.poll(() => stuck.seen.length).toBe(1);
    for (let count = 0; count < 4; count++) expect((await ask(gate.port, '/')).body).toBe('hello');
    socket.destroy();
  });
});

describe('upstreams that fail', () => {
  it('nobody there: 502 with a reference the log explains', async () => {
    const port = await closedPort();
    const gate = await startGate(port);
    const answer = await ask(gate.port, '/');
    expect(answer.status).toBe(502);
    const id = String(answer.headers['x-request-id']);
    expect(answer.body).toContain(`Reference: <code>${id}</code>`);
    expect(answer.body).not.toMatch(/sallyport|node|undici/i);
    const log = await gate.errorLog();
    expect(log).toContain(`[proxy:error]`);
    expect(log).toMatch(new RegExp(`SP2001 .*127\\.0\\.0\\.1:${port}.*ECONNREFUSED.*${id}`));
  });

  it('too slow: 504', async () => {
    const upstream = await startUpstream(() => {});
    const gate = await startGate(upstream.port, { yaml: timeouts(upstream.port) });
    expect((await ask(gate.port, '/')).status).toBe(504);
    expect(await gate.errorLog()).toContain('SP2004');
  });

  it('silent within an answer: the answer is cut, not completed', async () => {
    const upstream = await startUpstream((_request, response) => {
      response.writeHead(200, { 'Content-Length': 10 }).write('half');
    });
    const gate = await startGate(upstream.port, { yaml: timeouts(upstream.port) });
    await expect(ask(gate.port, '/')).rejects.toThrow(/aborted|hang up|reset/i);
    expect(await gate.errorLog()).toContain('SP2006');
  });

  it('gone within an answer: the answer is cut', async () => {
    const upstream = await startUpstream((_request, response) => {
      response.write('half');
      setTimeout(() => response.destroy(), 20);
    });
    const gate = await startGate(upstream.port);
    await expect(ask(gate.port, '/')).rejects.toThrow(/aborted|hang up|reset/i);
    expect(await gate.errorLog()).toContain('SP2002');
  });

  it.each([
    ['not HTTP', 'SSH-2.0-OpenSSH\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc'],
    [
      'length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n',
    ],
    ['a status that is none', 'HTTP/1.1 999 X\r\nContent-Length: 0\r\n\r\n'],
    ['a control byte in a value', 'HTTP/1.1 200 OK\r\nX-A: a\x01b\r\nContent-Length: 0\r\n\r\n'],
    ['a bare CR in a value', 'HTTP/1.1 200 OK\r\nX-A: a\rSet-Cookie: b\r\nContent-Length: 0\r\n\r\n'],
    ['an upgrade nobody asked for', 'HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'],
    ['a head without end', `HTTP/1.1 200 OK\r\n${'X-A: b\r\n'.repeat(10_000)}\r\n`],
    ['nine interim answers', `${'HTTP/1.1 103 Early\r\n\r\n'.repeat(9)}HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n`],
    ['closed without a word', ''],
  ])('an invalid answer is 502: %s', async (_name, answer) => {
    const upstream = await startRawUpstream((socket) => socket.end(answer));
    const gate = await startGate(upstream.port);
    expect((await ask(gate.port, '/')).status).toBe(502);
    expect(await gate.errorLog()).toMatch(/SP200[23]/);
  });

  it('eight interim answers are swallowed', async () => {
    const upstream = await startRawUpstream((socket) =>
      socket.end(`${'HTTP/1.1 103 Early\r\n\r\n'.repeat(8)}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`),
    );
    const gate = await startGate(upstream.port);
    expect((await ask(gate.port, '/')).body).toBe('ok');
  });

  it('a second answer nobody asked for is never given to anybody', async () => {
    const upstream = await startRawUpstream((socket, received) => {
      const count = received.split('\r\n\r\n').length - 1;
      socket.write(
        `HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nreal${count === 1 ? 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison' : ''}`,
      );
    });
    const gate = await startGate(upstream.port);
    for (let at = 0; at < 5; at++) {
      const answer = await ask(gate.port, '/').catch(() => undefined);
      expect(answer?.body).not.toContain('poison');
    }
  });

  it('a kept connection that closes just then is tried again', async () => {
    let connections = 0;
    const upstream = await startRawUpstream((socket, received) => {
      const count = received.split('\r\n\r\n').length - 1;
      if (count === 1) {
        connections++;
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      } else {
        socket.destroy();
      }
    });
    const gate = await startGate(upstream.port);
    for (let at = 0; at < 3; at++) expect((await ask(gate.port, '/')).body).toBe('ok');
    expect(connections).toBe(3);
    expect((await ask(gate.port, '/', { method: 'POST' }, 'x')).status).toBe(502);
  });
});

describe('answers before the request is complete', () => {
  it('reach the client, and the connection then closes', async () => {
    const upstream = await startEagerUpstream((_request, response) => {
      response.writeHead(401, { 'Content-Length': 5, Connection: 'close' }).end('early');
    });
    const gate = await startGate(upstream.port, { yaml: 'timeouts: { linger: 300 ms }' });
    const received = await talk(
      gate.port,
      `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(100_000)}`,
      1500,
    );
    expect(statuses(received)).toEqual([401]);
    expect(received).toMatch(/connection: close/i);
    expect(received).toContain('early');
  });

  it('do not wait for an upload that goes on', async () => {
    const upstream = await startEagerUpstream((_request, response) => {
      response.writeHead(413, { 'Content-Length': 3 }).end('big');
    });
    const gate = await startGate(upstream.port);
    const size = 30_000_000;
    const answer = await ask(
      gate.port,
      '/',
      { method: 'POST', headers: { 'Content-Length': size } },
      Buffer.alloc(size),
    );
    expect(answer).toMatchObject({ status: 413, body: 'big' });
  });
});

describe('clients that leave', () => {
  it('end the exchange with the upstream', async () => {
    let isGone = false;
    const upstream = await startEagerUpstream((request, response) => {
      request.resume();
      response.on('close', () => {
        isGone = true;
      });
      response.write('first');
    });
    const gate = await startGate(upstream.port);
    const socket = await open(gate.port);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    socket.once('data', () => socket.destroy());
    await expect.poll(() => isGone).toBe(true);
    await expect.poll(() => gate.accessLog()).toMatch(/ 200 5 /);
  });

  it('while the upstream still thinks', async () => {
    let isGone = false;
    const upstream = await startEagerUpstream((request) => {
      request.on('close', () => {
        isGone = true;
      });
    });
    const gate = await startGate(upstream.port);
    const socket = await open(gate.port);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await expect.poll(() => upstream.seen.length).toBe(1);
    socket.destroy();
    await expect.poll(() => isGone).toBe(true);
    await expect.poll(() => gate.accessLog()).toContain(' 499 ');
  });

  it('in the middle of an upload', async () => {
    let outcome = '';
    const upstream = await startEagerUpstream((request) => {
      request.resume();
      request.on('end', () => {
        outcome = 'complete';
      });
      request.on('aborted', () => {
        outcome = 'aborted';
      });
    });
    const gate = await startGate(upstream.port);
    const socket = await open(gate.port);
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nhalf');
    await expect.poll(() => upstream.seen.length).toBe(1);
    socket.destroy();
    await expect.poll(() => outcome).toBe('aborted');
  });

  it('in the middle of a small body, of which the application hears nothing', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { yaml: 'routes: [{ upstream: app, waf: off }]' });
    const socket = await open(gate.port);
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf');
    await expect.poll(() => gate.gateway.activity.running).toBe(1);
    socket.destroy();
    await expect.poll(() => gate.accessLog()).toContain(' 499 ');
    expect(upstream.seen.length).toBe(0);
  });

  it('before they sent a whole head, or after a while of silence', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, {
      yaml: 'slow_clients: { header: 500 ms }\ntimeouts: { keep_alive: 500 ms }',
    });
    const slow = await open(gate.port);
    slow.write('GET / HTTP/1.1\r\nHo');
    const started = Date.now();
    await closed(slow);
    expect(Date.now() - started).toBeLessThan(4000);
    expect(await gate.accessLog()).toMatch(/ 408 /);
    const idle = await open(gate.port);
    idle.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await closed(idle);
    expect(upstream.seen.length).toBe(1);
  });
});

describe('limits of connections', () => {
  it('a connection serves so many requests and then closes', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { yaml: 'limits: { requests_per_connection: 2 }' });
    const socket = await open(gate.port);
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk;
    });
    const over = closed(socket);
    for (let at = 0; at < 2; at++) {
      socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      await wait(100);
    }
    await over;
    expect(statuses(received)).toEqual([200, 200]);
    expect(received.match(/connection: close/gi)).toHaveLength(1);
  });

  it('connections over the limit are closed at once', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { yaml: 'limits: { connections: 1 }' });
    const first = await open(gate.port);
    first.write('GET / HTTP/1.1\r\n');
    await wait(50);
    const second = await open(gate.port);
    await closed(second);
    first.destroy();
    await wait(50);
    expect((await ask(gate.port, '/')).status).toBe(200);
  });
});
