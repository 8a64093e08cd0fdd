/** Connections that speak HTTP/2 are counted and timed like others: by what is under way on them. */
import { connect as connectSecurely } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { type SecureGate, startSecureGate } from '../support/secure-gate.ts';
import { wait } from '../support/silence.ts';
import { startUpstream } from '../support/upstream.ts';
import { DATA, END_STREAM, frame, get, openRaw, type RawClient, request, SETTINGS } from './frames.ts';

/** SETTINGS_INITIAL_WINDOW_SIZE (RFC 9113 §6.5.2) of 0: no byte of a body may be sent. */
const NO_WINDOW = frame(SETTINGS, 0, 0, Buffer.from([0, 4, 0, 0, 0, 0]));
const PATIENT = { interval: 50 };

const start = (port: number, yaml: string, rules?: string): Promise<SecureGate> =>
  startSecureGate(port, { listener: { http2: true }, yaml, ...(rules !== undefined && { rules }) });

/** Whether a connection that is opened now stays, and is answered. */
async function isServed({ port }: SecureGate): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectSecurely({ port, host: '127.0.0.1', rejectUnauthorized: false }, () =>
      socket.write('GET / HTTP/1.1\r\nHost: gate.test\r\nConnection: close\r\n\r\n'),
    );
    let received = '';
    socket.on('data', (chunk) => {
      received += String(chunk);
    });
    socket.on('error', () => {}).on('close', () => resolve(received.startsWith('HTTP/1.1 200 ')));
  });
}

const post = (client: RawClient, stream: number): void => client.send(request(stream, get({ ':method': 'POST' }), 0));

describe('slow clients of HTTP/2', () => {
  it('a stream whose window stays closed is ended, and others of its connection are not', async () => {
    const upstream = await startUpstream((_request, response) => response.end('x'.repeat(1000)));
    const gate = await start(upstream.port, 'slow_clients: { response: { time: 1 s, minimum_rate: 100 } }');
    const client = await openRaw(gate.port);
    client.send(NO_WINDOW, request(1, get({})), request(3, get({ ':method': 'HEAD' })));
    expect((await client.result(3)).status).toBe(200);
    const started = performance.now();
    await client.until((one) => one.stream === 1 && one.type === 3, 10_000);
    expect(performance.now() - started).toBeLessThan(8000);
    expect((await client.result(1)).body).toBe('');
    await expect.poll(() => gate.errorLog(), PATIENT).toContain('SP1064');
    client.send(request(5, get({ ':method': 'HEAD' })));
    expect((await client.result(5)).status).toBe(200);
  });

  it('a connection with a request under way never makes room for another', async () => {
    const upstream = await startUpstream((_request, response) => void setTimeout(() => response.end('late'), 1500));
    const gate = await start(upstream.port, 'limits: { connections: 1 }\nconnections: { keep_alive_below: 100 }');
    const client = await openRaw(gate.port);
    client.send(request(1, get({})));
    await expect.poll(() => upstream.seen.length, PATIENT).toBe(1);
    expect(await isServed(gate)).toBe(false);
    expect((await client.result(1)).body).toBe('late');
    // Now it is idle, and does.
    await wait(100);
    expect(await isServed(gate)).toBe(true);
    expect(client.isClosed).toBe(true);
  });
});

describe('SecConnReadStateLimit and SecConnWriteStateLimit with HTTP/2', () => {
  it('a connection reads while a request is on its way, whatever else is', async () => {
    const upstream = await startUpstream();
    const gate = await start(upstream.port, '', 'SecConnEngine On\nSecConnReadStateLimit 1\n');
    const client = await openRaw(gate.port);
    post(client, 1);
    client.send(request(3, get({})));
    expect((await client.result(3)).status).toBe(200);
    expect(await isServed(gate)).toBe(false);
    expect(await gate.errorLog()).toContain('2 connections of 127.0.0.1 are reading, and 1 may be; closed');
    client.send(frame(DATA, END_STREAM, 1, Buffer.from('a=b')));
    expect((await client.result(1)).status).toBe(200);
    await expect.poll(() => isServed(gate), PATIENT).toBe(true);
    client.socket.destroy();
  });

  it('and writes while an answer is', async () => {
    const waiting: (() => void)[] = [];
    const upstream = await startUpstream((request, response) => {
      if (request.url === '/wait') waiting.push(() => response.end('late'));
      else response.end('hello');
    });
    const gate = await start(upstream.port, '', 'SecConnEngine On\nSecConnWriteStateLimit 1\n');
    const clients = [await openRaw(gate.port), await openRaw(gate.port)];
    for (const client of clients)
      client.send(request(1, get({ ':path': '/wait' })), request(3, get({ ':path': '/wait' })));
    await expect.poll(() => waiting.length, PATIENT).toBe(4);
    expect(await isServed(gate)).toBe(false);
    expect(await gate.errorLog()).toContain('2 connections of 127.0.0.1 are writing, and 1 may be; closed');
    for (const answer of waiting) answer();
    for (const client of clients) expect((await client.result(3)).body).toBe('late');
    await expect.poll(() => isServed(gate), PATIENT).toBe(true);
  });

  it('those that are over their limit are closed before a request of theirs is read', async () => {
    const upstream = await startUpstream();
    const gate = await start(upstream.port, '', 'SecConnEngine On\nSecConnReadStateLimit 1\n');
    const first = await openRaw(gate.port);
    const second = await openRaw(gate.port);
    await expect.poll(() => second.isClosed, PATIENT).toBe(true);
    expect(first.isClosed).toBe(false);
    expect(upstream.seen).toEqual([]);
  });
});
