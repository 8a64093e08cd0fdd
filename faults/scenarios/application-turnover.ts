import { chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startGate } from '../support/gate.ts';
import { passableFolder } from '../support/passable-folder.ts';
import { type Outcome, Promises, type Scenario } from '../support/scenario.ts';
import { startTraffic, summarize } from '../support/traffic.ts';

const OWNER = 41_001;
const LIMIT = 100;

/** Finishes what it has on SIGTERM, as applications should. */
const APPLICATION = `import { createServer } from 'node:http';
const server = createServer((request, response) => response.end('hello'));
server.keepAliveTimeout = 60000;
server.listen(process.env.SOCKET_PATH);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
`;

/** Applications are replaced as workers are: by requests, with no request lost. */
export const applicationTurnover: Scenario = {
  id: 'APPS',
  title: `a process of an application may serve ${LIMIT} requests, 2000 come: 10 processes or more, no request fails`,
  missing: () => (process.getuid?.() === 0 ? undefined : 'applications of other users need root'),

  async run(isShort): Promise<Outcome> {
    const promises = new Promises();
    const home = passableFolder();
    const root = join(home, 'app');
    mkdirSync(root, { mode: 0o755 });
    writeFileSync(join(root, 'app.mjs'), APPLICATION, { mode: 0o644 });
    for (const path of [join(root, 'app.mjs'), root]) chownSync(path, OWNER, OWNER);
    const gate = await startGate({
      upstreamPort: 0,
      workers: 2,
      folder: passableFolder(),
      yaml: `principals: { p: { user: "${OWNER}", group: "${OWNER}" } }
applications: { a: { principal: p, root: "${root}", command: ["${process.execPath}", app.mjs], max_requests: ${LIMIT}, unsafe_skip_checks: { SP4030: the Node of this run } } }
upstreams: { app: "app:a" }`,
    });
    const total = isShort ? 600 : 2000;
    const traffic = startTraffic({ port: gate.port, rate: 60 });
    try {
      while (traffic.sent < total) await wait(20);
      const { sent, failures, p99 } = await traffic.stop();
      const replaced = gate.read('error.log').matchAll(/process (\d+) is replaced: it has served/g);
      const processes = new Set([...replaced].map(([, pid]) => pid)).size + 1;
      promises.expect(failures.length === 0, 'no request fails', summarize(failures));
      // Requests are counted once a second, and a replacement takes its time to start.
      promises.expect(processes >= total / LIMIT / 2, `${total / LIMIT / 2} processes or more`, processes);
      return {
        requests: sent,
        lost: failures.length,
        seen: `${processes} processes; p99 ${Math.round(p99)} ms`,
        misses: promises.misses,
      };
    } finally {
      await traffic.stop();
      await gate.remove();
      rmSync(home, { recursive: true, force: true });
    }
  },
};
