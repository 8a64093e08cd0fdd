/**
 * How long does it take to load the Core Rule Set, and how much memory does it hold?
 *
 *     node --expose-gc bench/startup.ts [paranoia level] [optimized | reference]
 *
 * Each number is CPU time of this process. `cold` is the first load, as a server sees it; `warm` the fastest of the next ones,
 * as a configuration reload sees it. Memory is what ten more loads add, each.
 */
import { coreRuleSet, requireCoreRuleSet } from './support/core-rule-set.ts';
import { browserGet, inspect } from './support/traffic.ts';

requireCoreRuleSet();
const level = Number(process.argv[2] ?? 1);

function cpuMilliseconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function heldBytes(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** One process measures one evaluator well: what the first one leaves behind would count for the second. */
const evaluator = process.argv[3] === 'reference' ? 'reference' : 'optimized';

const cold = cpuMilliseconds(() => coreRuleSet(level, { evaluator }));
const loads = Array.from({ length: 5 }, () => cpuMilliseconds(() => coreRuleSet(level, { evaluator })));
const first = coreRuleSet(level, { evaluator });
const firstRequest = cpuMilliseconds(() => inspect(first, browserGet()));
const before = heldBytes();
const held = Array.from({ length: 10 }, () => coreRuleSet(level, { evaluator }));
const megabytes = (heldBytes() - before) / held.length / 1e6;
const memory = globalThis.gc === undefined ? 'run with --expose-gc for memory' : `${megabytes.toFixed(1)} MB each`;
console.log(
  `${evaluator.padEnd(10)} cold ${cold.toFixed(0)} ms   warm ${Math.min(...loads).toFixed(0)} ms   first request ${firstRequest.toFixed(1)} ms   ${memory}`,
);
