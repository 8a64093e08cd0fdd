import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setImmediate as nextRound } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { UPSTREAM_DEFAULTS } from '../../config/sections/upstream.ts';
import { TimerWheel } from '../../listener/slow-clients/timer-wheel.ts';
import { Cohort } from '../cohort.ts';
import { ClientConnection } from './connection.ts';
import { DirectRequest } from './direct-request.ts';

/** What Node reads of a socket at once. It goes on reading for as long as there is more, before anything else has its turn. */
const CHUNK = 64 * 1024;
const CHUNKS = 32;

it.each([
  ['alone', true, 1],
  ['one of many', false, 2],
])('a handler that pauses holds back an answer in the round it comes in, %s', async (_who, isAlone, most) => {
  const application = createServer(() => {}).listen(0, '127.0.0.1');
  await once(application, 'listening');
  const socket = connect((application.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  onTestFinished(() => {
    socket.destroy();
    application.close();
  });
  const connection = new ClientConnection(socket, {
    config: { ...UPSTREAM_DEFAULTS, urls: [] },
    wheel: new TimerWheel(),
    cohort: new Cohort(() => isAlone),
    url: 'http://application.test',
    onFree: () => {},
    onClosed: () => {},
  });
  const handed: number[] = [];
  const request = new DirectRequest(
    { method: 'GET', head: 'GET / HTTP/1.1\r\nHost: application.test\r\n\r\n', body: undefined },
    {
      onResponseData(controller, chunk) {
        handed.push(chunk.length);
        controller.pause();
      },
    },
    () => {},
  );
  connection.send(request);

  const head = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${CHUNKS * CHUNK}\r\n\r\n`);
  const chunks = [
    Buffer.concat([head, Buffer.alloc(CHUNK)]),
    ...Array.from({ length: CHUNKS - 1 }, () => Buffer.alloc(CHUNK)),
  ];
  let read = 0;
  while (!socket.isPaused() && read < CHUNKS) socket.emit('data', chunks[read++]);

  expect(read).toBeLessThanOrEqual(most);
  await expect.poll(() => handed).toEqual([CHUNK]);
  // None of it is lost, however it is held back.
  while (read < CHUNKS || request.paused) {
    request.resume();
    if (read < CHUNKS && !socket.isPaused()) socket.emit('data', chunks[read++]);
    await nextRound();
  }
  expect(handed.reduce((sum, length) => sum + length, 0)).toBe(CHUNKS * CHUNK);
});
