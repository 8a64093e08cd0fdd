/** What Node applications may do with a response, held by rules or not, is the same to client and application. */
import { once } from 'node:events';
import {
  createServer,
  get,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import type { Decision } from '../../src/adapter/decision.ts';
import type { Waf } from '../../src/index.ts';
import { guard, protect } from '../../src/node/index.ts';
import { type Answer, exchange, type Sent } from './exchange.ts';
import { testWaf, WAITING } from './rules.ts';

let server: Server | undefined;

async function listen(listener: RequestListener): Promise<number> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function answerOf(listener: RequestListener, sent: Sent = { path: '/' }): Promise<Answer> {
  return exchange(await listen(listener), sent);
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

/** Ways to answer; the client must not be able to tell whether the engine is there. */
const ways: readonly (readonly [name: string, answer: (response: ServerResponse) => void])[] = [
  ['one end', (response) => response.setHeader('content-type', 'text/plain').end('text')],
  ['latin1 text', (response) => response.setHeader('content-type', 'text/plain').end('caf\xe9', 'latin1')],
  [
    'writes and end',
    (response) => {
      response.setHeader('content-type', 'text/plain');
      response.write('a');
      response.write(Buffer.from('b'));
      response.end('c');
    },
  ],
  [
    'an explicit length',
    (response) => {
      response.writeHead(201, 'Made Up', { 'Content-Type': 'text/plain', 'content-length': 4 });
      response.write('te');
      response.end('xt');
    },
  ],
  [
    'flat headers',
    (response) => {
      response.setHeader('x-before', 'kept');
      response.writeHead(200, ['Content-Type', 'text/plain', 'X-One', '1', 'X-Two', '2']);
      response.end('text');
    },
  ],
  [
    'repeated headers',
    (response) => {
      response.setHeader('set-cookie', ['a=1', 'b=2']);
      response.writeHead(200, { 'content-type': 'text/plain' }).end('text');
    },
  ],
  [
    'flushed headers',
    (response) => {
      response.setHeader('content-type', 'text/plain');
      response.flushHeaders();
      setTimeout(() => response.end('late'), 5);
    },
  ],
  [
    'trailers',
    (response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.write('text');
      response.addTrailers({ 'x-sum': '42' });
      response.end();
    },
  ],
  ['nothing but a status', (response) => response.writeHead(204).end()],
  [
    'a status line only',
    (response) => {
      response.statusCode = 404;
      response.statusMessage = 'Gone Fishing';
      response.end();
    },
  ],
  [
    'a status that changes too late',
    (response) => {
      response.statusCode = 202;
      response.setHeader('content-type', 'text/plain');
      response.write('a');
      response.statusCode = 500;
      response.end('b');
    },
  ],
  [
    'a pipe',
    (response) => {
      response.setHeader('content-type', 'text/plain');
      Readable.from(Array.from({ length: 100 }, (_, at) => `${at}`.repeat(500))).pipe(response);
    },
  ],
  [
    'a type nobody reads',
    (response) => {
      response.writeHead(200, { 'content-type': 'image/png' });
      response.write('\x00\xff', 'latin1');
      response.end();
    },
  ],
];

describe.each([
  ['verdicts at once', ''],
  ['verdicts that take time', WAITING],
])('%s', (_kind, rules) => {
  it.each(ways)('%s', async (_name, answer) => {
    for (const method of ['GET', 'HEAD']) {
      const plain = await answerOf((_request, response) => answer(response), { method, path: '/' });
      const guarded = await answerOf(
        guard(testWaf(rules), (_request, response) => answer(response)),
        { method, path: '/' },
      );
      const { date: _date, ...expected } = plain.headers;
      const { date: _otherDate, ...headers } = guarded.headers;
      expect({ ...guarded, headers }).toEqual({ ...plain, headers: expected });
    }
  });

  it('runs callbacks and says what was done while the body is held', async () => {
    const seen: unknown[] = [];
    await answerOf(
      guard(testWaf(rules), (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/plain' });
        seen.push(response.headersSent, response.writableEnded);
        expect(() => response.setHeader('x-late', '1')).toThrow(/after the answer has begun/);
        expect(() => response.writeHead(200)).toThrow();
        response.write('a', () => seen.push('written'));
        response.end('b', () => seen.push('ended'));
        seen.push(response.writableEnded);
      }),
    );
    await expect.poll(() => seen).toEqual([true, false, true, 'written', 'ended']);
  });

  it('hints early', async () => {
    const port = await listen(
      guard(testWaf(rules), (_request, response) => {
        response.writeEarlyHints({ link: '</style.css>; rel=preload' });
        response.end('text');
      }),
    );
    const hints = await new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port }, (incoming) => incoming.resume())
        .on('information', (information) => resolve(information.statusCode))
        .on('error', reject);
    });
    expect(hints).toBe(103);
  });

  it("ends the application's part of an answer it replaced", async () => {
    const seen: string[] = [];
    const { status, body } = await answerOf(
      guard(testWaf(rules), (_request, response) => {
        response.on('close', () => seen.push('closed'));
        response.writeHead(200, { 'content-type': 'text/plain', 'set-cookie': 'secret' });
        response.write('password=', () => seen.push('one'));
        setTimeout(() => response.end('two', () => seen.push('two')), 30);
      }),
    );
    expect([status, body.toString().split('\n')[0]]).toEqual([
      502,
      'Something went wrong. The request was not carried out.',
    ]);
    await expect.poll(() => seen.sort()).toEqual(['closed', 'one', 'two']);
  });

  it('stops a source without end when its answer is replaced', async () => {
    const source = Readable.from(
      (async function* forever() {
        for (let at = 0; ; at++) {
          yield `piece ${at}`;
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
      })(),
    );
    const { status } = await answerOf(
      guard(testWaf(`${rules}\nSecResponseBodyLimit 100`), (_request, response) => {
        response.setHeader('content-type', 'text/plain');
        response.on('close', () => source.destroy());
        source.pipe(response);
      }),
    );
    expect(status).toBe(500);
    await expect.poll(() => source.destroyed).toBe(true);
  });
});

