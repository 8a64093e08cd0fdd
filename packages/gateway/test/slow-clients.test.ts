/** Clients that are slow on purpose, and clients that only have a long way. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeCertificate } from './support/certificate.ts';
import { ask, closed, open, receive } from './support/client.ts';
import { startGate, testFolder } from './support/gate.ts';
import { startSecureGate } from './support/secure-gate.ts';
import { wait } from './support/silence.ts';
import { writeAndStandStill } from './support/stand-still.ts';
import { startEagerUpstream, startUpstream } from './support/upstream.ts';

/** Writes again and again until the other side closes; gives the milliseconds until then, and what it said. */
async function drip(socket: Socket, every: number, bytes: string): Promise<{ after: number; said: string }> {
  const started = performance.now();
  let said = '';
  socket.on('data', (chunk) => {
    said += chunk.toString('latin1');
  });
  const timer = setInterval(() => socket.writable && socket.write(bytes), every);
  await closed(socket);
  clearInterval(timer);
  return { after: performance.now() - started, said };
}

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

describe('A86: heads', () => {
  const yaml = 'slow_clients: { header: { time: 1 s, minimum_rate: 500, maximum: 2 s } }';

  it('one byte at a time: 408 when the time is over', async () => {
    const gate = await startGate((await startUpstream()).port, { yaml });
    const socket = await open(gate.port);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nX-A: ');
    const { after, said } = await drip(socket, 50, 'b');
    expect(said).toMatch(/^HTTP\/1\.1 408 /);
    expect(said).toMatch(/\r\nConnection: close\r\n/);
    expect(after).toBeGreaterThan(900);
    expect(after).toBeLessThan(5000);
    expect(await gate.accessLog()).toContain(' 408 ');
    expect(await gate.errorLog()).toMatch(/SP1007 .* bytes in \d\.\d s/);
  });

  it('many bytes earn time, but not for ever', async () => {
    const gate = await startGate((await startUpstream()).port, { yaml });
    const socket = await open(gate.port);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n');
    const { after, said } = await drip(socket, 100, `X-A: ${'b'.repeat(100)}\r\n`);
    expect(said).toMatch(/^HTTP\/1\.1 408 /);
    expect(after).toBeGreaterThan(1800);
    expect(after).toBeLessThan(6000);
  });

  it('a connection without a byte is closed without a word', async () => {
    const gate = await startGate((await startUpstream()).port, { yaml });
    const { after, said } = await drip(await open(gate.port), 100_000, '');
    expect(said).toBe('');
    expect(after).toBeLessThan(5000);
    expect(await gate.accessLog()).toBe('');
  });

  it('on a kept connection the clock starts with the first byte', async () => {
    const gate = await startGate((await startUpstream()).port, { yaml: `${yaml}\ntimeouts: { keep_alive: 20 s }` });
    const socket = await open(gate.port);
    socket.write(GET);
    await receive(socket, 'hello');
    await wait(1500);
    socket.write(GET);
    await receive(socket, 'hello');
    await wait(300);
    socket.write('GET / HTTP/1.1\r\n');
    const { after, said } = await drip(socket, 200, 'X');
    expect(said).toMatch(/^HTTP\/1\.1 408 /);
    expect(after).toBeGreaterThan(900);
    expect(after).toBeLessThan(5000);
  });

  it('what had come while the gate stood still is read before its time is judged', async () => {
    const gate = await startGate((await startUpstream()).port, { yaml: 'slow_clients: { header: 400 ms }' });
    const socket = await open(gate.port);
    socket.write('GET / HTTP/1.1\r\n');
    await wait(200);
    await writeAndStandStill(() => socket.write('Host: a\r\n\r\n'), 1000);
    expect(await receive(socket, '\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
  });

  it('a TLS handshake that is not finished', async () => {
    const folder = testFolder();
    const { cert, key } = makeCertificate(folder, 'localhost');
    const gate = await startGate((await startUpstream()).port, {
      yaml: `slow_clients: { handshake: 1 s, header: 2 s }\nlisteners: [{ port: 0, tls: { certificate: ${cert}, key: ${key} } }]`,
    });
    const silent = await open(gate.port);
    const { after } = await drip(silent, 300, '\x16');
    expect(after).toBeLessThan(5000);
    // After the handshake the clock of the head runs, over the decrypted bytes.
    const socket = connectSecurely({ host: '127.0.0.1', port: gate.port, rejectUnauthorized: false });
    socket.write('GET / HTTP/1.1\r\nX-A: ');
    const { said } = await drip(socket, 200, 'b');
    expect(said).toMatch(/^HTTP\/1\.1 408 /);
  });
});

describe('A87: bodies', () => {
  const yaml =
    'slow_clients: { body: { time: 1 s, minimum_rate: 1000 } }\ntimeouts: { body_idle: 5 s, linger: 200 ms }';
  const head = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/octet-stream\r\n';

  it.each([
    ['with a length', 'Content-Length: 100000\r\n\r\n', 'x', undefined],
    ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n', '1\r\nx\r\n', undefined],
    ['held for the rules', 'Content-Length: 100000\r\n\r\n', 'x', 'SecRuleEngine On\nSecRequestBodyAccess On\n'],
  ])('%s, a byte now and then: 408 and the end', async (_name, framing, bytes, rules) => {
    const gate = await startGate((await startUpstream()).port, { yaml, ...(rules && { rules }) });
    const socket = await open(gate.port);
    socket.write(head + framing);
    const { after, said } = await drip(socket, 100, bytes);
    expect(said).toMatch(/^HTTP\/1\.1 408 /);
    expect(after).toBeGreaterThan(900);
    expect(after).toBeLessThan(6000);
    expect(await gate.errorLog()).toContain('SP1063 the request body comes too slowly');
  });

  it('a fast start does not pay for a slow rest', async () => {
    const gate = await startGate((await startUpstream()).port, {
      yaml: 'slow_clients: { body: { time: 1 s, minimum_rate: 100 } }\ntimeouts: { body_idle: 2 s, linger: 200 ms }',
    });
    const socket = await open(gate.port);
    socket.write(`${head}Content-Length: 10000000\r\n\r\n${'x'.repeat(1_000_000)}`);
    const { after, said } = await drip(socket, 200, 'x');
    expect(said).toMatch(/^HTTP\/1\.1 408 /);
    expect(after).toBeLessThan(8000);
  });

  it('a long upload at a healthy rate passes, far beyond the time of the stage', async () => {
    let received = 0;
    const upstream = await startEagerUpstream((request, response) => {
      request.on('data', (chunk: Buffer) => {
        received += chunk.length;
      });
      request.on('end', () => response.end('thanks'));
    });
    const gate = await startGate(upstream.port, { yaml });
    const socket = await open(gate.port);
    socket.write(`${head}Content-Length: 40000\r\n\r\n`);
    const answer = receive(socket, 'thanks');
    for (let at = 0; at < 20; at++) {
      socket.write('x'.repeat(2000));
      await wait(200);
    }
    expect(await answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(received).toBe(40_000);
    socket.destroy();
  });

  it('an upstream that reads slowly is not the fault of the client', async () => {
    const upstream = await startEagerUpstream((request, response) => {
      setTimeout(() => request.resume(), 3500);
      request.on('end', () => response.end('thanks'));
    });
    const gate = await startGate(upstream.port, { yaml: `${yaml}\nlimits: { body: 0 }` });
    const size = 16 * 1024 * 1024;
    const answer = await ask(
      gate.port,
      '/',
      { method: 'POST', headers: { 'Content-Length': size } },
      Buffer.alloc(size),
    );
    expect([answer.status, answer.body]).toEqual([200, 'thanks']);
  });
});

describe('A88: clients that do not take the answer', () => {
  const answerSize = 24 * 1024 * 1024;
  const yaml = 'slow_clients: { response: { time: 1500 ms, minimum_rate: 200 kB } }';

  it.each([
    ['not at all', 0],
    ['at a trickle', 1000],
  ])('%s: cut, logged once, and the upstream is let go', async (_name, bytesPerTurn) => {
    let isUpstreamLetGo = false;
    const upstream = await startEagerUpstream((_request, response) => {
      response.on('close', () => {
        isUpstreamLetGo = true;
      });
      response.end(Buffer.alloc(answerSize, 'x'));
    });
    const gate = await startGate(upstream.port, { yaml });
    const socket = await open(gate.port);
    socket.pause();
    socket.write(GET);
    const started = performance.now();
    const timer = setInterval(() => bytesPerTurn > 0 && socket.read(bytesPerTurn), 100);
    onTestFinished(() => clearInterval(timer));
    await expect.poll(() => gate.errorLog()).toContain('SP1064');
    expect(performance.now() - started).toBeGreaterThan(1400);
    await expect.poll(() => isUpstreamLetGo).toBe(true);
    expect((await gate.accessLog()).trimEnd().split('\n')).toHaveLength(1);
    socket.destroy();
  });

  it.each(['plain', 'TLS'])('%s: what the system still holds for the client goes with the connection', async (door) => {
    const upstream = await startEagerUpstream((_request, response) => response.end(Buffer.alloc(answerSize, 'x')));
    const isSecure = door === 'TLS';
    const gate = await (isSecure ? startSecureGate : startGate)(upstream.port, { yaml });
    const socket = isSecure
      ? connectSecurely({ host: '127.0.0.1', port: gate.port, rejectUnauthorized: false })
      : await open(gate.port);
    const end = new Promise((resolve) => {
      socket.on('error', (cause: NodeJS.ErrnoException) => resolve(cause.code)).on('end', () => resolve('end'));
    });
    if (isSecure) await once(socket, 'secureConnect');
    socket.write(GET);
    socket.pause();
    await expect.poll(() => gate.errorLog()).toContain('SP1064');
    // A close would leave megabytes in the system until the client has taken them.
    socket.resume();
    expect(await end).toBe('ECONNRESET');
    expect((await gate.errorLog()).trimEnd().split('\n')).toHaveLength(1);
  });

  it('who is slow and goes on reading gets everything', async () => {
    const upstream = await startEagerUpstream((_request, response) => response.end(Buffer.alloc(answerSize, 'x')));
    const gate = await startGate(upstream.port, { yaml });
    const socket = await open(gate.port);
    socket.write(GET);
    let received = 0;
    socket.on('data', (chunk) => {
      received += chunk.length;
      socket.pause();
      // Some 6 MB/s at best: several times the time of the stage.
      setTimeout(() => socket.resume(), 10);
    });
    await expect.poll(() => received, { timeout: 40_000, interval: 100 }).toBeGreaterThan(answerSize);
    socket.destroy();
  });
});
