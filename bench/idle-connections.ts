/**
 * What do idle kept-alive connections cost: how much memory does each hold, and how much longer do other requests take?
 *
 *     node bench/idle-connections.ts [--connections 5000] [--seconds 5] [--rounds 5]
 *
 * Two gates of one process each on the same processor, one with idle connections, one without, are asked in turns by wrk over four
 * connections; the medians of the rounds are compared, and beside them stands the least a proxy in Node can do. Memory is what the
 * gate holds more with the connections than before them. Bounds: 32 kB for each, p99 at most 20 % higher.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { applyLoad } from './support/load.ts';
import { freePort, hasCommand, type Running, startPinned } from './support/processes.ts';
import { browserGet } from './support/requests.ts';
import { startUpstream } from './support/subjects.ts';

const SERVER_CPU = 0;
const LOAD_CPU = 1;
const MOST_BYTES = 32_000;
const MOST_RISE = 0.2;
/** Seconds until a server has the memory and the code for what it is asked. */
const WARM_UP = 8;

interface Server {
  readonly name: string;
  start(upstreamPort: number, folder: string): Promise<Running>;
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const gate: Server = {
  name: 'Sallyport',
  async start(upstreamPort, folder) {
    const port = await freePort();
    const config = join(folder, `${port}.yaml`);
    // Nothing limits one client, which stands for many here.
    writeFileSync(
      config,
      `listeners: [{ port: ${port} }]
upstreams: { app: "http://127.0.0.1:${upstreamPort}" }
routes: [{ upstream: app, waf: "off" }]
timeouts: { keep_alive: 600 s }
limits: { connections: 100000, requests_per_connection: 0 }
connections: { per_address: 0 }
workers: { count: 0 }
logs: { access: ${port}.access.log, error: ${port}.error.log }
`,
    );
    const program = here('../packages/gateway/bin/sallyport.mjs');
    return startPinned(SERVER_CPU, [process.execPath, program, 'run', '--config', config], port, 'the gate');
  },
};

const bareProxy: Server = {
  name: 'bare proxy in Node',
  async start(upstreamPort) {
    const port = await freePort();
    const command = [process.execPath, here('./support/bare-proxy.ts'), String(port), String(upstreamPort)];
    return startPinned(SERVER_CPU, command, port, 'the bare proxy');
  },
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      connections: { type: 'string', default: '5000' },
      seconds: { type: 'string', default: '5' },
      rounds: { type: 'string', default: '5' },
    },
  });
  if (!hasCommand('wrk')) throw new Error('wrk is not installed: node scripts/peers.mjs install wrk');
  const connections = Number(values.connections);
  const seconds = Number(values.seconds);
  const rounds = Number(values.rounds);
  const folder = mkdtempSync(join(tmpdir(), 'bench-idle-'));
  const upstream = await startUpstream(LOAD_CPU);
  console.log(`${connections} idle connections, ${rounds} rounds of ${seconds} s, Node ${process.version}\n`);
  console.log('| server | bytes for each | p99 without, ms | with | more | req/s without | with |');
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: |');
  try {
    for (const server of [bareProxy, gate]) {
      const running = [await server.start(upstream.port, folder), await server.start(upstream.port, folder)] as const;
      const [free, crowded] = running;
      const measure = ({ port }: Running, time: number): ReturnType<typeof applyLoad> =>
        applyLoad({ port, request: browserGet, seconds: time, connections: 4, cpu: LOAD_CPU });
      for (const one of running) await measure(one, WARM_UP);
      const before = await settledMemory(crowded);
      const clients = await openIdle(crowded.port, connections);
      const each = ((await settledMemory(crowded)) - before) / connections;
      const results = { free: [] as Measured[], crowded: [] as Measured[] };
      for (let round = 0; round < rounds; round++) {
        results.free.push(await measure(free, seconds));
        results.crowded.push(await measure(crowded, seconds));
      }
      clients.kill('SIGKILL');
      for (const one of running) await one.stop();
      report(server, each, median(results.free), median(results.crowded));
    }
  } finally {
    await upstream.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Measured = Awaited<ReturnType<typeof applyLoad>>;

function report({ name }: Server, each: number, free: Figures, crowded: Figures): void {
  const rise = crowded.p99 / free.p99 - 1;
  const cells = [
    name,
    each.toFixed(0),
    free.p99.toFixed(2),
    crowded.p99.toFixed(2),
    `${(rise * 100).toFixed(0)} %`,
    free.requestsPerSecond.toFixed(0),
    crowded.requestsPerSecond.toFixed(0),
  ];
  console.log(`| ${cells.join(' | ')} |`);
  if (name !== gate.name) return;
  if (each > MOST_BYTES) console.log(`\nmissed: ${MOST_BYTES} bytes for each connection`);
  if (rise > MOST_RISE) console.log(`\nmissed: p99 at most ${MOST_RISE * 100} % higher`);
}

type Figures = Pick<Measured, 'p99' | 'requestsPerSecond'>;

function median(all: readonly Measured[]): Figures {
  const middle = (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
  return {
    p99: middle(all.map((one) => one.p99)),
    requestsPerSecond: middle(all.map((one) => one.requestsPerSecond)),
  };
}

async function openIdle(port: number, count: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, [here('./support/idle-clients.ts'), String(port), String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [unknown];
  if (String(said).trim() !== 'ready') throw new Error(`the idle connections cannot be opened (ulimit -n?)`);
  return child;
}

/** Resident memory in bytes, after a moment without requests. */
async function settledMemory({ pid }: Running): Promise<number> {
  await sleep(2000);
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
  return Number(line?.[1]) * 1024;
}

await main();
