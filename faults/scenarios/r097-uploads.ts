import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Backend, startBackend } from '../support/backend.ts';
import { type FaultGate, startGate } from '../support/gate.ts';
import { residentMemory } from '../support/processes.ts';
import { type Outcome, Promises, type Scenario } from '../support/scenario.ts';

const UPLOADER = fileURLToPath(new URL('../support/uploader.ts', import.meta.url));

const UPLOADS = 200;
const MiB = 1024 * 1024;
const SIZE = 5 * MiB;
/** One after the other, in the same worker. */
const ROUNDS = 3;
const GROWTH = 64;
/** Until the worker has the code and the memory for what it does all day. */
const WARM_UP = { uploads: 8, size: MiB, requests: 1000 } as const;
/** Milliseconds between two looks at the memory. */
const LOOK_EVERY = 50;

const RULES = `SecRuleEngine On
SecRequestBodyAccess On
SecRequestBodyLimit 134217728
SecRule ARGS|FILES|FILES_NAMES "@contains evil" "id:1,phase:2,deny,status:403"
SecRule MULTIPART_STRICT_ERROR "!@eq 0" "id:2,phase:2,deny,status:400"
`;

export const uploads: Scenario = {
  id: 'R097',
  title: `${UPLOADS} uploads of ${SIZE / MiB} MiB at once, all inspected before a byte goes on: none is lost, less than ${GROWTH} MiB more memory`,

  async run(isShort): Promise<Outcome> {
    const promises = new Promises();
    const application = await startBackend();
    const gate = await start(application);
    const rounds = isShort ? 1 : ROUNDS;
    const found: string[] = [];
    let lost = 0;
    try {
      await upload(gate, WARM_UP.uploads, WARM_UP.size);
      for (let sent = 0; sent < WARM_UP.requests; sent++) await (await fetch(`http://127.0.0.1:${gate.port}/`)).text();
      await wait(1000);
      // On a busy machine the first one may have been late, and replaced.
      const worker = (await gate.status()).workers.find(({ state }) => state === 'serving')?.pid ?? 0;
      const before = residentMemory(worker);
      let most = before;
      const watching = setInterval(() => {
        most = Math.max(most, residentMemory(worker));
      }, LOOK_EVERY);
      for (let round = 0; round < rounds; round++) {
        const startedAt = performance.now();
        const answers = await upload(gate, UPLOADS, SIZE);
        const seconds = (performance.now() - startedAt) / 1000;
        lost += UPLOADS - (answers['200'] ?? 0);
        promises.expect(answers['200'] === UPLOADS, 'no upload is lost', answers);
        found.push(`+${((most - before) / MiB).toFixed(0)} MiB after ${seconds.toFixed(1)} s`);
      }
      clearInterval(watching);
      promises.expect(before > 0 && residentMemory(worker) > 0, 'one worker serves all of them', { worker });
      const growth = (most - before) / MiB;
      promises.expect(growth < GROWTH, `less than ${GROWTH} MiB more`, `${growth.toFixed(1)} MiB`);
      const seen = `${(before / MiB).toFixed(0)} MiB before; ${found.join(', ')}`;
      return { requests: UPLOADS * rounds, lost, seen, misses: promises.misses };
    } finally {
      await gate.remove();
      await application.kill();
    }
  },
};

/** Floods are another matter, and so is a line in front of the application. */
function start({ port }: Backend): Promise<FaultGate> {
  return startGate({
    upstreamPort: port,
    workers: 1,
    rules: RULES,
    yaml: `upstreams: { app: { urls: ["http://127.0.0.1:${port}"], queue_timeout: 5 m } }
floods: { mode: "off", allow: [] }`,
  });
}

/** How often each answer came. */
async function upload({ port }: FaultGate, count: number, size: number): Promise<Readonly<Record<string, number>>> {
  const child = spawn(process.execPath, [UPLOADER, String(port), String(count), String(size)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await once(child, 'exit');
  return JSON.parse(/done (.*)\n/.exec(said)?.[1] ?? '{}') as Record<string, number>;
}
