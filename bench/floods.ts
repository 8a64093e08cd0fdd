/**
 * What does it cost to count a request, and how much memory do 10,000 clients take?
 *
 *     node --conditions=sallyport-source --expose-gc bench/floods.ts [--clients 10000] [--hits 200000]
 *
 * Counts in this process, in the log that processes of one machine share (in /dev/shm where there is one), and the counting of
 * mod_evasive. Every client asks for several pages, so that each limit has its entries.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultsOf } from '../packages/gateway/src/config/field.ts';
import { type FloodsConfig, floods } from '../packages/gateway/src/config/sections/floods.ts';
import { FloodCounts } from '../packages/gateway/src/stages/flood/flood-counts.ts';
import type { FloodStore, Hit } from '../packages/gateway/src/stages/flood/hit.ts';
import { PathHash, randomSeed } from '../packages/gateway/src/stages/flood/keys.ts';
import { SharedCounts } from '../packages/gateway/src/stages/flood/shared-counts.ts';
import { steadyTime } from '../packages/gateway/src/stages/flood/steady-time.ts';

const { values } = parseArgs({
  options: { clients: { type: 'string', default: '10000' }, hits: { type: 'string', default: '200000' } },
});
const clients = Number(values.clients);
const hits = Number(values.hits);
const MiB = 1024 * 1024;
const PAGES = 5;

const collect = globalThis.gc;
if (collect === undefined) throw new Error('run it with --expose-gc');

/** Memory in use after everything that is garbage has gone. */
function used(): number {
  collect?.();
  collect?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function measure(name: string, open: () => FloodStore): void {
  const before = used();
  const store = open();
  const paths = new PathHash(randomSeed());
  let refused = 0;
  const started = process.hrtime.bigint();
  for (let number = 0; number < hits; number++) {
    const client = number % clients;
    const hit: Hit = {
      network: `10.${client >> 16}.${(client >> 8) & 255}.${client & 255}`,
      path: paths.of(`/page/${number % PAGES}/of/the/garden.html`),
      watchedPath: 0,
      principal: '',
      at: steadyTime(),
      second: Math.floor(Date.now() / 1000),
    };
    if (store.count(hit) !== undefined) refused++;
  }
  const each = Number(process.hrtime.bigint() - started) / 1000 / hits;
  const memory = (used() - before) / MiB;
  console.log(`| ${name} | ${each.toFixed(2)} | ${memory.toFixed(1)} | ${refused} |`);
  void store.close();
}

const config: FloodsConfig = defaultsOf(floods);
const folder = mkdtempSync(join(tmpdir(), 'floods-'));
try {
  console.log(`${clients} clients, ${hits} requests, Node ${process.version}\n`);
  console.log('| counts | µs for a request | MiB | refused |\n| --- | ---: | ---: | ---: |');
  measure('of one process', () => new FloodCounts(config));
  measure('of all processes of a machine', () => {
    return new SharedCounts({ config, folder, now: steadyTime, onTrouble: (reason) => console.error(reason) });
  });
  measure('as mod_evasive', () => new FloodCounts({ ...config, mode: 'evasive' }));
} finally {
  rmSync(folder, { recursive: true });
}
