/** Clients that do not stay for the answer. */
import { describe, expect, it } from 'vitest';
import { closed, open } from './support/client.ts';
import { startGate } from './support/gate.ts';
import { startEagerUpstream, startUpstream } from './support/upstream.ts';

describe('clients that leave', () => {
  it('end the exchange with the upstream', async () => {
    let isGone = false;
    const upstream = await startEagerUpstream((request, response) => {
      request.resume();
      response.on('close', () => {
        isGone = true;
      });
      response.write('first');
    });
    const gate = await startGate(upstream.port);
    const socket = await open(gate.port);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    socket.once('data', () => socket.destroy());
    await expect.poll(() => isGone).toBe(true);
    await expect.poll(() => gate.accessLog()).toMatch(/ 200 5 /);
  });

  it('while the upstream still thinks', async () => {
    let isGone = false;
    const upstream = await startEagerUpstream((request) => {
      request.on('close', () => {
        isGone = true;
      });
    });
    const gate = await startGate(upstream.port);
    const socket = await open(gate.port);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await expect.poll(() => upstream.seen.length).toBe(1);
    socket.destroy();
    await expect.poll(() => isGone).toBe(true);
    await expect.poll(() => gate.accessLog()).toContain(' 499 ');
  });

  it('in the middle of an upload', async () => {
    let outcome = '';
    const upstream = await startEagerUpstream((request) => {
      request.resume();
      request.on('end', () => {
        outcome = 'complete';
      });
      request.on('aborted', () => {
        outcome = 'aborted';
      });
    });
    const gate = await startGate(upstream.port);
    const socket = await open(gate.port);
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nhalf');
    await expect.poll(() => upstream.seen.length).toBe(1);
    socket.destroy();
    await expect.poll(() => outcome).toBe('aborted');
  });

  it('in the middle of a small body, of which the application hears nothing', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { yaml: 'routes: [{ upstream: app, waf: off }]' });
    const socket = await open(gate.port);
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf');
    await expect.poll(() => gate.gateway.activity.running).toBe(1);
    socket.destroy();
    await expect.poll(() => gate.accessLog()).toContain(' 499 ');
    expect(upstream.seen.length).toBe(0);
  });

  it('before they sent a whole head, or after a while of silence', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, {
      yaml: 'slow_clients: { header: 500 ms }\ntimeouts: { keep_alive: 500 ms }',
    });
    const slow = await open(gate.port);
    slow.write('GET / HTTP/1.1\r\nHo');
    const started = Date.now();
    await closed(slow);
    expect(Date.now() - started).toBeLessThan(4000);
    expect(await gate.accessLog()).toMatch(/ 408 /);
    const idle = await open(gate.port);
    idle.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await closed(idle);
    expect(upstream.seen.length).toBe(1);
  });
});
