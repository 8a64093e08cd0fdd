import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { startApplication } from '../support/application.ts';
import { startGate } from '../support/gate.ts';
import { isAlive } from '../support/processes.ts';
import { type Outcome, Promises, type Scenario } from '../support/scenario.ts';

const MiB = 1024 * 1024;
const LIMIT = 256 * MiB;
const BODY = 10 * MiB;
const AT_ONCE = 25;
/** The memory controller of control groups, version 1; a group of version 2 belongs to systemd where there is one. */
const CONTROLLER = '/sys/fs/cgroup/memory';
const GROUP = `${CONTROLLER}/sallyport-fault-${process.pid}`;

export const littleMemory: Scenario = {
  id: 'F11',
  title: 'uploads of 10 MiB each with 256 MiB of memory: the gate lives, every upload is answered',
  missing: () =>
    existsSync(`${CONTROLLER}/memory.limit_in_bytes`) && process.getuid?.() === 0
      ? undefined
      : 'needs root and a memory controller (control groups, version 1)',

  async run(isShort): Promise<Outcome> {
    const promises = new Promises();
    const application = await startApplication();
    mkdirSync(GROUP);
    writeFileSync(`${GROUP}/memory.limit_in_bytes`, String(LIMIT));
    const gate = await startGate({
      upstreamPort: application.port,
      workers: 0,
      // Rules look at bodies, so each is held until it is complete.
      rules: 'SecRuleEngine On\nSecRequestBodyAccess On\nSecRequestBodyLimit 20000000\n',
      yaml: 'tmp_dir: .',
      wrapper: ['sh', '-c', `echo $$ > ${GROUP}/cgroup.procs && exec "$@"`, 'sh'],
    });
    const answers = new Map<string, number>();
    try {
      const total = isShort ? 100 : 1000;
      let begun = 0;
      const client = async (): Promise<void> => {
        while (begun++ < total) {
          const status = await upload(gate.port);
          answers.set(status, (answers.get(status) ?? 0) + 1);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, client));
      await wait(200);
      const kills = Number(/^oom_kill (\d+)$/m.exec(readFileSync(`${GROUP}/memory.oom_control`, 'latin1'))?.[1] ?? 0);
      const most = Number(readFileSync(`${GROUP}/memory.max_usage_in_bytes`, 'latin1'));
      const lost = [...answers].filter(([status]) => !['200', '413', '503'].includes(status));
      promises.expect(kills === 0 && isAlive(gate.child.pid ?? 0), 'nothing is killed', `${kills} kills`);
      promises.expect(lost.length === 0, 'every upload is answered with 200, 413 or 503', lost);
      return {
        requests: total,
        lost: lost.reduce((sum, [, count]) => sum + count, 0),
        seen: `${[...answers].map(([status, count]) => `${status} × ${count}`).join(', ')}; at most ${Math.round(most / MiB)} MiB with the page cache`,
        misses: promises.misses,
      };
    } finally {
      await gate.remove();
      await application.close();
      rmdirSync(GROUP);
    }
  },
};

/** The status of one upload, or why there was none. */
function upload(port: number): Promise<string> {
  return new Promise((resolve) => {
    const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': BODY };
    const sent = request({ host: '127.0.0.1', port, method: 'POST', agent: false, headers }, (response) => {
      response.resume().on('end', () => resolve(String(response.statusCode)));
    });
    sent.on('error', (cause: NodeJS.ErrnoException) => resolve(cause.code ?? cause.message));
    sent.end(Buffer.alloc(BODY, 'x'));
  });
}
