/** SecDebugLog on disk. */
import { existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ask } from './support/client.ts';
import { startGate, testFolder } from './support/gate.ts';
import { startUpstream } from './support/upstream.ts';

const rules = (folder: string, level: number): string => `SecRuleEngine On
SecDebugLog ${join(folder, 'debug.log')}
SecDebugLogLevel ${level}
SecRule ARGS:a "@streq x" "id:1,phase:1,deny,status:403,log,msg:'no x'"\n`;

it('steps of each request, in a file that rotates', async () => {
  const upstream = await startUpstream();
  const folder = testFolder();
  const gate = await startGate(upstream.port, { rules: rules(folder, 4) });
  const file = join(folder, 'debug.log');
  expect((await ask(gate.port, '/first?a=x')).status).toBe(403);
  await gate.gateway.logs.flush();
  const text = readFileSync(file, 'latin1');
  expect(text).toMatch(/^\[[^\]]+\] \[127\.0\.0\.1\/sid#\d+\]\[rid#[^\]]+\]\[\/first\]\[4\] Initialising transaction/m);
  expect(text).toContain('[1] Access denied with code 403 (phase 1). String match "x" at ARGS:a.');
  expect(statSync(file).mode & 0o777).toBe(0o640);
  // The error log has what it had without.
  expect(await gate.errorLog()).toContain('[id "1"]');
  renameSync(file, `${file}.1`);
  await gate.gateway.logs.reopen();
  await ask(gate.port, '/second');
  await gate.gateway.logs.flush();
  expect(readFileSync(file, 'latin1')).toContain('[/second]');
  expect(readFileSync(`${file}.1`, 'latin1')).not.toContain('[/second]');
});

it('at level 0 there is no file', async () => {
  const upstream = await startUpstream();
  const folder = testFolder();
  const gate = await startGate(upstream.port, { rules: rules(folder, 0) });
  await ask(gate.port, '/');
  await gate.gateway.logs.flush();
  expect(existsSync(join(folder, 'debug.log'))).toBe(false);
});
