import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { closed, open, receive, statuses, talk } from './support/client.ts';
import { startGate } from './support/gate.ts';
import { startRawUpstream, startUpstream } from './support/upstream.ts';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const handshake = (path = '/ws', more = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: a.test\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${KEY}\r\n${more}\r\n`;

/** Agrees to switch, then sends everything back in upper case. */
function echo(socket: Socket, received: string): void {
  const end = received.indexOf('\r\n\r\n') + 4;
  if (end < 4) return;
  const key = /sec-websocket-key: (.*)\r\n/i.exec(received)?.[1] ?? '';
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  const after = received.slice(end);
  if (!sent.has(socket)) {
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    sent.set(socket, 0);
  }
  socket.write(after.slice(sent.get(socket)).toUpperCase());
  sent.set(socket, after.length);
}
const sent = new WeakMap<Socket, number>();

describe('WebSocket', () => {
  it('bytes go both ways after the upstream agreed', async () => {
    const upstream = await startRawUpstream(echo);
    const gate = await startGate(upstream.port);
    const socket = await open(gate.port);
    socket.write(handshake());
    const head = await receive(socket, '\r\n\r\n');
    expect(statuses(head)).toEqual([101]);
    expect(head).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
    for (const word of ['ping', 'pong'.repeat(100_000)]) {
      socket.write(word);
      expect((await receive(socket, word.toUpperCase())).length).toBe(word.length);
    }
    socket.destroy();
    await expect.poll(() => gate.accessLog()).toContain('"GET /ws HTTP/1.1" 101 ');
  });

  it('bytes sent too early wait for the 101', async () => {
    let isAgreed = false;
    let early = '';
    const upstream = await startRawUpstream((socket, received) => {
      if (!isAgreed) {
        early = received.slice(received.indexOf('\r\n\r\n') + 4);
        setTimeout(() => {
          isAgreed = true;
          echo(socket, received);
        }, 100);
      } else {
        echo(socket, received);
      }
    });
    const gate = await startGate(upstream.port);
    const socket = await open(gate.port);
    socket.write(`${handshake()}too early`);
    expect(await receive(socket, 'TOO EARLY')).toMatch(/^HTTP\/1.1 101 /);
    expect(early).toBe('');
    socket.destroy();
  });

  it('bytes sent too early are never a request when the upstream declines', async () => {
    const upstream = await startUpstream((_request, response) => {
      response.writeHead(403, { 'Content-Length': 2 }).end('no');
    });
    const gate = await startGate(upstream.port);
    const received = await talk(gate.port, `${handshake()}GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect(statuses(received)).toEqual([403]);
    expect(received).toMatch(/connection: close/i);
    expect(upstream.seen.map((one) => one.url)).toEqual(['/ws']);
  });

  it('one side leaving ends the other', async () => {
    let upstreamSocket: Socket | undefined;
    const upstream = await startRawUpstream((socket, received) => {
      upstreamSocket = socket;
      echo(socket, received);
    });
    const gate = await startGate(upstream.port);
    const socket = await open(gate.port);
    socket.write(handshake());
    await receive(socket, '\r\n\r\n');
    upstreamSocket?.destroy();
    await closed(socket);
  });

  it('silence ends it', async () => {
    const upstream = await startRawUpstream(echo);
    const gate = await startGate(upstream.port, { yaml: 'timeouts: { tunnel_idle: 200 ms }' });
    const socket = await open(gate.port);
    socket.write(handshake());
    await receive(socket, '\r\n\r\n');
    await closed(socket);
  });

  it('is refused where the route does not allow it, and by rules', async () => {
    const upstream = await startRawUpstream(echo);
    const gate = await startGate(upstream.port, {
      rules: `SecRuleEngine On\nSecRule REQUEST_URI "@contains evil" "id:1,phase:1,deny,status:406"\nSecRule RESPONSE_STATUS "@streq 101" "id:2,phase:3,chain,deny,status:405"\nSecRule REQUEST_URI "@contains odd" ""\n`,
      yaml: 'routes: [{ upstream: app }, { path: /plain, upstream: app, websocket: false }]',
    });
    expect(statuses(await talk(gate.port, handshake('/plain')))).toEqual([403]);
    expect(statuses(await talk(gate.port, handshake('/evil')))).toEqual([406]);
    expect(statuses(await talk(gate.port, handshake('/odd')))).toEqual([405]);
    expect(statuses(await talk(gate.port, handshake('/ws')))).toEqual([101]);
  });

  it('a client that was refused leaves nothing behind, whatever else it had sent', async () => {
    const upstream = await startRawUpstream(echo);
    const gate = await startGate(upstream.port);
    const socket = await open(gate.port);
    socket.write('GET /ws HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    expect(statuses(await receive(socket, '\r\n\r\n'))).toEqual([400]);
    socket.write('more');
    await expect.poll(() => gate.gateway.activity.running).toBe(0);
    const leaving = await open(gate.port);
    leaving.write('GET /ws HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    leaving.write('more');
    await new Promise((resolve) => setTimeout(resolve, 5));
    leaving.write('and more');
    leaving.destroy();
    await expect.poll(() => gate.gateway.activity.begun).toBe(2);
    await expect.poll(() => gate.gateway.activity.running).toBe(0);
  });

  it('h2c and unknown protocols are requests like any other', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port);
    const received = await talk(
      gate.port,
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n',
    );
    expect(statuses(received)).toEqual([200]);
    expect(upstream.seen[0]?.headers.upgrade).toBeUndefined();
  });
});
