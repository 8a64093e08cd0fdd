/** Limits of connections, as the configuration sets them; those of rules are in `connections.test.ts`. */
import { describe, expect, it } from 'vitest';
import { ask, closed, open, statuses } from './support/client.ts';
import { startGate } from './support/gate.ts';
import { wait } from './support/silence.ts';
import { startUpstream } from './support/upstream.ts';

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
