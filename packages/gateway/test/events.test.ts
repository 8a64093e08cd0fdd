/** Answers that never end, and connections that left HTTP, live on when the configuration changes. */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, it } from 'vitest';
import { open, receive } from './support/client.ts';
import { startGate } from './support/gate.ts';
import { startEagerUpstream, startRawUpstream } from './support/upstream.ts';

describe('over reloads', () => {
  it('server-sent events go on, each as soon as it is sent', async () => {
    let events: ServerResponse | undefined;
    const upstream = await startEagerUpstream((_request, response) => {
      events = response;
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write('data: 1\n\n');
    });
    const gate = await startGate(upstream.port, { rules: 'SecRuleEngine On\nSecResponseBodyAccess On\n' });
    const socket = await open(gate.port);
    socket.write('GET /events HTTP/1.1\r\nHost: a.test\r\n\r\n');
    await receive(socket, 'data: 1\n\n');
    for (const event of ['data: 2\n\n', 'data: 3\n\n']) {
      await gate.gateway.reload({ ...gate.gateway.config });
      events?.write(event);
      await receive(socket, event);
    }
    events?.end();
    await receive(socket, '0\r\n\r\n');
    // The connection is as good as before.
    socket.write('GET /again HTTP/1.1\r\nHost: a.test\r\n\r\n');
    await receive(socket, 'data: 1\n\n');
    socket.destroy();
  });

  it('a WebSocket stays open, in both directions', async () => {
    let far: Socket | undefined;
    const upstream = await startRawUpstream((socket) => {
      if (far === undefined) {
        far = socket;
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      }
    });
    const gate = await startGate(upstream.port);
    const socket = await open(gate.port);
    socket.write(
      'GET /ws HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
    );
    await receive(socket, '\r\n\r\n');
    for (const word of ['one', 'two']) {
      await gate.gateway.reload({ ...gate.gateway.config });
      far?.write(`down ${word}`);
      await receive(socket, `down ${word}`);
      const arrived = receive(far as Socket, `up ${word}`);
      socket.write(`up ${word}`);
      await arrived;
    }
    socket.destroy();
  });
});
