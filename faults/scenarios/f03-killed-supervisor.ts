import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startApplication } from '../support/application.ts';
import { startGate } from '../support/gate.ts';
import { isAlive } from '../support/processes.ts';
import { type Outcome, Promises, type Scenario } from '../support/scenario.ts';
import { startTraffic } from '../support/traffic.ts';

const SOON = 1000;

export const killedSupervisor: Scenario = {
  id: 'F03',
  title:
    'kill -9 of the supervisor: workers are gone within a second, the port is free, a new start finds nothing in its way',

  async run(): Promise<Outcome> {
    const promises = new Promises();
    const application = await startApplication();
    const settings = { upstreamPort: application.port, workers: 2 };
    const gate = await startGate(settings);
    const traffic = startTraffic({ port: gate.port });
    try {
      await wait(500);
      const pids = (await gate.status()).workers.map((one) => one.pid);
      // A worker that stands still cannot end by itself.
      process.kill(pids[0] ?? 0, 'SIGSTOP');
      const killedAt = performance.now();
      gate.child.kill('SIGKILL');
      await gate.ended();
      while (pids.some(isAlive) && performance.now() - killedAt < 5 * SOON) await wait(10);
      const recovery = performance.now() - killedAt;
      promises.expect(recovery < SOON, 'all workers are gone within a second', `${Math.round(recovery)} ms`);
      for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
      const { sent, failures } = await traffic.stop();
      promises.expect(!(await isOpen(gate.port)), 'the port is free', 'somebody listens');
      const again = await startGate({ ...settings, yaml: `listeners: [{ port: ${gate.port} }]`, folder: gate.folder });
      const left = readdirSync(join(gate.folder, 'run')).toSorted();
      await again.stop();
      const after = readdirSync(join(gate.folder, 'run'));
      promises.expect(left.join() === 'code,control.sock,shared', 'a start finds nothing left over', left);
      promises.expect(after.join() === 'code', 'a stop leaves compiled code behind and nothing else', after);
      return {
        requests: sent,
        lost: failures.length,
        recovery,
        seen: 'workers gone as given, one of them stopped (SIGSTOP) before; lost requests are those without any gate',
        misses: promises.misses,
      };
    } finally {
      await traffic.stop();
      await gate.remove();
      await application.close();
    }
  },
};

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => resolve(false));
  });
}
