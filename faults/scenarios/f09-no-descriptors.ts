import { spawnSync } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { startApplication } from '../support/application.ts';
import { startGate } from '../support/gate.ts';
import { isAlive, processorTime } from '../support/processes.ts';
import { type Outcome, Promises, type Scenario } from '../support/scenario.ts';
import { startTraffic, summarize } from '../support/traffic.ts';

const DESCRIPTORS = 256;
const CONNECTIONS = 600;
const HELD_FOR = 4000;

export const noDescriptors: Scenario = {
  id: 'F09',
  title: `${DESCRIPTORS} descriptors and ${CONNECTIONS} connections: nothing crashes or spins, and all is well when they are gone`,
  missing: () => (spawnSync('prlimit', ['--version']).status === 0 ? undefined : 'there is no prlimit (util-linux)'),

  async run(): Promise<Outcome> {
    const promises = new Promises();
    const application = await startApplication();
    const gate = await startGate({
      upstreamPort: application.port,
      workers: 1,
      // The limits of the gate itself would keep the connections away before the system does.
      yaml: 'limits: { connections: 100000 }\nconnections: { per_address: 0 }',
      wrapper: ['prlimit', `--nofile=${DESCRIPTORS}`],
    });
    const held: Socket[] = [];
    try {
      const [worker] = (await gate.status()).workers;
      const pid = worker?.pid ?? 0;
      for (let at = 0; at < CONNECTIONS; at++) held.push(connect(gate.port, '127.0.0.1').on('error', () => {}));
      await wait(1000);
      const before = processorTime(pid);
      await wait(HELD_FOR);
      const share = (processorTime(pid) - before) / (HELD_FOR / 1000);
      promises.expect(isAlive(pid), 'the worker lives', gate.said());
      promises.expect(share < 0.5, 'it uses less than half of a processor', `${Math.round(share * 100)} %`);
      for (const socket of held) socket.destroy();
      const freedAt = performance.now();
      const traffic = startTraffic({ port: gate.port, patience: 5000 });
      await wait(3000);
      const { sent, failures } = await traffic.stop();
      const last = failures.at(-1)?.sentAt ?? freedAt;
      promises.expect(last - freedAt < 1000, 'all is well a second after they are gone', summarize(failures));
      promises.expect(
        (await gate.status()).crashes === 0,
        'no worker had to be replaced',
        (await gate.status()).crashes,
      );
      return {
        requests: sent,
        lost: failures.length,
        recovery: last - freedAt,
        seen: `${Math.round(share * 100)} % of a processor while there were none left`,
        misses: promises.misses,
      };
    } finally {
      for (const socket of held) socket.destroy();
      await gate.remove();
      await application.close();
    }
  },
};
