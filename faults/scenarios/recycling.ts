import { setTimeout as wait } from 'node:timers/promises';
import { startApplication } from '../support/application.ts';
import { startGate } from '../support/gate.ts';
import { type Outcome, Promises, type Scenario } from '../support/scenario.ts';
import { startTraffic, summarize } from '../support/traffic.ts';

interface Turnover {
  readonly id: string;
  /** Requests a worker may serve. */
  readonly limit: number;
  readonly requests: number;
  /** In the short form. */
  readonly fewer: number;
  /** Requests a second; a worker takes a second or more to start on a busy machine. */
  readonly rate: number;
  readonly connections: number;
}

/** Requests are counted, not connections: a client that keeps one connection wears workers out like any other. */
export const recycling: Scenario = recycledEvery({
  id: 'RECYCLE',
  limit: 1000,
  requests: 10_000,
  fewer: 3000,
  rate: 200,
  connections: 1,
});

export const shortLives: Scenario = recycledEvery({
  id: 'RECYCLE-100',
  limit: 100,
  requests: 1000,
  fewer: 300,
  rate: 40,
  connections: 20,
});

function recycledEvery({ id, limit, requests, fewer, rate, connections }: Turnover): Scenario {
  const on = connections === 1 ? 'one kept-alive connection at a time' : `${connections} kept-alive connections`;
  return {
    id,
    title: `a worker may serve ${limit} requests, ${requests} come on ${on}: ${requests / limit} workers or more, no request fails`,

    async run(isShort): Promise<Outcome> {
      const promises = new Promises();
      const application = await startApplication();
      const gate = await startGate({
        upstreamPort: application.port,
        workers: 1,
        yaml: `workers: { count: 1, max_requests: ${limit} }\nlimits: { requests_per_connection: 0 }`,
      });
      const total = isShort ? fewer : requests;
      const traffic = startTraffic({ port: gate.port, rate, connections });
      try {
        while (traffic.sent < total) await wait(5);
        const { sent, failures, p99 } = await traffic.stop();
        const replaced = gate.read('error.log').matchAll(/worker (\d+) is replaced: it has served/g);
        const workers = new Set([...replaced].map(([, pid]) => pid)).size + 1;
        promises.expect(failures.length === 0, 'no request fails', summarize(failures));
        promises.expect(workers >= total / limit, `${total / limit} workers or more`, workers);
        return {
          requests: sent,
          lost: failures.length,
          seen: `${workers} workers; p99 ${Math.round(p99)} ms`,
          misses: promises.misses,
        };
      } finally {
        await traffic.stop();
        await gate.remove();
        await application.close();
      }
    },
  };
}
