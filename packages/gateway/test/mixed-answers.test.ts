/** Whatever an application sends, nobody gets what belongs to somebody else. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import { expect, it, onTestFinished } from 'vitest';
import { UPSTREAM_DEFAULTS } from '../src/config/sections/upstream.ts';
import { createPool, placeOf } from '../src/proxy/balance/place.ts';
import { dice, mutate, pick } from './support/dice.ts';

const plain = (mark: string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${mark.length}\r\n\r\n${mark}`;
const chunk = (mark: string): string => `${mark.length.toString(16)}\r\n${mark}\r\n`;
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

/** Answers that hold the mark of their request: good, bad, two at once, longer than they say. */
const ANSWERS: readonly ((mark: string) => string)[] = [
  plain,
  (mark) => plain(mark) + plain(mark),
  (mark) => `${CHUNKED}${chunk(mark)}0\r\n\r\n`,
  (mark) => `${CHUNKED}${chunk(mark)}0\r\nX: ${mark}\r\n\r\n${plain(mark)}`,
  (mark) => `HTTP/1.1 204 No Content\r\nContent-Length: ${mark.length}\r\n\r\n${mark}`,
  (mark) => `HTTP/1.1 304 Not Modified\r\n\r\n${plain(mark)}`,
  (mark) => `HTTP/1.1 103 Early Hints\r\nLink: ${mark}\r\n\r\n${plain(mark)}`,
  (mark) => plain(mark).replace('\r\n', '\r\nConnection: close\r\n'),
  (mark) => plain(mark).replace('\r\n', '\r\nTransfer-Encoding: chunked\r\n'),
  (mark) => plain(mark).replace('1.1', '1.0').replace('\r\n', '\r\nConnection: keep-alive\r\n'),
  (mark) => plain(mark).replace('\r\n', `\r\nX: a\r\n ${mark}\r\n`),
];

const ODD = [
  ...['\r', '\n', '\r\n', '\r\n\r\n', ' ', '\t', ':', ',', ';', '0', 'f', '-', '+', '\0', '\x7f', '\xe9', ''],
  ...['0\r\n\r\n', 'HTTP/1.1 200 OK\r\n', 'Content-Length: 0\r\n', 'Transfer-Encoding: chunked\r\n'],
];

/**
 * Three digits as pairs of letters, so that hardly any damage makes the mark of one request that of another: where a pair is lost, it is
 * one of none.
 */
const markOf = (number: number): string =>
  `Q${[...String(number).padStart(3, '0')].map((digit) => 'ghijklmnop'.charAt(Number(digit)).repeat(2)).join('')}z`;
const MARKS = /Q(?:([g-p])\1){3}z/g;

const ROUNDS = 400;

it('no answer, however it is damaged, holds anything of another one', async () => {
  const roll = dice(20_261_122);
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    let received = '';
    socket.on('error', () => {}).on('close', () => open.delete(socket));
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      for (let end = received.indexOf('\r\n\r\n'); end >= 0; end = received.indexOf('\r\n\r\n')) {
        const mark = /\/(Q[g-p]+z)/.exec(received.slice(0, end))?.[1] ?? '';
        received = received.slice(end + 4);
        const answer = mutate(pick(roll, ANSWERS)(mark), roll, ODD, roll(3));
        if (roll(3) === 0) socket.end(answer, 'latin1');
        else socket.write(answer, 'latin1');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const place = placeOf({ url: `http://127.0.0.1:${port}`, weight: 1, backup: false, state: 'up' });
  const pool = createPool(place, { ...UPSTREAM_DEFAULTS, urls: [], responseTimeout: 40, idleTimeout: 40 });
  onTestFinished(async () => {
    await pool.destroy();
    for (const socket of open) socket.destroy();
    server.close();
  });

  const tally = { whole: 0, broken: 0 };
  /** All that its handler hears of the answer to one request. */
  const ask = (mark: string): Promise<string> =>
    new Promise((resolve) => {
      let heard = '';
      const isHeldUp = roll(4) === 0;
      const over = (how: keyof typeof tally): void => {
        tally[how]++;
        resolve(heard);
      };
      const handler: Dispatcher.DispatchHandler = {
        onRequestStart: () => {},
        onResponseStart(controller, status) {
          heard += (controller.rawHeaders as readonly string[]).join('|');
          if (status < 200 || !isHeldUp) return;
          controller.pause();
          setTimeout(() => controller.resume(), 1);
        },
        onResponseData(_controller, bytes) {
          heard += bytes.toString('latin1');
        },
        onResponseEnd: () => over('whole'),
        onResponseError: () => over('broken'),
      };
      pool.dispatch(
        { method: pick(roll, ['GET', 'HEAD', 'POST']), path: `/${mark}`, headers: [], body: null },
        handler,
      );
    });

  let next = 0;
  const askOn = async (): Promise<void> => {
    while (next < ROUNDS) {
      const mark = markOf(next++);
      const foreign = [...(await ask(mark)).matchAll(MARKS)].map(([found]) => found).filter((found) => found !== mark);
      expect(foreign).toEqual([]);
    }
  };
  await Promise.all(Array.from({ length: 8 }, askOn));
  expect(tally.whole).toBeGreaterThan(ROUNDS / 5);
  expect(tally.broken).toBeGreaterThan(ROUNDS / 5);
});
