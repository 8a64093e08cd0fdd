/** How answers of applications are read: in every division of their bytes, by connections that are kept and not, and beside undici. */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { UpstreamConfig } from '../src/config/sections/upstream.ts';
import { UPSTREAM_DEFAULTS } from '../src/config/sections/upstream.ts';
import { trimBlanks } from '../src/listener/header-text.ts';
import { createClient, createPool, placeOf } from '../src/proxy/balance/place.ts';
import { dice, mutate } from './support/dice.ts';
import { writeAndStandStill } from './support/stand-still.ts';
import { askTwice, startUnaskedApp } from './support/unasked-app.ts';

interface Outcome {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: string;
}

interface Application {
  readonly port: number;
  /** How many connections there were. */
  connections: number;
}

/** `answer` writes to a connection once a whole request has come on it; `count` is that of the request. */
async function startApplication(answer: (socket: Socket, count: number) => void): Promise<Application> {
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    application.connections++;
    open.add(socket);
    socket.on('error', () => {}).on('close', () => open.delete(socket));
    let received = '';
    let count = 0;
    socket.on('data', (bytes: Buffer) => {
      received += bytes.toString('latin1');
      for (let end = received.indexOf('\r\n\r\n'); end >= 0; end = received.indexOf('\r\n\r\n')) {
        received = received.slice(end + 4);
        answer(socket, ++count);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const application = { port: (server.address() as AddressInfo).port, connections: 0 };
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return application;
}

function placeAt(port: number): ReturnType<typeof placeOf> {
  return placeOf({ url: `http://127.0.0.1:${port}`, weight: 1, backup: false, state: 'up' });
}

const CONFIG: UpstreamConfig = { ...UPSTREAM_DEFAULTS, urls: [] };

function poolTo({ port }: Application, config: Partial<UpstreamConfig> = {}): Dispatcher {
  const pool = createPool(placeAt(port), { ...CONFIG, ...config });
  onTestFinished(() => pool.destroy());
  return pool;
}

/** `hold`: what the handler does when the head has come. */
function send(
  pool: Dispatcher,
  options: Partial<Dispatcher.DispatchOptions> = {},
  hold?: (controller: Dispatcher.DispatchController) => void,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    let status = 0;
    let headers: string[] = [];
    let body = '';
    pool.dispatch(
      { method: 'GET', path: '/', headers: [], body: null, ...options },
      {
        onRequestStart: () => {},
        onResponseStart(controller, code) {
          status = code;
          // undici leaves tabs behind a value.
          headers = (controller.rawHeaders as (Buffer | string)[]).map((text) => trimBlanks(text.toString('latin1')));
          if (code >= 200) hold?.(controller);
        },
        onResponseData(controller, chunk) {
          if (controller.paused) reject(new Error('data while paused'));
          body += chunk.toString('latin1');
        },
        onResponseEnd: () => resolve({ status, headers, body }),
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const chunked = (body: string): string => `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}`;

/** Answers, what is read, and whether the connection serves the next request as well. */
const ANSWERS: readonly (readonly [name: string, bytes: string, body: string, isKept: boolean])[] = [
  ['a length', OK, 'ok', true],
  ['no body', 'HTTP/1.1 204 No Content\r\n\r\n', '', true],
  ['chunks', chunked('2\r\nok\r\n00a;x=y\r\n0123456789\r\n0\r\nTrailer: a\r\n\r\n'), 'ok0123456789', true],
  ['no chunk', chunked('0\r\n\r\n'), '', true],
  ['interim answers', `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n${OK}`, 'ok', true],
  ['an end that is announced', OK.replace('\r\n', '\r\nConnection: close\r\n'), 'ok', false],
  ['HTTP/1.0', OK.replace('1.1', '1.0'), 'ok', false],
  ['more than it says', `${OK}!`, 'ok', false],
  ['another behind it', `${OK}${OK.replace('ok', 'no')}`, 'ok', false],
  ['a body where there is none', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\nno', '', false],
  ['no time to keep it', OK.replace('\r\n', '\r\nKeep-Alive: timeout=1\r\n'), 'ok', false],
];

describe.each(ANSWERS)('an answer with %s', (_name, bytes, body, isKept) => {
  it.each(['at once', 'byte by byte'])('%s', async (manner) => {
    const application = await startApplication((socket) => {
      socket.setNoDelay();
      if (manner === 'at once') socket.write(bytes, 'latin1');
      else void trickle(socket, bytes);
    });
    const pool = poolTo(application);
    for (let round = 0; round < 3; round++) {
      expect(await send(pool)).toMatchObject({ body });
      // What is behind an answer comes a moment later when it comes byte by byte.
      await wait(manner === 'at once' ? 0 : 20);
    }
    expect(application.connections).toBe(isKept ? 1 : 3);
  });
});

async function trickle(socket: Socket, bytes: string): Promise<void> {
  for (const byte of bytes) {
    if (!socket.writable) return;
    socket.write(byte, 'latin1');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('an answer that ends too soon or is none', () => {
  it.each<[string, string, string | RegExp]>([
    ['within the head', 'HTTP/1.1 200 OK\r\nContent-', 'UND_ERR_SOCKET'],
    ['within the body', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok', 'UND_ERR_SOCKET'],
    ['within a chunk', chunked('3\r\nok'), 'UND_ERR_SOCKET'],
    ['before the last chunk', chunked('2\r\nok\r\n'), 'UND_ERR_SOCKET'],
    ['without a word', '', 'UND_ERR_SOCKET'],
    ['with a chunk without a size', chunked('\r\nok'), 'SP2003'],
    ['with trailers without end', chunked(`0\r\n${'A: b\r\n'.repeat(9000)}\r\n`), 'SP2003'],
    ['with a head without end', `HTTP/1.1 200 OK\r\n${'A: b\r\n'.repeat(6000)}\r\n`, 'UND_ERR_HEADERS_OVERFLOW'],
    ['with an upgrade', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n', 'SP2003'],
    ['in another protocol', 'SSH-2.0-OpenSSH\r\n\r\n', 'SP2003'],
  ])('%s', async (_name, bytes, code) => {
    const application = await startApplication((socket) => socket.end(bytes, 'latin1'));
    const error = await send(poolTo(application)).catch((cause: unknown) => cause);
    const { code: own, kind } = error as { code?: string; kind?: { code: string } };
    expect(kind?.code ?? own).toBe(code);
  });

  it('by a close that is its end', async () => {
    const application = await startApplication((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nall of it'));
    expect((await send(poolTo(application))).body).toBe('all of it');
  });
});

describe('time', () => {
  it.each<[string, Partial<UpstreamConfig>, string, string]>([
    ['for the head is one for all of it', { responseTimeout: 300 }, 'HTTP/1.1 200 OK', 'UND_ERR_HEADERS_TIMEOUT'],
    ['for the body begins anew with each piece', { idleTimeout: 300 }, OK.slice(0, -1), 'UND_ERR_BODY_TIMEOUT'],
  ])('%s', async (_name, config, bytes, code) => {
    const application = await startApplication((socket) => socket.write(bytes));
    await expect(send(poolTo(application, config))).rejects.toMatchObject({ code });
  });

  it.each([
    ['head', { responseTimeout: 400 }, '', OK],
    ['body', { idleTimeout: 400 }, OK.slice(0, -2), OK.slice(-2)],
  ])('does not end a request whose %s had come while the gate stood still', async (_what, config, first, rest) => {
    const application = await startApplication(async (socket) => {
      socket.write(first);
      await wait(200);
      await writeAndStandStill(() => socket.write(rest), 1000);
    });
    expect((await send(poolTo(application, config))).status).toBe(200);
  });

  it('ends idle connections', async () => {
    let isClosed = false;
    const application = await startApplication((socket) => {
      socket.write(OK);
      socket.once('close', () => {
        isClosed = true;
      });
    });
    await send(poolTo(application, { keepAlive: 200 }));
    await expect.poll(() => isClosed).toBe(true);
  });

  it('stands still while the handler wants nothing', async () => {
    const application = await startApplication((socket) => socket.write(OK));
    const pool = poolTo(application, { idleTimeout: 100, responseTimeout: 100 });
    const outcome = await send(pool, {}, (controller) => {
      controller.pause();
      setTimeout(() => controller.resume(), 1500);
    });
    expect(outcome.body).toBe('ok');
  });
});

it('hands nothing out while the handler wants nothing, whatever comes', async () => {
  const application = await startApplication((socket) => {
    socket.write(chunked('5\r\nfirst\r\n'));
    setTimeout(() => socket.write('6\r\nsecond\r\n0\r\n\r\n'), 30);
  });
  const outcome = await send(poolTo(application), {}, (controller) => {
    controller.pause();
    setTimeout(() => controller.resume(), 100);
  });
  expect(outcome.body).toBe('firstsecond');
});

describe('an application that closes the connection while the handler wants nothing', () => {
  it.each([
    ['a close is the end', 'HTTP/1.1 200 OK\r\n\r\nall of it'],
    ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nall of it'],
    ['chunks', chunked('4\r\nall \r\n5\r\nof it\r\n0\r\n\r\n')],
  ])('has given a whole answer: %s', async (_name, bytes) => {
    const application = await startApplication((socket) => socket.end(bytes));
    const outcome = await send(poolTo(application), {}, (controller) => {
      controller.pause();
      setTimeout(() => controller.resume(), 100);
    });
    expect(outcome.body).toBe('all of it');
  });

  it('within the body: it is told when the handler goes on', async () => {
    const application = await startApplication((socket) => socket.end(chunked('4\r\nall ')));
    const sent = send(poolTo(application), {}, (controller) => {
      controller.pause();
      setTimeout(() => controller.resume(), 100);
    });
    await expect(sent).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
  });
});

it('an answer nobody asked for is no answer to the next request, however busy the gate is when it comes', async () => {
  const port = await startUnaskedApp(OK, OK.replace('ok', 'no'));
  expect(await askTwice(poolTo({ port, connections: 0 }))).toEqual(['ok', 'ok']);
});

it('an abort closes the connection, and the next request has another', async () => {
  const application = await startApplication((socket, count) => {
    socket.write(
      count === 1 && application.connections === 1 ? 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf' : OK,
    );
  });
  const pool = poolTo(application);
  const reason = new Error('enough');
  await expect(send(pool, {}, (controller) => controller.abort(reason))).rejects.toBe(reason);
  expect((await send(pool)).body).toBe('ok');
  expect(application.connections).toBe(2);
});

it('a pool closes when its requests are over', async () => {
  const application = await startApplication((socket) => void setTimeout(() => socket.write(OK), 100));
  const pool = poolTo(application);
  const running = send(pool);
  let isClosed = false;
  const closing = pool.close().then(() => {
    isClosed = true;
  });
  await wait(30);
  expect(isClosed).toBe(false);
  expect((await running).body).toBe('ok');
  await closing;
  expect(() => pool.dispatch({ method: 'GET', path: '/', headers: [] }, {})).toThrow('closed');
});

/** undici gives up at 100, which a client has to take (RFC 9110 §15.2), and looks at the names of chunk extensions, which say nothing. */
const KNOWN_DIFFERENCE = /HTTP\/1\.1 100|;/;

const ODD_BYTES = ['\r', '\n', '\r\n', ' ', '\t', ':', ',', ';', '0', '5', 'f', 'X', '-', '\0', '\x7f', '\xe9', ''];

it('whatever is taken for an answer, undici takes for the same one', async () => {
  const roll = dice(20_261_121);
  let bytes = '';
  const application = await startApplication((socket) => {
    const middle = roll(bytes.length);
    socket.write(bytes.slice(0, middle), 'latin1');
    setImmediate(() => socket.end(bytes.slice(middle), 'latin1'));
  });
  const place = placeAt(application.port);
  const tally = { taken: 0, refused: 0, onlyHere: 0 };
  for (let round = 0; round < 500; round++) {
    const [, original] = ANSWERS[roll(ANSWERS.length)] as (typeof ANSWERS)[number];
    bytes = mutate(original, roll, ODD_BYTES, 1 + roll(2));
    const outcomes: (Outcome | undefined)[] = [];
    for (const create of [createPool, createClient]) {
      const pool = create(place, CONFIG, 1);
      outcomes.push(await send(pool).catch(() => undefined));
      await pool.destroy();
    }
    const [own, theirs] = outcomes;
    if (own !== undefined && !KNOWN_DIFFERENCE.test(bytes)) expect(theirs, JSON.stringify(bytes)).toEqual(own);
    tally[own !== undefined ? 'taken' : theirs === undefined ? 'refused' : 'onlyHere']++;
  }
  // Neither side of it is empty, and hardly anything is refused here alone.
  expect(tally.taken).toBeGreaterThan(100);
  expect(tally.refused).toBeGreaterThan(100);
  expect(tally.onlyHere).toBeLessThan(50);
});
