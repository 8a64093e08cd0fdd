/**
 * How long does it take to load the Core Rule Set, how much memory does it hold, and what does a gate with many routes cost?
 *
 *     node --expose-gc bench/startup.ts [--level 1] [--evaluator optimized] [--requests 100000] [--routes 1000]
 *
 * Measures what users run: the packages as npm installs them, laid out in a temporary folder. Times are CPU time of all threads unless
 * they say otherwise. `cold` is what a process that has just begun sees, the fastest of several processes, with the clock beside it;
 * `warm` the fastest of the next loads in this process, as a reload sees it. Bounds: 500 ms for a load, 60 MB for a rule set, 3 s
 * for a thousand routes, and no more memory after many requests than after a few. Takes about a minute.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Waf } from '../packages/engine/src/contract.ts';
import { createRuleCache } from '../packages/engine/src/index.ts';
import type { ColdLoad } from './support/cold-load.ts';
import { CORE_RULE_SET, coreRuleSet, coreRuleSetSources, requireCoreRuleSet } from './support/core-rule-set.ts';
import { freePort, startPinned } from './support/processes.ts';
import { browserGet, formPost, inspect } from './support/traffic.ts';

const LOADS = 5;
/** Processes that load once, and gates that start. */
const STARTS = 5;
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
async function startGate(installed: string, routes: number, level: number): Promise<number> {
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
  const program = join(installed, 'node_modules/sallyport/bin/sallyport.mjs');
  const start = performance.now();
  const gate = await startPinned(0, [process.execPath, program, 'run', '--config', config], port, 'the gate');
  const milliseconds = performance.now() - start;
  await gate.stop();
  rmSync(folder, { recursive: true });
  return milliseconds;
}

/** The packages as npm installs them, in a folder of their own. */
function layOut(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bench-installed-'));
  execFileSync(process.execPath, [fileURLToPath(new URL('../scripts/lay-out.mjs', import.meta.url)), folder]);
  return folder;
}

/** The fastest of several cold loads by the installed engine, each in a process of its own. */
function coldLoad(installed: string, level: number, ...words: readonly string[]): ColdLoad {
  const child = fileURLToPath(new URL('support/cold-load.ts', import.meta.url));
  const engine = join(installed, 'node_modules/@sallyport/engine');
  const rules = JSON.stringify(coreRuleSetSources(level));
  const loads = Array.from({ length: STARTS }, (): ColdLoad => {
    const printed = execFileSync(process.execPath, [child, engine, rules, ...words], { encoding: 'utf8' });
    return JSON.parse(printed) as ColdLoad;
  });
  const least = (figure: (load: ColdLoad) => number): number => Math.min(...loads.map(figure));
  return {
    import: least((one) => one.import),
    load: least((one) => one.load),
    wall: least((one) => one.wall),
    prepare: least((one) => one.prepare),
    first: least((one) => one.first),
    firstPost: least((one) => one.firstPost),
  };
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

  const installed = layOut();
  const cold = coldLoad(installed, level);
  const prepared = coldLoad(installed, level, 'prepare');
  const milli = (amount: number): string => `${amount.toFixed(1)} ms`;
  show('import of the engine', milli(cold.import));
  show('load, cold', `${milli(cold.load)} (${milli(cold.wall)} by the clock)`);
  show('first GET behind it, then the first form', `${milli(cold.first)}, ${milli(cold.firstPost)}`);
  show('preparation in pauses', milli(prepared.prepare));
  show('first GET behind that, then the first form', `${milli(prepared.first)}, ${milli(prepared.firstPost)}`);
  load();
  const warm = Math.min(...Array.from({ length: LOADS }, () => cpuMilliseconds(load)));
  show('load, warm', milli(warm));
  const first = load();
  const megabytes = (amount: number): string =>
    globalThis.gc === undefined ? 'memory only with --expose-gc' : `${amount.toFixed(1)} MB`;
  const empty = held();
  const alone = Array.from({ length: HELD }, load);
  show('memory of a rule set', megabytes((held() - empty) / alone.length));
  for (const one of alone) for (const _piece of one.prepare());
  show('memory of a rule set, prepared', megabytes((held() - empty) / alone.length));
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
    const starts: number[] = [];
    for (let start = 0; start < STARTS; start++) starts.push(await startGate(installed, routes, level));
    const name = `start of a gate with ${routes} ${routes === 1 ? 'route' : 'routes'}, one processor`;
    show(name, `${milli(Math.min(...starts))} by the clock`);
  }
  rmSync(installed, { recursive: true });
}

await main();
