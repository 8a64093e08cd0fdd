/** The admin API and the commands that use it, on a gate that is one process. */
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { askGate } from '../src/admin/client.ts';
import { ask } from './support/client.ts';
import { type RunningCommand, runCommand, startCommand } from './support/command.ts';
import { testFolder } from './support/gate.ts';
import { startUpstream } from './support/upstream.ts';

async function startGate(): Promise<{ gate: RunningCommand; folder: string; socket: string }> {
  const folder = testFolder();
  const upstream = await startUpstream();
  writeFileSync(join(folder, 'rules.conf'), 'SecRuleEngine On\n');
  writeFileSync(
    join(folder, 'sallyport.yaml'),
    `listeners: [{ port: 0 }]\nupstreams: { app: "http://127.0.0.1:${upstream.port}" }\nrules: { files: rules.conf, unsafe_pass_on_error: true }\nlogs: { error: error, access: access }\nrun_dir: run\n`,
  );
  const gate = await startCommand([], folder);
  return { gate, folder, socket: join(folder, 'run', 'control.sock') };
}

describe('the control socket', () => {
  it('is for its owner only, and goes with the gate', async () => {
    const { gate, folder, socket } = await startGate();
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'run')).mode & 0o777).toBe(0o700);
    gate.child.kill('SIGTERM');
    expect((await gate.finished()).code).toBe(0);
    expect(existsSync(socket)).toBe(false);
  });

  it('answers in JSON, and says what is wrong with a request', async () => {
    const { gate, socket } = await startGate();
    await ask(gate.port, '/');
    expect(await askGate(socket, 'GET', '/status')).toMatchObject({
      status: 200,
      body: { pid: gate.pid, generation: 1, requests: 1, workers: [], unsafe: ['rules.unsafe_pass_on_error'] },
    });
    await expect
      .poll(async () => (await askGate(socket, 'GET', '/logs')).body)
      .toMatchObject({ workers: [{ pid: gate.pid, files: expect.arrayContaining([]) }] });
    expect(await askGate(socket, 'GET', '/health')).toMatchObject({ status: 200 });
    expect(await askGate(socket, 'GET', '/nothing')).toMatchObject({ status: 404 });
    expect(await askGate(socket, 'DELETE', '/status')).toMatchObject({ status: 405 });
  });

  it('reloads; a bad configuration is refused and the running one shown as stale until a good one comes', async () => {
    const { gate, folder, socket } = await startGate();
    expect(await askGate(socket, 'POST', '/reload')).toMatchObject({ status: 200, body: { isAccepted: true } });
    writeFileSync(join(folder, 'rules.conf'), 'SecRule ARGS "@noSuchThing" "id:1"\n');
    const refused = await askGate(socket, 'POST', '/reload');
    expect(refused).toMatchObject({
      status: 409,
      body: { isAccepted: false, lines: [expect.stringMatching(/rules\.conf:1:\d+ SL\d{4} /)] },
    });
    expect((await ask(gate.port, '/')).status).toBe(200);
    const stale = await runCommand(['status', '--socket', socket], folder);
    expect(stale.code).toBe(1);
    expect(stale.out).toMatch(/\nSTALE for \d+ s: the last reload was refused\n {2}.*rules\.conf:1:/);
    writeFileSync(join(folder, 'rules.conf'), 'SecRuleEngine On\n');
    await askGate(socket, 'POST', '/reload');
    const fine = await runCommand(['status'], folder);
    expect(fine).toMatchObject({ code: 0, err: '' });
    expect(fine.out).toMatch(/\nconfiguration {2}sallyport\.yaml, generation 3, /);
    expect(fine.out).toContain('UNSAFE         rules.unsafe_pass_on_error');
  });
});

describe('sallyport status', () => {
  it.each([
    [['status', '--socket', 'none.sock'], 1, 'no gate is running here: there is no none.sock\n'],
    [['status', '--listen', '127.0.0.1:0'], 2, 'sallyport status: which gate? name its --config, '],
  ])('%j without a gate', async (words, code, err) => {
    const result = await runCommand(words, testFolder());
    expect(result.code).toBe(code);
    expect(result.err.startsWith(err)).toBe(true);
  });
});
