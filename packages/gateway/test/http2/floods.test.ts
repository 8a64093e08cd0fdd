/** Frames that cost the sender nothing: each kind has an end, and others on the same gate notice nothing of it. */
import { connect } from 'node:http2';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type SecureGate, startSecureGate } from '../support/secure-gate.ts';
import { startUpstream } from '../support/upstream.ts';
import {
  ACK,
  CONTINUATION,
  DATA,
  END_STREAM,
  encode,
  frame,
  GOAWAY,
  get,
  HEADERS,
  openRaw,
  PING,
  PRIORITY,
  type RawClient,
  RST_STREAM,
  request,
  SETTINGS,
  WINDOW_UPDATE,
} from './frames.ts';

const CANCEL = Buffer.from([0, 0, 0, 8]);
const ENHANCE_YOUR_CALM = 0xb;

async function start(): Promise<SecureGate> {
  // Answers late, so that streams are open when they are reset.
  const upstream = await startUpstream((_request, response) => void setTimeout(() => response.end('late'), 50));
  return startSecureGate(upstream.port, { listener: { http2: true } });
}

/** Sends the same bytes until the gate has enough of it. True when it had. */
async function pour(client: RawClient, bytes: (round: number) => Buffer, rounds: number): Promise<boolean> {
  for (let round = 0; round < rounds && !client.isClosed; round++) {
    client.send(bytes(round));
    if (round % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await client.until(() => false, 1500);
  return client.isClosed;
}

/** A well-behaved client is served as ever. Its latencies in milliseconds. */
async function others(gate: SecureGate, count: number): Promise<readonly number[]> {
  const session = connect(`https://127.0.0.1:${gate.port}`, { rejectUnauthorized: false });
  onTestFinished(() => session.destroy());
  const latencies: number[] = [];
  for (let at = 0; at < count; at++) {
    const started = performance.now();
    const stream = session.request({ ':path': '/good', ':authority': 'gate.test' });
    const status = await new Promise((resolve, reject) => {
      stream.on('response', (headers) => resolve(headers[':status'])).on('error', reject);
    });
    expect(status).toBe(200);
    await new Promise((resolve) => stream.resume().on('end', resolve));
    latencies.push(performance.now() - started);
  }
  return latencies.toSorted((a, b) => a - b);
}

/** Opens streams and takes them back, on as many connections as it takes. */
async function reset(gate: SecureGate, count: number): Promise<void> {
  for (let sent = 0; sent < count; ) {
    const client = await openRaw(gate.port);
    for (let at = 0; at < 500 && !client.isClosed && sent < count; at++, sent++) {
      client.send(request(at * 2 + 1, get({ ':path': '/reset' })), frame(RST_STREAM, 0, at * 2 + 1, CANCEL));
    }
    const end = await client.until(({ type }) => type === GOAWAY);
    expect(end?.payload.readUInt32BE(4)).toBe(ENHANCE_YOUR_CALM);
  }
}

/** RFC 9113 §5.3.2 has no use for it any more, and it stays an error. */
function dependence(stream: number): Buffer {
  const payload = Buffer.alloc(5);
  payload.writeUInt32BE(stream);
  return frame(PRIORITY, 0, stream, payload);
}

describe('floods of HTTP/2 frames', () => {
  it('streams that never become requests count as requests', async () => {
    const upstream = await startUpstream();
    const gate = await startSecureGate(upstream.port, {
      listener: { http2: true },
      yaml: 'floods: { allow: [], path: { requests: 5, per: 1 m } }',
    });
    const client = await openRaw(gate.port);
    const forbidden = get({}, ['x-a', 'a\rb']);
    for (let at = 0; at < 5; at++) client.send(request(at * 2 + 1, forbidden));
    expect((await client.result(9)).reset).toBe(1);
    client.send(request(11, forbidden));
    const end = await client.until(({ type }) => type === GOAWAY);
    expect(end?.payload.readUInt32BE(4)).toBe(ENHANCE_YOUR_CALM);
    const again = await openRaw(gate.port);
    again.send(request(1, get({})));
    expect((await again.result(1)).status).toBe(429);
    expect(upstream.seen).toEqual([]);
  });

  it('A18 10,000 resets: the connection ends, memory does not grow, others are served', async () => {
    const gate = await start();
    const good = others(gate, 20);
    // Client, gate and application share this process; the first round warms all of them.
    await reset(gate, 10_000);
    const before = process.memoryUsage.rss();
    await reset(gate, 10_000);
    expect(process.memoryUsage.rss() - before).toBeLessThan(20 * 1024 * 1024);
    expect((await good).length).toBe(20);
    expect(await gate.errorLog()).toContain('more than 100 resets in 10 s');
  });

  /** What a client can do to a stream of its own so that the gate must take it back (CVE-2025-8671). */
  const provocations: readonly (readonly [name: string, bytes: (stream: number) => readonly Buffer[]])[] = [
    [
      'more DATA than announced',
      (stream) => [
        request(stream, get({ ':method': 'POST' }, ['content-length', '1']), 0),
        frame(DATA, 0, stream, Buffer.alloc(5)),
      ],
    ],
    [
      'less DATA than announced',
      (stream) => [
        request(stream, get({ ':method': 'POST' }, ['content-length', '9']), 0),
        frame(DATA, END_STREAM, stream, Buffer.alloc(5)),
      ],
    ],
    [
      'a window that opens by nothing',
      (stream) => [request(stream, get({})), frame(WINDOW_UPDATE, 0, stream, Buffer.alloc(4))],
    ],
    [
      'a window that opens too far',
      (stream) => [request(stream, get({})), frame(WINDOW_UPDATE, 0, stream, Buffer.from([0x7f, 0xff, 0xff, 0xff]))],
    ],
    ['DATA behind the end', (stream) => [request(stream, get({})), frame(DATA, 0, stream, Buffer.alloc(5))]],
    ['a stream that depends on itself', (stream) => [request(stream, get({})), dependence(stream)]],
    [
      'trailers with pseudo-headers',
      (stream) => [request(stream, get({ ':method': 'POST' }), 0), request(stream, [[':path', '/x']])],
    ],
    ['a head that HTTP/2 forbids', (stream) => [request(stream, get({}, ['connection', 'close']))]],
  ];

  it.each(provocations)('A18 %s, again and again: the connection ends', async (_name, bytes) => {
    const gate = await start();
    const client = await openRaw(gate.port);
    let count = 0;
    for (; count < 3000 && !client.isClosed; count++) {
      client.send(...bytes(count * 2 + 1));
      if (count % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await client.until(({ type }) => type === GOAWAY);
    await client.until(() => false, 500);
    expect(client.isClosed).toBe(true);
    expect((await gate.accessLog()).split('\n').length).toBeLessThan(1000);
    expect((await others(gate, 1)).length).toBe(1);
  });

  it('resets below the budget are nobody’s business', async () => {
    const gate = await start();
    const client = await openRaw(gate.port);
    for (let at = 0; at < 90; at++) {
      client.send(request(at * 2 + 1, get({})), frame(RST_STREAM, 0, at * 2 + 1, CANCEL));
    }
    client.send(request(181, get({})));
    expect((await client.result(181)).status).toBe(200);
  });

  it.each([
    ['PING', () => frame(PING, 0, 0, Buffer.alloc(8))],
    ['SETTINGS', () => frame(SETTINGS, 0, 0)],
    ['SETTINGS acknowledged', () => frame(SETTINGS, ACK, 0)],
    ['PRIORITY', () => frame(PRIORITY, 0, 1, Buffer.from([0, 0, 0, 0, 16]))],
    ['WINDOW_UPDATE', () => frame(WINDOW_UPDATE, 0, 0, Buffer.from([0, 0, 0, 1]))],
    ['unknown frames', () => frame(0x77, 0, 0)],
  ] as const)('A18 %s', async (_name, bytes) => {
    const gate = await start();
    const client = await openRaw(gate.port);
    expect(await pour(client, bytes, 3000)).toBe(true);
    expect((await others(gate, 1)).length).toBe(1);
  });

  it('A18 empty DATA', async () => {
    const gate = await start();
    const client = await openRaw(gate.port);
    client.send(request(1, get({ ':method': 'POST' }), 0));
    expect(await pour(client, () => frame(DATA, 0, 1), 3000)).toBe(true);
    expect((await others(gate, 1)).length).toBe(1);
  });

  it('A18 CONTINUATION without end', async () => {
    const gate = await start();
    const client = await openRaw(gate.port);
    client.send(frame(HEADERS, 0, 1, encode(get({}))));
    const piece = encode([['x-a', 'b'.repeat(100)]]);
    expect(await pour(client, () => frame(CONTINUATION, 0, 1, piece), 3000)).toBe(true);
    expect(await gate.errorLog()).toMatch(/header block in too many frames|header block of more than/);
  });

  it('A18 a header block that grows when it is unpacked', async () => {
    const gate = await start();
    const client = await openRaw(gate.port);
    // A long value goes into the dynamic table once; each further byte repeats it.
    const value = Buffer.from('a'.repeat(3000));
    const entry = Buffer.concat([Buffer.from([0x40, 3]), Buffer.from('x-a'), Buffer.from([127, 0xb9, 0x16]), value]);
    client.send(frame(HEADERS, 5, 1, Buffer.concat([encode(get({})), entry, Buffer.alloc(2000, 0xbe)])));
    const { status } = await client.result(1);
    expect(status === undefined || status === 431).toBe(true);
    expect((await others(gate, 1)).length).toBe(1);
  });

  it.each([
    ['WINDOW_UPDATE of 0', frame(WINDOW_UPDATE, 0, 0, Buffer.alloc(4))],
    ['WINDOW_UPDATE that overflows', frame(WINDOW_UPDATE, 0, 0, Buffer.from([0x7f, 0xff, 0xff, 0xff]))],
    ['HEADERS on stream 0', frame(HEADERS, 5, 0, encode(get({})))],
    ['HEADERS on an even stream', frame(HEADERS, 5, 2, encode(get({})))],
    ['HEADERS with more padding than payload', frame(HEADERS, 13, 1, Buffer.from([255, 0]))],
    ['HEADERS cut within a field', frame(HEADERS, 5, 1, encode(get({})).subarray(0, -1))],
    ['HEADERS with an index nobody has', frame(HEADERS, 5, 1, Buffer.from([0xff, 0xff, 0xff, 0x7f]))],
    ['HEADERS with an endless integer', frame(HEADERS, 5, 1, Buffer.alloc(40, 0xff))],
    ['CONTINUATION of nothing', frame(CONTINUATION, 4, 1)],
    ['DATA on a stream that is not open', frame(DATA, 1, 1, Buffer.from('x'))],
    ['RST_STREAM of the wrong length', frame(RST_STREAM, 0, 1, Buffer.alloc(3))],
    ['SETTINGS of the wrong length', frame(SETTINGS, 0, 0, Buffer.alloc(5))],
    ['PING of the wrong length', frame(PING, 0, 0, Buffer.alloc(7))],
    ['a frame longer than allowed', frame(DATA, 0, 1, Buffer.alloc(20_000))],
    ['PUSH_PROMISE from a client', frame(5, 4, 1, Buffer.alloc(4))],
    ['the text of HTTP/1', Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n')],
  ])('A18 %s harms this connection at most', async (_name, bytes) => {
    const gate = await start();
    const client = await openRaw(gate.port);
    client.send(bytes, bytes);
    await client.until(({ type }) => type === GOAWAY || type === RST_STREAM, 300);
    client.socket.destroy();
    expect((await others(gate, 1)).length).toBe(1);
  });

  it('no more streams at once than allowed', async () => {
    const upstream = await startUpstream((_request, response) => void setTimeout(() => response.end('late'), 300));
    const gate = await startSecureGate(upstream.port, { listener: { http2: true }, yaml: 'http2: { streams: 5 }' });
    const client = await openRaw(gate.port);
    for (let at = 0; at < 8; at++) client.send(request(at * 2 + 1, get({})));
    // A client that was told and does not care is sent away as a whole.
    expect(await client.until(({ type }) => type === GOAWAY)).toBeDefined();
    expect(upstream.seen.length).toBeLessThanOrEqual(5);
  });
});
