/** Applications that are away, too slow, or answer what is no answer. */
import { describe, expect, it } from 'vitest';
import { ask } from './support/client.ts';
import { fullPort } from './support/full-port.ts';
import { startGate } from './support/gate.ts';
import { closedPort, startRawUpstream, startUpstream } from './support/upstream.ts';

const timeouts = (port: number): string =>
  `upstreams: { app: { urls: "http://127.0.0.1:${port}", response_timeout: 300 ms, idle_timeout: 300 ms } }`;

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

  it.each(['http', 'fastcgi'])('no connection in time, over %s: 504', async (protocol) => {
    const port = await fullPort();
    const times = 'connect_timeout: 300 ms, response_timeout: 20 s';
    const gate = await startGate(port, {
      yaml: `upstreams: { app: { urls: "${protocol}://127.0.0.1:${port}", ${times} } }`,
    });
    const began = performance.now();
    expect((await ask(gate.port, '/')).status).toBe(504);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(await gate.errorLog()).toMatch(/SP2005/);
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
