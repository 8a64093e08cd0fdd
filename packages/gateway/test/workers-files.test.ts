/** A worker that takes the place of another means the configuration that was accepted, whatever has become of its files. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeCertificate } from './support/certificate.ts';
import { startUpstream } from './support/upstream.ts';
import { startWorkers, type WorkersGate } from './support/workers.ts';

const RULES = 'SecRuleEngine On\nInclude rules.d/*.conf\n';
const LISTED = 'SecRule ARGS:a "@pmFromFile words.data" "id:7,phase:1,deny,status:406"\n';

function statusOf(port: number, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, servername: 'gate.test', rejectUnauthorized: false, agent: false };
    request(options, (response) => response.resume().on('end', () => resolve(response.statusCode ?? 0)))
      .on('error', reject)
      .end();
  });
}

async function replaceAll(gate: WorkersGate): Promise<void> {
  const before = (await gate.workers('serving')).map(({ pid }) => pid);
  for (const pid of before) process.kill(pid, 'SIGKILL');
  const others = async (): Promise<number> =>
    (await gate.workers('serving')).filter(({ pid }) => !before.includes(pid)).length;
  await expect.poll(others).toBe(before.length);
}

it('after a crash rules, their data and certificates are those that were accepted; a reload looks at the disk', async () => {
  const upstream = await startUpstream();
  const gate = await startWorkers(upstream.port, 2, {
    rules: RULES,
    yaml: 'listeners: [{ port: 0, tls: { certificate: gate.test.pem, key: gate.test.key } }]',
    prepare(folder) {
      makeCertificate(folder, 'gate.test');
      mkdirSync(join(folder, 'rules.d'));
      writeFileSync(join(folder, 'rules.d', 'words.conf'), LISTED);
      writeFileSync(join(folder, 'rules.d', 'words.data'), 'evil\n');
    },
  });
  expect(await statusOf(gate.port, '/?a=evil')).toBe(406);

  gate.write('rules.conf', 'SecNonsense\n');
  for (const name of ['gate.test.pem', 'gate.test.key', 'rules.d'])
    rmSync(join(gate.folder, name), { recursive: true });
  await replaceAll(gate);
  for (let round = 0; round < 6; round++) {
    expect(await statusOf(gate.port, '/?a=evil')).toBe(406);
    expect(await statusOf(gate.port, '/?a=good')).toBe(200);
  }

  await gate.reload('reload refused: ');
  await replaceAll(gate);
  expect(await statusOf(gate.port, '/?a=evil')).toBe(406);

  gate.write('rules.conf', 'SecRuleEngine On\nSecRule ARGS:a "@streq other" "id:8,phase:1,deny,status:409"\n');
  makeCertificate(gate.folder, 'gate.test');
  await gate.reload();
  expect(await statusOf(gate.port, '/?a=evil')).toBe(200);
  expect(await statusOf(gate.port, '/?a=other')).toBe(409);
});
