/**
 * ModSecurity 2.9 under Debian's Apache and our engine, asked the same. The short form of `npm run differential`; needs
 * `node scripts/peers.mjs install apache`, and must not be skipped where CI=true.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasApache } from '../ftw/apache.ts';
import { placeOf } from './compare.ts';
import { EXPLANATIONS } from './explained.ts';
import { compareGate } from './gate-side.ts';
import { run } from './run.ts';

const isRequired = process.env['CI'] === 'true';
if (!hasApache) console.warn("skipped: no Apache with ModSecurity 2.9 (Debian's libapache2-mod-security2)");

describe.skipIf(!hasApache && !isRequired)('ModSecurity 2.9 and we (skipped without libapache2-mod-security2)', () => {
  it('find the same in the same requests, but for what was chosen', async () => {
    const { comparisons, agreed, unexplained } = await run({ seed: 7, configurations: 10, units: 50, requests: 30 });
    expect(unexplained.map(placeOf)).toEqual([]);
    expect(comparisons).toBeGreaterThan(20_000);
    expect(agreed).toBeGreaterThan(0.9 * comparisons);
  });
});

it('the gate finds behind sockets what the engine finds in process', async () => {
  const { comparisons, refused, differences } = await compareGate(3, 50, 60);
  expect(differences.map(placeOf)).toEqual([]);
  expect(comparisons).toBeGreaterThan(2_000);
  expect(refused).toBeLessThan(40);
});

it('every explanation has its row in the record of decisions', () => {
  const record = readFileSync(new URL('../../docs/adr/0009-deviations-from-modsecurity-2.md', import.meta.url), 'utf8');
  const rows = record.split('\n').map((line) => line.split('|')[1]?.trim());
  expect(EXPLANATIONS.map(({ name }) => name).filter((name) => !rows.includes(name))).toEqual([]);
  expect(new Set(EXPLANATIONS.map(({ name }) => name)).size).toBe(EXPLANATIONS.length);
});
