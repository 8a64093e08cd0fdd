import { setTimeout as wait } from 'node:timers/promises';
import { startApplication } from '../support/application.ts';
import { startGate } from '../support/gate.ts';
import { type Outcome, Promises, type Scenario } from '../support/scenario.ts';
import { startTraffic, summarize } from '../support/traffic.ts';

const LIMIT = 1000;
/** Slow enough that what comes while a replacement starts is little beside the limit. */
const RATE = 150;

export const recycling: Scenario = {
  id: 'RECYCLE',
  title: `workers are replaced every ${LIMIT} requests on kept-alive connections: no request fails`,

  async run(isShort): Promise<Outcome> {
    const promises = new Promises();
    const application = await startApplication();
    const total = isShort ? 3000 : 10_000;
    const gate = await startGate({
      upstreamPort: application.port,
      workers: 1,
      yaml: `workers: { count: 1, max_requests: ${LIMIT} }\nlimits: { requests_per_connection: 0 }`,
    });
    const traffic = startTraffic({ port: gate.port, rate: RATE });
    try {
      while (traffic.sent < total) await wait(50);
      const { sent, failures, p99 } = await traffic.stop();
      const replaced = gate.read('error.log').split('is replaced: it has served').length - 1;
      promises.expect(failures.length === 0, 'no request fails', summarize(failures));
      // A worker serves on until its replacement does, so each has a few more than its limit.
      const least = total / LIMIT - 2;
      promises.expect(replaced >= least, `${least} workers or more are replaced`, replaced);
      return {
        requests: sent,
        lost: failures.length,
        seen: `${replaced} workers replaced; p99 ${Math.round(p99)} ms`,
        misses: promises.misses,
      };
    } finally {
      await traffic.stop();
      await gate.remove();
      await application.close();
    }
  },
};
