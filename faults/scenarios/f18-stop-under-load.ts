import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { startGate } from '../support/gate.ts';
import { type Outcome, Promises, type Scenario } from '../support/scenario.ts';
import { startTraffic, summarize } from '../support/traffic.ts';

const PIECES = 12;
const PIECE_EVERY = 250;

export const stopUnderLoad: Scenario = {
  id: 'F18',
  title:
    'SIGTERM under load, a long download open: new connections are refused at once, the download ends, exit code 0',

  async run(): Promise<Outcome> {
    const promises = new Promises();
    const application = await startDrippingApplication();
    const rows: string[] = [];
    let requests = 0;
    let lost = 0;
    try {
      for (const [drain, isWhole] of [
        ['20 s', true],
        ['500 ms', false],
      ] as const) {
        const gate = await startGate({
          upstreamPort: application.port,
          workers: 2,
          yaml: `timeouts: { drain: ${drain} }`,
        });
        const traffic = startTraffic({ port: gate.port });
        await wait(500);
        const download = read(gate.port, '/download').catch(() => -1);
        await wait(300);
        const toldAt = performance.now();
        gate.child.kill('SIGTERM');
        const refusedAfter = (await untilRefused(gate.port)) - toldAt;
        promises.expect(
          refusedAfter < 1000,
          'new connections are refused within a second',
          `${Math.round(refusedAfter)} ms`,
        );
        const got = await download;
        promises.expect(
          (got === PIECES) === isWhole,
          `with ${drain} the download ${isWhole ? 'is whole' : 'is cut'}`,
          got,
        );
        const code = await gate.ended();
        promises.expect(code === 0, 'the exit code is 0', code);
        const took = Math.round(performance.now() - toldAt);
        const { sent, failures } = await traffic.stop();
        const before = failures.filter(({ sentAt, reason }) => sentAt < toldAt - 50 && reason !== 'ECONNREFUSED');
        promises.expect(before.length === 0, 'what was under way is answered', summarize(before));
        const wrong = failures.filter(({ sentAt, reason }) => sentAt >= toldAt + 1000 && reason !== 'ECONNREFUSED');
        promises.expect(wrong.length === 0, 'later requests are refused, not left hanging', summarize(wrong));
        requests += sent;
        lost += before.length;
        rows.push(`drain ${drain}: download ${isWhole ? 'whole' : 'cut'}, exit ${code} after ${took} ms`);
        await gate.remove();
      }
      return { requests, lost, seen: rows.join('; '), misses: promises.misses };
    } finally {
      await application.close();
    }
  },
};

/** Gives `/download` in pieces, slowly; everything else at once. */
async function startDrippingApplication(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer(async (asked, response) => {
    if (asked.url !== '/download') {
      response.end('hello');
      return;
    }
    for (let piece = 0; piece < PIECES && !response.destroyed; piece++) {
      response.write('x');
      await wait(PIECE_EVERY);
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** When a new connection was refused for the first time. */
async function untilRefused(port: number): Promise<number> {
  for (;;) {
    const code = await read(port, '/').catch((cause: NodeJS.ErrnoException) => cause.code);
    if (code === 'ECONNREFUSED') return performance.now();
    await wait(20);
  }
}

/** Bytes of the body of an answer. Rejects when it is cut. */
function read(port: number, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
      });
      response.on('error', reject).on('end', () => resolve(length));
    })
      .on('error', reject)
      .end();
  });
}
