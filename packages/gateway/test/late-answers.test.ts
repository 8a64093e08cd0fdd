/** What an application sends behind a complete answer, while nobody asks, becomes nobody's answer. */
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ask, open, receive } from './support/client.ts';
import { startGate } from './support/gate.ts';
import { writeAndStandStill } from './support/stand-still.ts';
import { startRawUpstream } from './support/upstream.ts';

const plain = (mark: string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${mark.length}\r\n\r\n${mark}`;
const chunked = (mark: string): string =>
  `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${mark.length.toString(16)}\r\n${mark}\r\n0\r\n\r\n`;
const POISON = 'poison';

/** Answers every request with the last part of its path, as `form` puts it, and remembers the connection it came on. */
async function start(form: (mark: string) => string): Promise<{ port: number; last(): Socket }> {
  let last: Socket | undefined;
  const seen = new WeakMap<Socket, number>();
  const { port } = await startRawUpstream((socket, received) => {
    last = socket;
    // Or the system would keep the second answer back until the next request acknowledges the first one (RFC 896), and make it its answer.
    socket.setNoDelay();
    const heads = received.split('\r\n\r\n').slice(0, -1);
    for (const head of heads.slice(seen.get(socket) ?? 0)) socket.write(form(/\/(\w+) HTTP/.exec(head)?.[1] ?? ''));
    seen.set(socket, heads.length);
  });
  const gate = await startGate(port);
  return { port: gate.port, last: () => last ?? expect.fail('nothing has come to the application') };
}

const request = (method: string, mark: string): string => `${method} /${mark} HTTP/1.1\r\nHost: gate.test\r\n\r\n`;

describe.each([
  ['an answer with a length', 'GET', plain],
  ['an answer in chunks', 'GET', chunked],
  ['an answer without content', 'GET', (mark: string) => `HTTP/1.1 204 No Content\r\nX-Mark: ${mark}\r\n\r\n`],
  [
    'an answer that nothing has changed',
    'GET',
    (mark: string) => `HTTP/1.1 304 Not Modified\r\nX-Mark: ${mark}\r\n\r\n`,
  ],
  ['the answer to HEAD', 'HEAD', (mark: string) => `HTTP/1.1 200 OK\r\nContent-Length: 9\r\nX-Mark: ${mark}\r\n\r\n`],
  ['an answer to a form', 'POST', plain],
] as const)('behind %s', (_what, method, form) => {
  it.each([
    ['another one', plain(POISON)],
    ['another one in chunks', chunked(POISON)],
    ['half of one', 'HTTP/1.1 200 OK\r\nX-Mark: poison\r\nX-Half: '],
    ['an announcement', 'HTTP/1.1 103 Early Hints\r\nX-Mark: poison\r\n\r\n'],
    ['a body', POISON],
    ['a line end', '\r\n'],
  ])('%s', async (_second, second) => {
    const gate = await start(form);
    const client = await open(gate.port);
    const others = await open(gate.port);
    for (let round = 0; round < 3; round++) {
      // The application has sent it, and the gate has not read it, when the next request comes: of the same client, and of another.
      for (const [at, from] of [client, others].entries()) {
        const mark = `r${round}x${at}`;
        const first = receive(client, `a${mark}`);
        client.write(request(method, `a${mark}`));
        expect(await first).not.toContain(POISON);
        const next = receive(from, `b${mark}`);
        await writeAndStandStill(() => {
          gate.last().write(second);
          from.write(request(method, `b${mark}`));
        }, 20);
        expect(await next).not.toContain(POISON);
      }
    }
    client.destroy();
    others.destroy();
  });

  it('another one, while all is quiet', async () => {
    const gate = await start(form);
    for (let round = 0; round < 5; round++) {
      const { status, body, headers } = await ask(gate.port, `/m${round}`, { method });
      expect(status).toBeLessThan(400);
      expect(body || headers['x-mark']).toBe(`m${round}`);
      gate.last().write(plain(POISON));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
});
