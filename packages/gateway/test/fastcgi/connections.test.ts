/** Connections to applications that speak FastCGI: how long they are kept, and whose the bytes on them are. */
import type { Dispatcher } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { UPSTREAM_DEFAULTS } from '../../src/config/sections/upstream.ts';
import { createPool, placeOf } from '../../src/proxy/balance/place.ts';
import { ask } from '../support/client.ts';
import { type FastCgiApp, record, startFastCgiApp } from '../support/fastcgi-app.ts';
import { gateBefore, hello } from '../support/fastcgi-gate.ts';
import { askTwice, startUnaskedApp } from '../support/unasked-app.ts';

describe('connections to FastCGI applications', () => {
  it('are made for each request, unless the number of processes is known', async () => {
    const app = await startFastCgiApp(hello);
    const gate = await gateBefore(app);
    for (let at = 0; at < 3; at++) await ask(gate.port, '/');
    expect(app.connections()).toBe(3);
    expect(app.requests.every((one) => !one.keeps)).toBe(true);

    const kept = await startFastCgiApp(hello);
    const keeping = await gateBefore(kept, { upstream: 'fastcgi: { processes: 64 }' });
    for (let at = 0; at < 3; at++) await ask(keeping.port, '/');
    expect(kept.connections()).toBe(1);
    expect(kept.requests.every((one) => one.keeps)).toBe(true);
  });

  it('are not kept for health checks: a process would be busy waiting for the next one', async () => {
    const app = await startFastCgiApp(hello);
    await gateBefore(app, { upstream: 'fastcgi: { processes: 64 }, health: { path: /up, interval: 30 ms }' });
    while (app.requests.length < 3) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(app.requests.every(({ keeps, parameters }) => !keeps && parameters['SCRIPT_NAME'] === '/up')).toBe(true);
  });

  it('that broke while they were idle are made anew', async () => {
    const app = await startFastCgiApp((request) => {
      hello(request);
      setTimeout(() => request.socket.destroy(), 50);
    });
    const gate = await gateBefore(app, { upstream: 'fastcgi: { processes: 64 }' });
    for (let at = 0; at < 5; at++) {
      expect((await ask(gate.port, '/')).status).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 48 + at));
    }
  });

  it('with garbage behind an answer are closed', async () => {
    const app = await startFastCgiApp((request) => {
      hello(request);
      request.socket.write(record(6, 'left over'));
    });
    const gate = await gateBefore(app, { upstream: 'fastcgi: { processes: 64 }' });
    for (let at = 0; at < 3; at++) expect((await ask(gate.port, '/')).body).toBe('hello');
    expect(app.connections()).toBe(3);
  });
});

/** A request straight to a pool, `hold`: what its handler does when the head has come. */
function send(pool: Dispatcher, hold?: (controller: Dispatcher.DispatchController) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    let body = '';
    pool.dispatch(
      { method: 'GET', path: '/', headers: [], body: null },
      {
        onRequestStart: () => {},
        onResponseStart: (controller) => hold?.(controller),
        onResponseData: (_controller, chunk) => void (body += chunk.toString('latin1')),
        onResponseEnd: () => resolve(body),
        onResponseError: (_controller, cause) => reject(cause),
      },
    );
  });
}

function poolTo({ url }: Pick<FastCgiApp, 'url'>, processes?: number): Dispatcher {
  const fastcgi = { ...UPSTREAM_DEFAULTS.fastcgi, ...(processes !== undefined && { processes }) };
  const place = placeOf({ url, weight: 1, backup: false, state: 'up' });
  const pool = createPool(place, { ...UPSTREAM_DEFAULTS, urls: [], fastcgi });
  onTestFinished(() => pool.destroy());
  return pool;
}

describe('a FastCGI application that closes the connection while the handler wants nothing', () => {
  const pauses = (controller: Dispatcher.DispatchController): void => {
    controller.pause();
    setTimeout(() => controller.resume(), 100);
  };

  it('has given a whole answer', async () => {
    const app = await startFastCgiApp((request) => {
      request.stdout('Content-Type: a/b\r\n\r\nall of it');
      request.stdout(', and more');
      request.end();
    });
    expect(await send(poolTo(app), pauses)).toBe('all of it, and more');
  });

  it.each([
    ['within the answer', record(6, ', and more').subarray(0, 12)],
    ['within a record of another protocol', Buffer.from('HTTP/1.1 200 OK')],
  ])('%s: it is told when the handler goes on', async (_name, bytes) => {
    const app = await startFastCgiApp((request) => {
      request.stdout('Content-Type: a/b\r\n\r\nall of it');
      request.socket.end(bytes);
    });
    await expect(send(poolTo(app), pauses)).rejects.toThrow();
  });
});

it('an answer nobody asked for is no answer to the next request, however busy the gate is when it comes', async () => {
  const answer = (text: string): Buffer =>
    Buffer.concat([record(6, `Content-Type: a/b\r\n\r\n${text}`), record(3, Buffer.alloc(8))]);
  const port = await startUnaskedApp(answer('ok'), answer('no'));
  expect(await askTwice(poolTo({ url: `fastcgi://127.0.0.1:${port}` }, 4))).toEqual(['ok', 'ok']);
});
