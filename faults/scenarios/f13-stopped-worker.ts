import { setTimeout as wait } from 'node:timers/promises';
import { startApplication } from '../support/application.ts';
import { startGate } from '../support/gate.ts';
import { type Outcome, Promises, type Scenario } from '../support/scenario.ts';
import { startTraffic, summarize } from '../support/traffic.ts';

export const stoppedWorker: Scenario = {
  id: 'F13',
  title: 'SIGSTOP of a worker: noticed within 2 seconds, new connections are served by others, ended after 5 seconds',

  async run(): Promise<Outcome> {
    const promises = new Promises();
    const application = await startApplication();
    const gate = await startGate({ upstreamPort: application.port, workers: 2 });
    // A connection for each request: those that were kept alive to the stopped worker are lost in any case.
    const traffic = startTraffic({ port: gate.port, keepAlive: false, patience: 3000 });
    try {
      await wait(500);
      const victim = (await gate.status()).workers[0]?.pid ?? 0;
      const late = gate.says(`worker ${victim} has shown no sign of life`, 15_000);
      const killed = gate.says(`worker ${victim} is killed`, 15_000);
      const underWay = traffic.underWay;
      const stoppedAt = performance.now();
      process.kill(victim, 'SIGSTOP');
      await late;
      const noticed = performance.now() - stoppedAt;
      await killed;
      while ((await gate.status()).workers.filter((one) => one.state === 'serving').length < 2) await wait(20);
      const recovery = performance.now() - stoppedAt;
      const { sent, failures } = await traffic.stop();
      promises.expect(noticed < 2300, 'it is noticed within 2 s', `${Math.round(noticed)} ms`);
      promises.expect(failures.length <= underWay, 'only what it had under way is lost', summarize(failures));
      return {
        requests: sent,
        lost: failures.length,
        recovery,
        seen: `noticed after ${Math.round(noticed)} ms; lost: ${summarize(failures)}`,
        misses: promises.misses,
      };
    } finally {
      await traffic.stop();
      await gate.remove();
      await application.close();
    }
  },
};
