import { setTimeout as wait } from 'node:timers/promises';
import { startApplication } from '../support/application.ts';
import { startGate } from '../support/gate.ts';
import { isGone } from '../support/processes.ts';
import { type Outcome, Promises, type Scenario } from '../support/scenario.ts';
import { type Failure, startTraffic, summarize } from '../support/traffic.ts';

/** Kept-alive connections of the clients, each with one request at a time. */
const CONNECTIONS = 20;
/** Milliseconds: what is on its way from here when the end is seen. */
const CALM_AFTER = 20;
/** Milliseconds until a client here has heard of the end of its connection. */
const NEWS = 500;

/**
 * The end of a worker. The system takes its memory before it closes its connections, which takes a moment, and what is sent on them
 * meanwhile is lost like what is under way.
 */
interface Death {
  readonly killedAt: number;
  readonly goneAt: number;
}

export const killedWorker: Scenario = {
  id: 'F01',
  title:
    'kill -9 of one of two workers, 20 times: only what was sent on its connections before its end is lost, the other serves, the pool fills again',

  async run(isShort): Promise<Outcome> {
    const promises = new Promises();
    const application = await startApplication();
    const gate = await startGate({ upstreamPort: application.port, workers: 2 });
    const kept = startTraffic({ port: gate.port, connections: CONNECTIONS });
    const fresh = startTraffic({ port: gate.port, rate: 50, keepAlive: false });
    const deaths: Death[] = [];
    let slowest = 0;
    try {
      for (let round = 0; round < (isShort ? 4 : 20); round++) {
        await wait(300);
        const workers = (await gate.status()).workers.filter((one) => one.state === 'serving');
        promises.expect(workers.length === 2, 'two workers serve before each kill', workers.length);
        const victim = workers[round % workers.length];
        if (victim === undefined) break;
        const killedAt = performance.now();
        process.kill(victim.pid, 'SIGKILL');
        while (!isGone(victim.pid)) await wait(1);
        deaths.push({ killedAt, goneAt: performance.now() });
        const isFull = async (): Promise<boolean> => {
          const now = (await gate.status()).workers.filter((one) => one.state === 'serving');
          return now.length === 2 && now.every((one) => one.pid !== victim.pid);
        };
        while (!(await isFull())) {
          if (performance.now() - killedAt > 20_000) throw new Error('no new worker within 20 s');
          await wait(20);
        }
        slowest = Math.max(slowest, performance.now() - killedAt);
      }
      const results = [await kept.stop(), await fresh.stop()];
      const failures = results.flatMap((one) => one.failures);
      const others = failures.filter((failure) => !deaths.some((death) => belongsTo(failure, death)));
      const most = Math.max(
        ...deaths.map((death) => results[0]?.failures.filter((one) => belongsTo(one, death)).length ?? 0),
      );
      const dying = Math.max(...deaths.map(({ killedAt, goneAt }) => goneAt - killedAt));
      const longest = Math.max(...results.map((one) => one.slowest));
      promises.expect(
        others.length === 0,
        'nothing is lost that was sent after the end of a worker',
        summarize(others),
      );
      promises.expect(most <= CONNECTIONS, 'a kept connection loses one request at most', most);
      promises.expect(longest < 10_000, 'no client hangs', `${Math.round(longest)} ms`);
      return {
        requests: results.reduce((sum, one) => sum + one.sent, 0),
        lost: failures.length,
        recovery: slowest,
        seen: `${deaths.length} kills, the process gone after ${Math.round(dying)} ms at most; slowest new worker as given; lost: ${summarize(failures)}, at most ${most} with one worker`,
        misses: promises.misses,
      };
    } finally {
      await Promise.all([kept.stop(), fresh.stop()]);
      await gate.remove();
      await application.close();
    }
  },
};

function belongsTo({ sentAt, failedAt }: Failure, { killedAt, goneAt }: Death): boolean {
  return failedAt >= killedAt && failedAt <= goneAt + NEWS && sentAt <= goneAt + CALM_AFTER;
}
