/**
 * What happens when something breaks while requests come? Runs the faults one after the other and prints requests, lost requests
 * and time to recover; the exit code is 1 when a promise was not kept.
 *
 *     npm run faults -- [--short] [F01 F18 …]
 */
import { parseArgs } from 'node:util';
import { SCENARIOS } from './scenarios/index.ts';
import { type Row, report } from './support/report.ts';
import type { Outcome, Scenario } from './support/scenario.ts';

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: { short: { type: 'boolean' } }, allowPositionals: true });
  const unknown = positionals.filter((id) => !SCENARIOS.some((one) => one.id === id));
  if (unknown.length > 0) {
    console.error(`no such run: ${unknown.join(', ')}; there are ${SCENARIOS.map((one) => one.id).join(', ')}`);
    return 2;
  }
  const rows: Row[] = [];
  for (const scenario of SCENARIOS) {
    if (positionals.length > 0 && !positionals.includes(scenario.id)) continue;
    console.error(`${scenario.id}  ${scenario.title}`);
    rows.push({ scenario, outcome: await runOne(scenario, values.short === true) });
  }
  console.log(report(rows));
  return rows.some(({ outcome }) => typeof outcome !== 'string' && outcome.misses.length > 0) ? 1 : 0;
}

async function runOne(scenario: Scenario, isShort: boolean): Promise<Outcome | string> {
  const missing = scenario.missing?.();
  if (missing !== undefined) return process.env['CI'] === 'true' ? failed(missing) : missing;
  try {
    return await scenario.run(isShort);
  } catch (cause) {
    return failed(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
  }
}

function failed(reason: string): Outcome {
  return { requests: 0, lost: 0, seen: 'could not be run', misses: [reason] };
}

process.exit(await main());
