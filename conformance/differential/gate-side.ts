import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGateChild } from '../../packages/gateway/src/ftw/gate-child.ts';
import { startApplication } from './answers.ts';
import { compare, type Difference } from './compare.ts';
import { makeConfiguration } from './configuration.ts';
import { engineSide } from './engine-side.ts';
import type { Observation } from './observations.ts';
import { throughReading } from './predicates.ts';
import { makeRequests } from './requests.ts';
import { askServer } from './server-side.ts';

export interface GateResult {
  readonly comparisons: number;
  /** Requests the gate refuses before rules have a say: it is stricter than Apache. */
  readonly refused: number;
  readonly differences: readonly Difference[];
}

/**
 * The engine behind sockets, in a gate in a process of its own, must find what it finds in process: what was proved of one
 * is then true of the other.
 */
export async function compareGate(seed: number, units: number, requestCount: number): Promise<GateResult> {
  const configuration = makeConfiguration(seed, units);
  const requests = makeRequests(seed, requestCount, configuration.argumentSeparator);
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-differential-'));
  const rules = join(folder, 'rules.conf');
  writeFileSync(rules, Buffer.from(configuration.text, 'latin1'));
  const application = await startApplication();
  const gate = await startGateChild({ rules: [rules], upstreamPort: application.port });
  try {
    const observed = await askServer({ ...gate.target, logFile: gate.logFile, escapesLines: true }, requests);
    const ask = engineSide(rules, 'reference');
    const differences: Difference[] = [];
    let comparisons = 0;
    let refused = 0;
    for (const request of requests) {
      const behindSockets = observed.get(request.label)!;
      const inProcess = await ask(request);
      if (!behindSockets.isComplete || (behindSockets.status === 400 && inProcess.status !== 400)) {
        refused++;
        continue;
      }
      const found = compare(configuration, request, withoutHost(behindSockets), withoutHost(inProcess));
      comparisons += found.count;
      // The gate joins repeated headers before anybody sees them.
      differences.push(...found.differences.filter((one) => !throughReading(one, /^FULL_REQUEST/)));
    }
    return { comparisons, refused, differences };
  } finally {
    await gate.stop();
    await application.close();
    rmSync(folder, { recursive: true });
  }
}

/** The gate writes the Host header as it came into its lines. */
function withoutHost(observation: Observation): Observation {
  const lines = observation.lines.map(({ id, text }) => ({ id, text: text.replace(/ \[hostname "[^"]*"\]/, '') }));
  return { ...observation, lines };
}
