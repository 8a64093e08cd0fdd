import { setTimeout as wait } from 'node:timers/promises';
import { startApplication } from '../support/application.ts';
import { startGate } from '../support/gate.ts';
import { type Outcome, Promises, type Scenario } from '../support/scenario.ts';
import { startTraffic, summarize } from '../support/traffic.ts';

/** Code that never comes back, as a plug-in might hold. */
const FOREVER = `globalThis.process.on('SIGWINCH', function standStill() { for (;;) Math.random(); });\n`;

export const blockedLoop: Scenario = {
  id: 'F12',
  title: 'the event loop of a worker stands still: the stack is told, the worker replaced, the other serves',

  async run(): Promise<Outcome> {
    const promises = new Promises();
    const application = await startApplication();
    const gate = await startGate({
      upstreamPort: application.port,
      workers: 2,
      environment: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(FOREVER)}` },
    });
    const traffic = startTraffic({ port: gate.port, patience: 2000 });
    try {
      await wait(500);
      const victim = (await gate.status()).workers[0]?.pid ?? 0;
      const late = gate.says(`worker ${victim} has shown no sign of life`, 15_000);
      const stack = gate.says('standStill', 15_000);
      const killed = gate.says(`worker ${victim} is killed`, 15_000);
      const blockedAt = performance.now();
      process.kill(victim, 'SIGWINCH');
      await Promise.all([late, stack]);
      const told = performance.now() - blockedAt;
      await killed;
      const ended = performance.now() - blockedAt;
      const atKill = performance.now();
      while ((await gate.status()).workers.filter((one) => one.state === 'serving').length < 2) await wait(20);
      const recovery = performance.now() - blockedAt;
      await wait(1000);
      const { sent, failures } = await traffic.stop();
      const after = failures.filter(({ sentAt }) => sentAt > atKill);
      promises.expect(told < 4000, 'the stack is told within 4 s', `${Math.round(told)} ms`);
      promises.expect(ended < 7000, 'the worker is ended after 5 s', `${Math.round(ended)} ms`);
      promises.expect(after.length === 0, 'nothing is lost once it is ended', summarize(after));
      return {
        requests: sent,
        lost: failures.length,
        recovery,
        seen: `stack told after ${Math.round(told)} ms, ended after ${Math.round(ended)} ms; lost on its connections: ${summarize(failures)}`,
        misses: promises.misses,
      };
    } finally {
      await traffic.stop();
      await gate.remove();
      await application.close();
    }
  },
};
