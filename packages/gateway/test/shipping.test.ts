import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openShipping, type ShippingOptions } from '../src/logs/shipping/index.ts';
import type { LogSink } from '../src/logs/sink.ts';
import { makeCertificate } from './support/certificate.ts';
import { testFolder } from './support/gate.ts';
import { until } from './support/until.ts';

function open(address: string, options: Partial<ShippingOptions> = {}): LogSink {
  const sink = openShipping(address, { log: 'access', maxPendingBytes: 1 << 20, complain: () => {}, ...options });
  onTestFinished(() => sink.close());
  return sink;
}

/** Everything a stream server receives, and its open connections. */
function collecting(server: Server, event: 'connection' | 'secureConnection' = 'connection') {
  const state = { received: '', sockets: [] as Socket[] };
  server.on(event, (socket: Socket) => {
    state.sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      state.received += chunk.toString('latin1');
    });
  });
  onTestFinished(() => {
    for (const socket of state.sockets) socket.destroy();
    server.close();
  });
  return state;
}

/** Takes octet-counted messages apart. */
function messagesOf(received: string): string[] {
  const messages: string[] = [];
  for (let at = 0; at < received.length; ) {
    const blank = received.indexOf(' ', at);
    const length = Number(received.slice(at, blank));
    messages.push(received.slice(blank + 1, blank + 1 + length));
    at = blank + 1 + length;
  }
  return messages;
}

const MESSAGE = /^<(\d+)>1 \d{4}-\d\d-\d\dT[\d:.]+Z \S+ sallyport \d+ access - (.*)$/s;

const read = (message: string): string | undefined => {
  const found = MESSAGE.exec(message);
  return found === null ? undefined : `${found[1]} ${found[2]}`;
};

