/** Applications that have more to do than they can. */
import { describe, expect, it } from 'vitest';
import { ask, open } from './support/client.ts';
import { startGate } from './support/gate.ts';
import { wait } from './support/silence.ts';
import { startUpstream } from './support/upstream.ts';

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
