/** More connections than there may be: who has to go, and who is let in. */
import type { Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { makeCertificate } from './support/certificate.ts';
import { ask, closed, open, receive } from './support/client.ts';
import { startGate, testFolder } from './support/gate.ts';
import { wait } from './support/silence.ts';
import { startUpstream } from './support/upstream.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

describe('A89: too many connections', () => {
  it('of one address', async () => {
    const gate = await startGate((await startUpstream()).port, { yaml: 'connections: { per_address: 2 }' });
    const kept = [await open(gate.port), await open(gate.port)];
    await closed(await open(gate.port));
    expect(await gate.errorLog()).toContain('127.0.0.1 has 2 connections (connections.per_address)');
    kept[0]?.destroy();
    await wait(100);
    expect((await ask(gate.port, '/')).status).toBe(200);
    kept[1]?.destroy();
  });

  it.each([
    ['of addresses that are left out', 'connections: { per_address: 1, except: 127.0.0.0/8 }'],
    ['of trusted proxies', 'connections: { per_address: 1 }\ntrusted_proxies: 127.0.0.1'],
    ['while there is room', 'connections: { per_address: 1, per_address_above: 50 }\nlimits: { connections: 10 }'],
  ])('those %s stay', async (_name, yaml) => {
    const gate = await startGate((await startUpstream()).port, { yaml });
    const kept = [await open(gate.port), await open(gate.port)];
    expect((await ask(gate.port, '/')).status).toBe(200);
    for (const socket of kept) socket.destroy();
  });

  it('the connection idle for longest makes room, never one that is busy', async () => {
    const waiting: (() => void)[] = [];
    const upstream = await startUpstream((request, response) => {
      if (request.url === '/wait') waiting.push(() => response.end('late'));
      else response.end('hello');
    });
    const gate = await startGate(upstream.port, {
      yaml: 'limits: { connections: 3 }\nconnections: { keep_alive_below: 100 }',
    });
    const busy = await open(gate.port);
    busy.write('GET /wait HTTP/1.1\r\nHost: a\r\n\r\n');
    await expect.poll(() => waiting.length).toBe(1);
    const older = await open(gate.port);
    older.write(GET);
    await receive(older, 'hello');
    const newer = await open(gate.port);
    newer.write(GET);
    await receive(newer, 'hello');
    const olderIsOver = closed(older);
    expect((await ask(gate.port, '/')).status).toBe(200);
    await olderIsOver;
    newer.write(GET);
    await receive(newer, 'hello');
    const late = receive(busy, 'late');
    waiting[0]?.();
    await late;
    for (const socket of [busy, newer]) socket.destroy();
  });

  it('heads that take seconds make room, and a client that has just come is not sent away for them', async () => {
    const gate = await startGate((await startUpstream()).port, { yaml: 'limits: { connections: 3 }' });
    const slow = await Promise.all([1, 2, 3].map(() => open(gate.port)));
    for (const socket of slow) socket.write('GET / HTTP/1.1\r\n');
    await wait(2500);
    // Two silent newcomers take the places of two of them; a third one, of the last.
    const over = slow.map((socket) => closed(socket));
    const fresh = [await open(gate.port), await open(gate.port)];
    await Promise.all(over.slice(0, 2));
    expect((await ask(gate.port, '/')).status).toBe(200);
    await over[2];
    for (const socket of fresh) {
      socket.write(GET);
      expect(await receive(socket, 'hello')).toMatch(/^HTTP\/1\.1 200 /);
      socket.destroy();
    }
    expect(await gate.errorLog()).toContain('closed for a new connection before its request had come');
  });

  it('handshakes that do not begin make room', async () => {
    const { cert, key } = makeCertificate(testFolder(), 'localhost');
    const gate = await startGate((await startUpstream()).port, {
      yaml: `limits: { connections: 2 }\nlisteners: [{ port: 0, tls: { certificate: ${cert}, key: ${key} } }]`,
    });
    const silent = [await open(gate.port), await open(gate.port)];
    const over = closed(silent[0] as Socket);
    await wait(50);
    const honest = connectSecurely({ host: '127.0.0.1', port: gate.port, rejectUnauthorized: false });
    honest.write(GET);
    expect(await receive(honest, 'hello')).toMatch(/^HTTP\/1\.1 200 /);
    await over;
    for (const socket of [honest, ...silent]) socket.destroy();
  });

  it('a flood of them is told in two lines', async () => {
    const gate = await startGate((await startUpstream()).port, { yaml: 'connections: { per_address: 1 }' });
    const kept = await open(gate.port);
    for (let at = 0; at < 20; at++) await closed(await open(gate.port));
    expect((await gate.errorLog()).match(/connections\.per_address/g)).toHaveLength(1);
    kept.destroy();
  });

  it('in a crowd answers close their connection', async () => {
    const gate = await startGate((await startUpstream()).port, {
      yaml: 'limits: { connections: 4 }\nconnections: { keep_alive_below: 50 }',
    });
    const first = await open(gate.port);
    first.write(GET);
    expect(await receive(first, 'hello')).not.toMatch(/connection: close/i);
    const others = [await open(gate.port), await open(gate.port)];
    await wait(50);
    first.write(GET);
    expect(await receive(first, 'hello')).toMatch(/connection: close/i);
    for (const socket of [first, ...others]) socket.destroy();
  });
});
