/** What the first requests would wait for is made behind a start, and before a reload. */
import { expect, it } from 'vitest';
import type { Gateway } from '../src/gateway.ts';
import { startGate, testConfig } from './support/gate.ts';
import { startUpstream } from './support/upstream.ts';

const rules = (word: string): string =>
  `SecRuleEngine On\nSecRule ARGS "@rx ${word}[0-9]+ab?" "id:1,phase:2,deny,log"\nSecRule ARGS "@pm ${word} another" "id:2,phase:2,deny,log"\n`;

/** Rounds of the event loop that a gate has left to do for requests to come. */
async function roundsLeft(gateway: Gateway): Promise<number> {
  let rounds = 0;
  let timer: NodeJS.Immediate;
  const count = (): void => {
    rounds++;
    timer = setImmediate(count);
  };
  timer = setImmediate(count);
  await gateway.prepare();
  clearImmediate(timer);
  return rounds;
}

it('a gate that starts serves at once, and one that has rules anew when they are prepared', async () => {
  const upstream = await startUpstream();
  const gate = await startGate(upstream.port, { rules: rules('select') });
  expect(await roundsLeft(gate.gateway)).toBeGreaterThan(0);
  expect(await roundsLeft(gate.gateway)).toBe(0);

  await gate.gateway.reload(testConfig(gate.folder, upstream.port, { rules: rules('union') }));
  expect(await roundsLeft(gate.gateway)).toBe(0);
});
