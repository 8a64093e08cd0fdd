/**
 * What does the gate cost where no rules run, beside the barest proxy Node can be?
 *
 *     node bench/bare-proxy.ts [--seconds 1] [--rounds 8] [--warm-up 4] [--connections 16] [--request get,form]
 *
 * Both run on one CPU, the load generator and the upstream on another. Both are started and warmed up, then they take turns, and the
 * median round counts: its rate, and the processor time for one request, which others on the machine disturb less. The gate writes its
 * access log, counts floods with its other workers and checks every request, which is what the difference pays for.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { applyLoad } from './support/load.ts';
import { freePort, type Running, startPinned } from './support/processes.ts';
import { processorTime } from './support/processor-time.ts';
import { type BenchRequest, browserGet, formPost } from './support/requests.ts';
import { startUpstream } from './support/subjects.ts';

const SERVER_CPU = 0;
const LOAD_CPU = 1;
const REQUESTS: Readonly<Record<string, BenchRequest>> = { get: browserGet, form: formPost };

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

async function startBare(upstreamPort: number): Promise<Running> {
  const port = await freePort();
  const command = [process.execPath, file('./support/bare-proxy.ts'), String(port), String(upstreamPort)];
  return startPinned(SERVER_CPU, command, port, 'the bare proxy');
}

async function startGate(upstreamPort: number): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'bare-proxy-'));
  const port = await freePort();
  const config = join(folder, 'sallyport.yaml');
  writeFileSync(
    config,
    `listeners: [{ port: ${port} }]
upstreams: { app: "http://127.0.0.1:${upstreamPort}" }
routes: [{ upstream: app, waf: off }]
limits: { requests_per_connection: 0 }
logs: { access: access.log, error: error.log }\n`,
  );
  const program = file('../packages/gateway/bin/sallyport.mjs');
  const running = await startPinned(
    SERVER_CPU,
    [process.execPath, program, 'run', '--config', config],
    port,
    'the gate',
  );
  return {
    ...running,
    async stop() {
      await running.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '8' },
      'warm-up': { type: 'string', default: '4' },
      connections: { type: 'string', default: '16' },
      request: { type: 'string', default: 'get,form' },
    },
  });
  const upstream = await startUpstream(LOAD_CPU);
  const servers: Running[] = [];
  try {
    for (const start of [startBare, startGate]) servers.push(await start(upstream.port));
    const [bare, gate] = servers as [Running, Running];
    for (const name of values.request.split(',')) {
      const request = REQUESTS[name];
      if (request === undefined) throw new Error(`there is no request "${name}" (${Object.keys(REQUESTS).join(', ')})`);
      const load = { request, connections: Number(values.connections), cpu: LOAD_CPU };
      const rounds = new Map<Running, Round[]>(servers.map((server) => [server, []]));
      for (const server of servers) await measure(server, { ...load, seconds: Number(values['warm-up']) });
      for (let round = 0; round < Number(values.rounds); round++) {
        for (const server of round % 2 === 0 ? servers : servers.toReversed()) {
          rounds.get(server)?.push(await measure(server, { ...load, seconds: Number(values.seconds) }));
        }
      }
      const typical = (server: Running, what: keyof Round): number =>
        median((rounds.get(server) ?? []).map((round) => round[what]));
      const show = (what: keyof Round, unit: string): string => {
        const [ofBare, ofGate] = [typical(bare, what), typical(gate, what)];
        const share = ((ofGate / ofBare) * 100).toFixed(1);
        return `bare ${Math.round(ofBare)}, gate ${Math.round(ofGate)} ${unit} (${share} %)`;
      };
      console.log(`${name}: ${show('rate', 'requests/s')}; ${show('cost', 'µs of processor time per request')}`);
    }
  } finally {
    for (const server of servers) await server.stop();
    await upstream.stop();
  }
}

interface Round {
  /** Requests per second. */
  readonly rate: number;
  /** Microseconds of processor time per request. */
  readonly cost: number;
}

async function measure(server: Running, load: Omit<Parameters<typeof applyLoad>[0], 'port'>): Promise<Round> {
  const before = processorTime(server.pid);
  const { requestsPerSecond, requests, refused } = await applyLoad({ ...load, port: server.port });
  if (refused > 0) throw new Error(`${refused} requests were refused`);
  return { rate: requestsPerSecond, cost: (processorTime(server.pid) - before) / requests };
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((left, right) => left - right);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

await main();