describe('syslog', () => {
  it('sends a datagram per entry over UDP, cut at 8 KiB', async () => {
    const server = createSocket('udp4');
    onTestFinished(() => void server.close());
    const messages: string[] = [];
    server.on('message', (message) => messages.push(message.toString('latin1')));
    server.bind(0, '127.0.0.1');
    await once(server, 'listening');
    const sink = open(`syslog+udp://127.0.0.1:${server.address().port}?facility=local7`);
    sink.append('one \xff');
    sink.append('two', 'error');
    sink.append('x'.repeat(20_000));
    await sink.flush();
    await until(() => messages[2]);
    expect(messages.slice(0, 2).map(read)).toEqual(['190 one \xff', '187 two']);
    expect(messages[2]).toHaveLength(8192);
  });

  it.each(['tcp', 'unix'])('frames entries by their length over %s, and comes back after a loss', async (transport) => {
    const server = createServer();
    const state = collecting(server);
    const path = join(testFolder(), 'log.sock');
    server.listen(transport === 'tcp' ? { port: 0, host: '127.0.0.1' } : { path });
    await once(server, 'listening');
    const address = transport === 'tcp' ? `127.0.0.1:${(server.address() as AddressInfo).port}` : path;
    const sink = open(`syslog+${transport}://${address}`);
    sink.append('5 not a frame\n7 x');
    sink.append('two', 'alert');
    await sink.flush();
    await until(() => (messagesOf(state.received).length === 2 ? true : undefined));
    expect(messagesOf(state.received).map(read)).toEqual(['134 5 not a frame\n7 x', '129 two']);

    state.sockets[0]?.destroy();
    state.received = '';
    await new Promise((resolve) => setTimeout(resolve, 50));
    sink.append('three');
    await until(() => (state.received.includes('three') ? true : undefined));
    expect(messagesOf(state.received).map(read)).toEqual(['134 three']);
    expect(sink.health).toMatchObject({ written: 3, dropped: 0 });
  });

  it('verifies the server over TLS', async () => {
    const folder = testFolder();
    const { cert, key } = makeCertificate(folder, 'localhost');
    const server = createTlsServer({ cert: readFileSync(cert), key: readFileSync(key) });
    const state = collecting(server, 'secureConnection');
    server.on('tlsClientError', () => {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = `syslog+tls://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const complaints: string[] = [];
    const stranger = open(address, { complain: (text) => complaints.push(text) });
    stranger.append('secret');
    await stranger.flush();
    expect(stranger.health).toMatchObject({ written: 0, failures: 1 });
    expect(complaints[0]).toMatch(/^cannot reach syslog\+tls:\/\/127\.0\.0\.1:\d+: .*self.signed/);

    const sink = open(address, { tls: { ca: cert, serverName: 'localhost' } });
    sink.append('known');
    await sink.flush();
    await until(() => (state.received.includes('known') ? true : undefined));
    expect(state.received).not.toContain('secret');
  });
});

describe('HTTP', () => {
  interface Seen {
    readonly headers: IncomingMessage['headers'];
    readonly body: string;
  }

  async function startServer(
    statuses: readonly (number | readonly [number, string])[] = [],
  ): Promise<{ port: number; seen: Seen[] }> {
    const seen: Seen[] = [];
    const left = [...statuses];
    const server = createHttpServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        seen.push({ headers: request.headers, body: Buffer.concat(chunks).toString('latin1') });
        const next = left.shift() ?? 204;
        if (typeof next === 'number') response.writeHead(next);
        else response.writeHead(next[0], { 'Retry-After': next[1] });
        response.end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return { port: (server.address() as AddressInfo).port, seen };
  }

  it('posts entries together, one per line', async () => {
    const { port, seen } = await startServer();
    const sink = open(`http://me:secret@127.0.0.1:${port}/in`);
    sink.append('{"a":1}');
    sink.append('{"b":"\xc3\xa9"}');
    await sink.flush();
    expect(seen).toHaveLength(1);
    expect(seen[0]?.body).toBe('{"a":1}\n{"b":"\xc3\xa9"}\n');
    expect(seen[0]?.headers).toMatchObject({
      'content-type': 'application/x-ndjson',
      authorization: `Basic ${Buffer.from('me:secret').toString('base64')}`,
    });
    expect(sink.name).not.toContain('secret');
  });

  it('posts entries one by one where that is wanted', async () => {
    const { port, seen } = await startServer();
    const sink = open(`http://127.0.0.1:${port}/in`, { oneByOne: true });
    sink.append('{"a":1}');
    sink.append('{"b":2}');
    await sink.flush();
    expect(seen.map(({ body, headers }) => [body, headers['content-type']])).toEqual([
      ['{"a":1}', 'application/json'],
      ['{"b":2}', 'application/json'],
    ]);
  });

  it('tries again when the server fails, and gives up what it calls bad', async () => {
    const { port, seen } = await startServer([503, [429, '1'], 204, 400]);
    const sink = open(`http://127.0.0.1:${port}/in`);
    sink.append('one');
    await sink.flush();
    await until(() => (sink.health.written === 1 ? true : undefined));
    expect(seen.map(({ body }) => body)).toEqual(['one\n', 'one\n', 'one\n']);
    sink.append('two');
    await sink.flush();
    expect(sink.health).toMatchObject({ written: 1, dropped: 1, failures: 3 });
  });

  it('verifies the server over TLS', async () => {
    const { cert, key } = makeCertificate(testFolder(), 'localhost');
    const server = createHttpsServer({ cert: readFileSync(cert), key: readFileSync(key) }, (request, response) => {
      request.resume().on('end', () => response.writeHead(204).end());
    });
    server.on('tlsClientError', () => {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const stranger = open(address);
    stranger.append('secret');
    await stranger.flush();
    expect(stranger.health).toMatchObject({ written: 0, failures: 1 });
    const sink = open(address, { tls: { ca: cert, serverName: 'localhost' } });
    sink.append('known');
    await sink.flush();
    expect(sink.health).toMatchObject({ written: 1, failures: 0 });
  });
});
