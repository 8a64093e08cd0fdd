/** Logs of the rules that go to programs: SecAuditLog and SecGuardianLog with a `|`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createGateway } from '../src/index.ts';
import { ask } from './support/client.ts';
import { startGate, testConfig, testFolder } from './support/gate.ts';
import { startUpstream } from './support/upstream.ts';

function reader(folder: string): string {
  const file = join(folder, 'reader.sh');
  writeFileSync(file, '#!/bin/sh\nexec cat > "$1"\n', { mode: 0o755 });
  return file;
}

it('a guardian gets a line per request, where its condition holds', async () => {
  const upstream = await startUpstream();
  const folder = testFolder();
  const out = join(folder, 'guardian.out');
  const gate = await startGate(upstream.port, {
    rules: `SecRuleEngine On
SecGuardianLog "|${reader(folder)} ${out}" env=!known
SecRule ARGS:a "@streq k" "id:1,phase:1,pass,nolog,setenv:known=1"
SecRule ARGS:a "@streq x" "id:2,phase:1,deny,status:403"\n`,
  });
  await ask(gate.port, '/one?a=x');
  await ask(gate.port, '/two?a=k');
  await ask(gate.port, '/three?a=b%0A');
  await expect.poll(() => readFileSync(out, 'latin1')).toContain('/three');
  const lines = readFileSync(out, 'latin1').split('\n').slice(0, -1);
  expect(lines.map((line) => line.replace(/\[[^\]]+\]/, 'T').replace(/ "-" \S+ "-" \d+ 0 /, ' … '))).toEqual([
    expect.stringMatching(/^127\.0\.0\.1 127\.0\.0\.1 - - T "GET \/one\?a=x HTTP\/1\.1" 403 \d+ "-" … "-" 0 $/),
    expect.stringMatching(/^127\.0\.0\.1 127\.0\.0\.1 - - T "GET \/three\?a=b%0A HTTP\/1\.1" 200 \d+ "-" … "-" 0 $/),
  ]);
});

it('audit entries', async () => {
  const upstream = await startUpstream();
  const folder = testFolder();
  const out = join(folder, 'audit.out');
  const gate = await startGate(upstream.port, {
    yaml: 'logs: { error: error.log }',
    rules: `SecRuleEngine On
SecAuditEngine RelevantOnly
SecAuditLog "|${reader(folder)} ${out}"
SecAuditLogFormat JSON
SecRule ARGS:a "@streq x" "id:2,phase:1,deny,status:403,log,auditlog"\n`,
  });
  await ask(gate.port, '/one?a=x');
  await expect.poll(() => readFileSync(out, 'latin1')).toContain('GET /one?a=x');
  expect(JSON.parse(readFileSync(out, 'latin1'))).toMatchObject({ transaction: { remote_address: '127.0.0.1' } });
});

it('a program that cannot be run stops the start', async () => {
  const folder = testFolder();
  const rules = 'SecRuleEngine On\nSecGuardianLog |/nowhere/guardian\nSecAuditLog |/etc/passwd\n';
  const yaml = 'logs: { error: error.log }';
  await expect(createGateway(testConfig(folder, 9, { rules, yaml }))).rejects.toThrow(
    'SecAuditLog: /etc/passwd is no program that can be run\nSecGuardianLog: /nowhere/guardian is no program that can be run',
  );
});
