import { setTimeout as wait } from 'node:timers/promises';
import { startApplication } from '../support/application.ts';
import { startGate } from '../support/gate.ts';
import { type Outcome, Promises, type Scenario } from '../support/scenario.ts';
import { startTraffic, summarize } from '../support/traffic.ts';

/** After this time no request may fail any more, in milliseconds. */
const CALM_AFTER = 200;

export const killedWorker: Scenario = {
  id: 'F01',
  title:
    'kill -9 of one of two workers, 20 times: only what was under way is lost, the other serves, the pool fills again',

  async run(isShort): Promise<Outcome> {
    const promises = new Promises();
    const application = await startApplication();
    const gate = await startGate({ upstreamPort: application.port, workers: 2 });
    const traffic = startTraffic({ port: gate.port });
    const kills: number[] = [];
    let slowest = 0;
    let underWay = 0;
    try {
      for (let round = 0; round < (isShort ? 4 : 20); round++) {
        await wait(300);
        const workers = (await gate.status()).workers.filter((one) => one.state === 'serving');
        promises.expect(workers.length === 2, 'two workers serve before each kill', workers.length);
        const victim = workers[round % workers.length];
        if (victim === undefined) break;
        // What one of two workers has under way is not more than all there is.
        underWay += traffic.underWay;
        const killedAt = performance.now();
        kills.push(killedAt);
        process.kill(victim.pid, 'SIGKILL');
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
      const { sent, failures, slowest: longest } = await traffic.stop();
      const late = failures.filter(
        ({ sentAt }) => !kills.some((at) => sentAt <= at + CALM_AFTER && sentAt > at - 2000),
      );
      promises.expect(failures.length <= underWay, 'only requests under way are lost', summarize(failures));
      promises.expect(late.length === 0, `nothing is lost ${CALM_AFTER} ms after a kill`, summarize(late));
      promises.expect(longest < 10_000, 'no client hangs', `${Math.round(longest)} ms`);
      return {
        requests: sent,
        lost: failures.length,
        recovery: slowest,
        seen: `${kills.length} kills; slowest new worker as given; lost: ${summarize(failures)}`,
        misses: promises.misses,
      };
    } finally {
      await traffic.stop();
      await gate.remove();
      await application.close();
    }
  },
};
