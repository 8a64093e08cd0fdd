/** How streamed bodies are sent to applications: framing, lengths that are not kept, applications that answer early or do not read. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { UpstreamConfig } from '../src/config/sections/upstream.ts';
import { UPSTREAM_DEFAULTS } from '../src/config/sections/upstream.ts';
import { createPool, placeOf } from '../src/proxy/balance/place.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

interface Application {
  readonly port: number;
  /** What has come on all connections. */
  received: string;
  connections: number;
}

/** `onBytes` is told whenever something has come. */
async function startApplication(
  onBytes: (socket: Socket, received: string) => void,
  onConnection: (socket: Socket) => void = () => {},
): Promise<Application> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    application.connections++;
    open.add(socket);
    socket.on('error', () => {}).on('close', () => open.delete(socket));
    let own = '';
    socket.on('data', (bytes: Buffer) => {
      application.received += bytes.toString('latin1');
      own += bytes.toString('latin1');
      onBytes(socket, own);
    });
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const application = { port: (server.address() as AddressInfo).port, received: '', connections: 0 };
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return application;
}

function poolTo({ port }: Application, config: Partial<UpstreamConfig> = {}): Dispatcher {
  const place = placeOf({ url: `http://127.0.0.1:${port}`, weight: 1, backup: false, state: 'up' });
  const pool = createPool(place, { ...UPSTREAM_DEFAULTS, urls: [], ...config });
  onTestFinished(() => pool.destroy());
  return pool;
}

/** The body of the answer. */
function send(pool: Dispatcher, body: Readable, headers: readonly string[] = []): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    pool.dispatch(
      { method: 'POST', path: '/', headers: [...headers], body },
      {
        onResponseData: (_controller, chunk) => {
          text += chunk.toString('latin1');
        },
        onResponseEnd: () => resolve(text),
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });
}

const pieces = (...texts: readonly string[]): Readable => Readable.from(texts.map((text) => Buffer.from(text)));

/** Without head. */
const bodyOf = (received: string): string => received.slice(received.indexOf('\r\n\r\n') + 4);

describe('a streamed body', () => {
  it.each<[string, readonly string[], RegExp, string]>([
    ['of known length goes as it is', ['Content-Length', '6'], /\r\ncontent-length: 6\r\n/, 'abcdef'],
    ['of unknown length goes in chunks', [], /\r\ntransfer-encoding: chunked\r\n/, '3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n'],
  ])('%s', async (_name, headers, framing, body) => {
    const application = await startApplication((socket, own) => {
      if (own.endsWith(body)) socket.write(OK);
    });
    const pool = poolTo(application);
    for (let times = 0; times < 2; times++) expect(await send(pool, pieces('abc', 'def'), headers)).toBe('ok');
    expect(application.received).toMatch(framing);
    expect(bodyOf(application.received).slice(0, body.length)).toBe(body);
    // The connection serves the next request as well.
    expect(application.connections).toBe(1);
  });

  it.each([
    ['shorter', '7'],
    ['longer', '5'],
  ])('%s than announced is an error, and its connection is given up', async (_name, length) => {
    let isClosed = false;
    const application = await startApplication(
      () => {},
      (socket) => socket.on('close', () => (isClosed = true)),
    );
    const sending = send(poolTo(application), pieces('abc', 'def'), ['Content-Length', length]);
    await expect(sending).rejects.toMatchObject({ code: 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH' });
    await expect.poll(() => isClosed).toBe(true);
  });

  it('that breaks off is an error', async () => {
    const application = await startApplication(() => {});
    const body = new Readable({ read() {} });
    body.push('abc');
    const sending = send(poolTo(application), body, ['Content-Length', '6']);
    await expect.poll(() => application.received).toMatch(/abc$/);
    body.destroy(new Error('the client is gone'));
    await expect(sending).rejects.toThrow('the client is gone');
  });

  it('that was given up before there was a connection is an error', async () => {
    const application = await startApplication(() => {});
    const body = pieces('abc').on('error', () => {});
    body.destroy();
    await expect(send(poolTo(application), body, ['Content-Length', '3'])).rejects.toThrow('given up');
  });

  it('is given up where the answer comes before its end, and the connection with it', async () => {
    const application = await startApplication((socket, own) => {
      if (own.endsWith('abc')) socket.write(OK);
    });
    const pool = poolTo(application);
    const body = new Readable({ read() {} });
    body.push('abc');
    expect(await send(pool, body, ['Content-Length', '6'])).toBe('ok');
    expect(body.destroyed).toBe(true);
    expect(await send(pool, pieces('abc'), ['Content-Length', '3'])).toBe('ok');
    expect(application.connections).toBe(2);
  });

  it('is read no faster than the application takes it, and fails where that takes nothing', async () => {
    const application = await startApplication(
      () => {},
      (socket) => socket.pause(),
    );
    let read = 0;
    const body = new Readable({
      highWaterMark: 64 * 1024,
      read() {
        read += 64 * 1024;
        this.push(Buffer.alloc(64 * 1024));
      },
    });
    const sending = send(poolTo(application, { responseTimeout: 700 }), body);
    await expect(sending).rejects.toMatchObject({ code: 'UND_ERR_HEADERS_TIMEOUT' });
    // What the system takes on both sides of the connection.
    expect(read).toBeLessThan(32 * 1024 * 1024);
    expect(body.destroyed).toBe(true);
  });

  it('may take its time', async () => {
    const application = await startApplication((socket, own) => {
      if (own.endsWith('def')) socket.write(OK);
    });
    const body = new Readable({ read() {} });
    body.push('abc');
    const sending = send(poolTo(application, { responseTimeout: 300 }), body, ['Content-Length', '6']);
    await wait(1200);
    body.push('def');
    body.push(null);
    expect(await sending).toBe('ok');
  });
});
