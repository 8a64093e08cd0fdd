/**
 * What does the gate cost where no rules run, beside the barest proxy Node can be?
 *
 *     node bench/bare-proxy.ts [--seconds 3] [--rounds 3] [--connections 16] [--request get,form]
 *
 * Both run on one CPU, the load generator and the upstream on another; they take turns, and the median round counts. The gate
 * writes its access log and checks every request, which is what the difference pays for.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { applyLoad } from './support/load.ts';
import { freePort, type Running, startPinned } from './support/processes.ts';
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
      seconds: { type: 'string', default: '3' },
      rounds: { type: 'string', default: '3' },
      connections: { type: 'string', default: '16' },
      request: { type: 'string', default: 'get,form' },
    },
  });
  const upstream = await startUpstream(LOAD_CPU);
  try {
    for (const name of values.request.split(',')) {
      const request = REQUESTS[name];
      if (request === undefined) throw new Error(`there is no request "${name}" (${Object.keys(REQUESTS).join(', ')})`);
      const rates: [bare: number[], gate: number[]] = [[], []];
      for (let round = 0; round < Number(values.rounds); round++) {
        for (const [at, start] of [startBare, startGate].entries()) {
          const server = await start(upstream.port);
          try {
            const load = { port: server.port, request, connections: Number(values.connections), cpu: LOAD_CPU };
            await applyLoad({ ...load, seconds: 1 });
            const { requestsPerSecond, refused } = await applyLoad({ ...load, seconds: Number(values.seconds) });
            if (refused > 0) throw new Error(`${refused} requests were refused`);
            rates[at as 0 | 1].push(requestsPerSecond);
          } finally {
            await server.stop();
          }
        }
      }
      const [bare, gate] = rates.map(median) as [number, number];
      console.log(
        `${name}: bare ${Math.round(bare)} req/s, gate ${Math.round(gate)} req/s: ${((gate / bare) * 100).toFixed(1)} %`,
      );
    }
  } finally {
    await upstream.stop();
  }
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((left, right) => left - right);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

await main();
