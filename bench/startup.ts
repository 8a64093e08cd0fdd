/**
 * How long does it take to load the Core Rule Set, how much memory does it hold, and what does a gate with many routes cost?
 *
 *     node --expose-gc bench/startup.ts [--level 1] [--evaluator optimized] [--requests 100000] [--routes 1000]
 *
 * Times are CPU time of this process unless they say otherwise. `cold` is the first load, as a server sees it, with the clock
 * beside it; `warm` the fastest of the next ones, as a reload sees it. Bounds: 500 ms for a load, 60 MB for a rule set, 3 s for
 * a thousand routes, and no more memory after many requests than after a few. Takes about a minute.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Waf } from '../packages/engine/src/contract.ts';
import { createRuleCache } from '../packages/engine/src/index.ts';
import { CORE_RULE_SET, coreRuleSet, requireCoreRuleSet } from './support/core-rule-set.ts';
import { freePort, startPinned } from './support/processes.ts';
import { browserGet, formPost, inspect } from './support/traffic.ts';

const LOADS = 5;
const HELD = 5;
/** Requests until caches that have a bound are full. */
const SETTLED = 10_000;

function cpuMilliseconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Megabytes. */
function held(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
}

/** Milliseconds from the start of the program until a gate with so many routes, of three rule sets in turns, accepts. */
async function startGate(routes: number, level: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-startup-'));
  const port = await freePort();
  const sets = ['', ', rule_set: strict', ', rule_set: paranoid'];
  const list = Array.from(
    { length: routes },
    (_, n) => `  - { hosts: [site${n}.example.com], upstream: app${sets[n % sets.length]} }`,
  );
  const config = join(folder, 'sallyport.yaml');
  writeFileSync(
    config,
    `listeners: [{ port: ${port} }]
upstreams: { app: "http://127.0.0.1:9" }
rules: { crs: ${JSON.stringify(CORE_RULE_SET)}, paranoia: ${level} }
rule_sets: { strict: { paranoia: 2 }, paranoid: { paranoia: 4 } }
logs: { access: access.log, error: error.log }
routes:
${list.join('\n')}\n`,
  );
  const program = fileURLToPath(new URL('../packages/gateway/bin/sallyport.mjs', import.meta.url));
  const start = performance.now();
  const gate = await startPinned(0, [process.execPath, program, 'run', '--config', config], port, 'the gate');
  const milliseconds = performance.now() - start;
  await gate.stop();
  rmSync(folder, { recursive: true });
  return milliseconds;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      level: { type: 'string', default: '1' },
      evaluator: { type: 'string', default: 'optimized' },
      requests: { type: 'string', default: '100000' },
      routes: { type: 'string', default: '1000' },
    },
  });
  requireCoreRuleSet();
  const level = Number(values.level);
  const evaluator = values.evaluator === 'reference' ? 'reference' : 'optimized';
  const load = (): Waf => coreRuleSet(level, { evaluator });
  const show = (what: string, result: string): void => console.log(`${what.padEnd(48)} ${result}`);

  const clock = performance.now();
  const cold = cpuMilliseconds(load);
  const wall = performance.now() - clock;
  const warm = Math.min(...Array.from({ length: LOADS }, () => cpuMilliseconds(load)));
  show('load, cold', `${cold.toFixed(0)} ms (${wall.toFixed(0)} ms by the clock)`);
  show('load, warm', `${warm.toFixed(0)} ms`);
  const first = load();
  show('first request', `${cpuMilliseconds(() => inspect(first, browserGet())).toFixed(1)} ms`);
  const megabytes = (amount: number): string =>
    globalThis.gc === undefined ? 'memory only with --expose-gc' : `${amount.toFixed(1)} MB`;
  const empty = held();
  const alone = Array.from({ length: HELD }, load);
  show('memory of a rule set', megabytes((held() - empty) / alone.length));
  alone.length = 0;

  const before = held();
  const cache = createRuleCache();
  const three: Waf[] = [];
  const milliseconds = cpuMilliseconds(() => {
    for (const own of [1, 2, 4]) three.push(coreRuleSet(own, { evaluator, cache }));
  });
  show('three rule sets with one cache of patterns', `${milliseconds.toFixed(0)} ms, ${megabytes(held() - before)}`);

  const run = (count: number): number => {
    for (let n = 0; n < count; n++) inspect(first, n % 4 === 0 ? formPost() : browserGet());
    return held();
  };
  const settled = run(SETTLED);
  const later = run(Number(values.requests) - SETTLED);
  show(`memory behind ${SETTLED} and ${values.requests} requests`, `${megabytes(settled)}, ${megabytes(later)}`);

  for (const routes of [1, Number(values.routes)]) {
    show(`start of a gate with ${routes} routes`, `${(await startGate(routes, level)).toFixed(0)} ms by the clock`);
  }
}

await main();
