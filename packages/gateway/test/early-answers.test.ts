/** Applications that answer before they have the whole request. */
import { describe, expect, it } from 'vitest';
import { ask, statuses, talk } from './support/client.ts';
import { startGate } from './support/gate.ts';
import { startEagerUpstream } from './support/upstream.ts';

describe('answers before the request is complete', () => {
  it('reach the client, and the connection then closes', async () => {
    const upstream = await startEagerUpstream((_request, response) => {
      response.writeHead(401, { 'Content-Length': 5, Connection: 'close' }).end('early');
    });
    const gate = await startGate(upstream.port, { yaml: 'timeouts: { linger: 300 ms }' });
    const received = await talk(
      gate.port,
      `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(100_000)}`,
      1500,
    );
    expect(statuses(received)).toEqual([401]);
    expect(received).toMatch(/connection: close/i);
    expect(received).toContain('early');
  });

  it('do not wait for an upload that goes on', async () => {
    const upstream = await startEagerUpstream((_request, response) => {
      response.writeHead(413, { 'Content-Length': 3 }).end('big');
    });
    const gate = await startGate(upstream.port);
    const size = 30_000_000;
    const answer = await ask(
      gate.port,
      '/',
      { method: 'POST', headers: { 'Content-Length': size } },
      Buffer.alloc(size),
    );
    expect(answer).toMatchObject({ status: 413, body: 'big' });
  });
});
