import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startApplication } from '../support/application.ts';
import { type FaultGate, startGate } from '../support/gate.ts';
import { processorTime, residentMemory } from '../support/processes.ts';
import { type Outcome, Promises, type Scenario } from '../support/scenario.ts';
import { startTraffic, summarize } from '../support/traffic.ts';
import { isWrkInstalled, startWrk } from '../support/wrk.ts';

const FLOODER = fileURLToPath(new URL('../support/flooder.ts', import.meta.url));

const CONNECTIONS = 20_000;
const PER_SECOND = 1500;
/** Each with descriptors of its own: a user seldom has more than 20,000 in one process. */
const FLOODERS = 2;
/** Milliseconds more than without the flood, on a machine that may be busy with other things. */
const GOOD_P99 = 100;
const GROWTH = 64;
const MiB = 1024 * 1024;
/** Seconds, and connections, until the gate has the code and the memory for good requests. */
const WARM_UP = { seconds: 8, connections: 200 } as const;
/** Milliseconds from one flood to the next. */
const PAUSE = 3000;

interface Flood {
  readonly name: string;
  readonly addresses: number;
  /** Of a head, in each connection. */
  readonly bytes: number;
  /** Connections the gate may keep of it. */
  readonly mayKeep: number;
}

const FLOODS: readonly Flood[] = [
  { name: 'one address', addresses: 1, bytes: 0, mayKeep: 512 },
  { name: 'many addresses', addresses: 20_000, bytes: 0, mayKeep: 10_000 },
  { name: 'many addresses, heads that do not end', addresses: 20_000, bytes: 16, mayKeep: 10_000 },
];

export const connectionFlood: Scenario = {
  id: 'A89',
  title: `${CONNECTIONS} connections from one address and from many: within the limits, another client is never lost and at most ${GOOD_P99} ms slower (p99), and less than ${GROWTH} MiB more memory`,
  missing() {
    if (spawnSync('prlimit', ['--version']).status !== 0) return 'there is no prlimit (util-linux)';
    return isWrkInstalled() ? undefined : 'wrk is not installed';
  },

  async run(isShort): Promise<Outcome> {
    const promises = new Promises();
    const count = isShort ? CONNECTIONS / 4 : CONNECTIONS;
    const application = await startApplication();
    const gate = await startGate({
      upstreamPort: application.port,
      workers: 1,
      // Floods of requests are another matter; limits of connections are as they come.
      yaml: 'floods: { mode: "off", allow: [] }',
      wrapper: ['prlimit', '--nofile=15000'],
    });
    const found: string[] = [];
    let requests = 0;
    let lost = 0;
    try {
      // The first requests are the slowest, and not what this is about.
      const warmUp = startWrk({ url: `http://127.0.0.1:${gate.port}/`, connections: WARM_UP.connections });
      await wait(WARM_UP.seconds * 1000);
      await warmUp.stop();
      const worker = (await gate.status()).workers[0]?.pid ?? 0;
      for (const flood of FLOODS) {
        const calm = traffic(gate, 500);
        await wait(2000);
        const usual = await calm.stop();
        const good = traffic(gate, 500);
        const before = residentMemory(worker);
        const busyBefore = processorTime(worker);
        const startedAt = performance.now();
        const flooders = Array.from({ length: FLOODERS }, () => startFlooder(gate.port, count / FLOODERS, flood));
        const numbers = await Promise.all(flooders.map((one) => one.done));
        const busy = (processorTime(worker) - busyBefore) * 1000;
        const share = (100 * busy) / (performance.now() - startedAt);
        const growth = (residentMemory(worker) - before) / MiB;
        const { sent, failures, p99 } = await good.stop();
        await Promise.all(flooders.map((one) => one.end()));
        const sum = (of: keyof Numbers): number => numbers.reduce((all, one) => all + one[of], 0);
        requests += sent;
        lost += failures.length;
        const limit = Math.min(flood.mayKeep, count);
        promises.expect(sum('tried') === count, `${flood.name}: ${count} were tried`, sum('tried'));
        promises.expect(sum('held') <= limit, `${flood.name}: at most ${limit} are kept`, sum('held'));
        promises.expect(failures.length === 0, `${flood.name}: no good request is lost`, summarize(failures));
        const bound = usual.p99 + GOOD_P99;
        promises.expect(p99 < bound, `${flood.name}: p99 below ${bound.toFixed(0)} ms`, `${p99.toFixed(1)} ms`);
        promises.expect(growth < GROWTH, `${flood.name}: less than ${GROWTH} MiB more`, `${growth.toFixed(1)} MiB`);
        await wait(PAUSE);
        found.push(
          `${flood.name}: ${sum('held')} of ${sum('tried')} kept, p99 ${p99.toFixed(0)} ms (${usual.p99.toFixed(0)} before), +${growth.toFixed(0)} MiB, ${(busy / count).toFixed(2)} ms of processor for each, ${share.toFixed(0)} % of one`,
        );
      }
      const lines = gate.read('error.log').match(/connections?\b[^\n]* (of|closed)/g)?.length ?? 0;
      promises.expect(lines > 0 && lines < 50, 'a few lines tell of it', `${lines} lines`);
      return { requests, lost, seen: found.join('; '), misses: promises.misses };
    } finally {
      await gate.remove();
      await application.close();
    }
  },
};

/** A connection for each request: it has to get in each time. */
function traffic({ port }: FaultGate, patience: number): ReturnType<typeof startTraffic> {
  return startTraffic({ port, localAddress: '127.0.0.2', keepAlive: false, rate: 100, patience: patience * 10 });
}

interface Numbers {
  readonly tried: number;
  readonly connected: number;
  readonly refused: number;
  readonly closed: number;
  readonly held: number;
}

function startFlooder(
  port: number,
  count: number,
  { addresses, bytes }: Flood,
): { readonly done: Promise<Numbers>; end(): Promise<void> } {
  const words = [FLOODER, port, count, PER_SECOND / FLOODERS, addresses, bytes].map(String);
  const child: ChildProcess = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  return {
    done: doneOf(child),
    async end() {
      child.stdin?.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

async function doneOf(child: ChildProcess): Promise<Numbers> {
  let said = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  while (!/done .*\n/.test(said)) {
    if (child.exitCode !== null) throw new Error(`the flooder ended: ${said}`);
    await Promise.race([once(child.stdout as never, 'data'), once(child, 'exit')]);
  }
  return JSON.parse(/done (.*)\n/.exec(said)?.[1] ?? '') as Numbers;
}
