import { startApplication } from '../support/application.ts';
import { startGate } from '../support/gate.ts';
import { type Outcome, Promises, type Scenario } from '../support/scenario.ts';
import { startTraffic, summarize } from '../support/traffic.ts';

const RULES = 'SecRuleEngine On\nSecRule ARGS "@detectSQLi" "id:1,phase:2,deny,status:403"\n';

export const reload: Scenario = {
  id: 'F02',
  title: 'reload, 100 times, with and without kept-alive connections: no request fails',

  async run(isShort): Promise<Outcome> {
    const promises = new Promises();
    const application = await startApplication();
    const gate = await startGate({ upstreamPort: application.port, workers: 2, rules: RULES });
    const kept = startTraffic({ port: gate.port, rate: 150 });
    const fresh = startTraffic({ port: gate.port, rate: 50, keepAlive: false });
    const rounds = isShort ? 4 : 100;
    let slowest = 0;
    try {
      for (let round = 0; round < rounds; round++) {
        const startedAt = performance.now();
        const heard = gate.says('reloaded; ', 30_000);
        gate.child.kill('SIGHUP');
        await heard;
        slowest = Math.max(slowest, performance.now() - startedAt);
      }
      const results = [await kept.stop(), await fresh.stop()];
      const failures = results.flatMap((one) => one.failures);
      const { generation } = await gate.status();
      promises.expect(failures.length === 0, 'no request fails', summarize(failures));
      promises.expect(generation === rounds + 1, 'every reload is in force', generation);
      return {
        requests: results.reduce((sum, one) => sum + one.sent, 0),
        lost: failures.length,
        recovery: slowest,
        seen: `${rounds} reloads, the slowest as given; p99 ${results.map((one) => Math.round(one.p99)).join(' and ')} ms`,
        misses: promises.misses,
      };
    } finally {
      await Promise.all([kept.stop(), fresh.stop()]);
      await gate.remove();
      await application.close();
    }
  },
};