const HASHING =
  'SecHashEngine On\nSecHashKey "0123456789abcdef" KeyOnly\nSecHashParam sig\nSecHashMethodRx HashLocation "/account"';

it.each<[string, (response: ServerResponse) => void]>([
  [
    'set before',
    (response) => response.setHeader('location', '/account?id=1').writeHead(303, { 'x-other': '1' }).end(),
  ],
  ['given at the end', (response) => response.writeHead(303, ['Location', '/account?id=1', 'X-Other', '1']).end()],
])('sends the signed Location in place of one that was %s', async (_how, answer) => {
  const { status, headers } = await answerOf(guard(testWaf(HASHING), (_request, response) => answer(response)));
  expect(status).toBe(303);
  expect(headers).toMatchObject({
    location: expect.stringMatching(/^\/account\?id=1&sig=[0-9a-f]{40}$/),
    'x-other': '1',
  });
});

describe('the order of things', () => {
  const attack: Sent = {
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'a=<script',
  };
  const echo = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    response.end(Buffer.concat(chunks));
  };

  function late(waf: Waf, milliseconds: number): RequestListener {
    const middleware = protect(waf);
    return (request, response) => {
      setTimeout(() => middleware(request, response, () => void echo(request, response)), milliseconds);
    };
  }

  it.each([0, 20])('sees a body that came before it was asked, %i ms ago', async (wait) => {
    expect((await answerOf(late(testWaf(), wait), attack)).status).toBe(403);
    const body = Buffer.alloc(500_000, 'harmless ');
    const sent = { method: 'POST', path: '/', headers: { 'content-type': 'text/x' }, body };
    expect((await answerOf(late(testWaf(), wait), sent)).body.equals(body)).toBe(true);
    const chunked = { ...sent, headers: { 'transfer-encoding': 'chunked' }, body: [Buffer.alloc(0)] };
    expect((await answerOf(late(testWaf(), wait), chunked)).status).toBe(200);
  });

  it('refuses a request whose body somebody has read already', async () => {
    const decisions: Decision[] = [];
    const middleware = protect(testWaf(), { onDecision: (decision) => decisions.push(decision) });
    const { status } = await answerOf((request, response) => {
      request.resume().on('end', () => middleware(request, response, () => response.end('passed')));
    }, attack);
    expect(status).toBe(500);
    expect(decisions[0]?.message).toMatch(/read before the firewall saw it/);
  });

  it('works twice in a row', async () => {
    const [one, two] = [protect(testWaf('SecRuleRemoveById 20')), protect(testWaf())];
    const both: RequestListener = (request, response) =>
      one(request, response, () => two(request, response, () => void echo(request, response)));
    expect((await answerOf(both, attack)).status).toBe(403);
    expect((await answerOf(both, { ...attack, body: 'a=b' })).body.toString()).toBe('a=b');
  });

  it('sees headers that others add at the last moment', async () => {
    const add = (response: ServerResponse): void => {
      const { writeHead } = response;
      response.writeHead = ((...args: unknown[]) => {
        response.setHeader('x-leak', 'inside');
        return Reflect.apply(writeHead, response, args);
      }) as ServerResponse['writeHead'];
    };
    const { status } = await answerOf(
      guard(testWaf(), (_request, response) => {
        add(response);
        response.end('text');
      }),
    );
    expect(status).toBe(502);
  });

  it('shows rules the path the client asked for, not the one a mount left', async () => {
    const middleware = protect(testWaf('SecRule REQUEST_URI "@streq /mount/here" "id:70,phase:1,deny,status:410"'));
    const { status } = await answerOf(
      (request, response) => {
        Object.assign(request, { originalUrl: request.url, url: '/here' });
        middleware(request, response, () => response.end());
      },
      { path: '/mount/here' },
    );
    expect(status).toBe(410);
  });

  it('destroys the connection rather than send a page that HTTP does not allow', async () => {
    const blockedPage = () => ({ headers: { 'x-bad': 'a\nb' } });
    await expect(
      answerOf(
        guard(testWaf(), () => {}, { blockedPage }),
        { path: '/?q=<script' },
      ),
    ).rejects.toThrow('socket hang up');
  });
});
