/**
 * How long does the engine take for an ordinary request, and how much of that does the optimized evaluator save?
 *
 *     node bench/engine.ts [paranoia level]
 *
 * Reference and optimized take turns with the same kind of requests, in batches short enough to fit between the disturbances
 * of a shared machine. The fastest batch is the cost without them; compare ratios, not numbers of different machines.
 */
import { coreRuleSet, requireCoreRuleSet } from './support/core-rule-set.ts';
import { browserGet, formPost, inspect, type WireRequest } from './support/traffic.ts';

const ROUNDS = 150;
const BATCH = 20;

requireCoreRuleSet();
const level = Number(process.argv[2] ?? 1);
const evaluators = (['reference', 'optimized'] as const).map((evaluator) => ({
  evaluator,
  waf: coreRuleSet(level, { evaluator }),
}));
const kinds: readonly (readonly [string, () => WireRequest])[] = [
  ['GET, 11 headers, 4 arguments', browserGet],
  ['POST, 12 fields', formPost],
];

const batches = new Map<string, number[]>();
for (let round = 0; round < ROUNDS; round++) {
  for (const [kind, create] of kinds) {
    for (const { evaluator, waf } of evaluators) {
      const requests = Array.from({ length: BATCH }, create);
      const start = performance.now();
      for (const request of requests) inspect(waf, request);
      const microseconds = ((performance.now() - start) * 1000) / BATCH;
      const name = `${kind} | ${evaluator}`;
      batches.set(name, [...(batches.get(name) ?? []), microseconds]);
    }
  }
}

console.log(`Core Rule Set, paranoia level ${level}, Node ${process.version}, µs per request in phases 1-5`);
for (const [name, times] of batches) {
  times.sort((left, right) => left - right);
  const at = (share: number): string => (times[Math.floor(times.length * share)] ?? 0).toFixed(0).padStart(6);
  console.log(`${name.padEnd(44)} fastest ${at(0)}   quarter ${at(0.25)}   median ${at(0.5)}`);
}
