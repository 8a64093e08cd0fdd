/** An application that answers its first request a second time, while the gate is too busy to hear it. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Dispatcher } from 'undici';
import { onTestFinished } from 'vitest';

/** Milliseconds until the second answer, and how long the gate is busy meanwhile. */
const SECOND_AFTER = 30;
const BUSY = 150;

/** Runs in another thread: the one of the test is the gate. */
const PROGRAM = `
  const { parentPort, workerData: { answer, second, after } } = require('node:worker_threads');
  const server = require('node:net').createServer((socket) => {
    socket.on('error', () => {}).on('data', () => socket.write(answer));
    socket.once('data', () => setTimeout(() => socket.write(second), after));
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

/** Gives `answer` to whatever comes, and sends `second` unasked behind the first one of each connection. Resolves with its port. */
export async function startUnaskedApp(answer: string | Buffer, second: string | Buffer): Promise<number> {
  const application = new Worker(PROGRAM, { eval: true, workerData: { answer, second, after: SECOND_AFTER } });
  onTestFinished(async () => void (await application.terminate()));
  const [port] = (await once(application, 'message')) as [number];
  return port;
}

/** Bodies of two answers, the second asked for in the same turn of the event loop in which the first has ended, after a lot of work. */
export async function askTwice(pool: Dispatcher): Promise<readonly string[]> {
  const bodies: string[] = [];
  const ask = (onOver: () => void): boolean =>
    pool.dispatch(
      { method: 'GET', path: '/', headers: [], body: null },
      {
        onRequestStart: () => {},
        onResponseStart: () => {},
        onResponseData: (_controller, chunk) => void bodies.push(chunk.toString('latin1')),
        onResponseEnd: onOver,
        onResponseError(_controller, cause) {
          bodies.push(cause.message);
          onOver();
        },
      },
    );
  await new Promise<void>((resolve) =>
    ask(() => {
      const end = performance.now() + BUSY;
      while (performance.now() < end);
      ask(resolve);
    }),
  );
  return bodies;
}
