/** What was ordered by hand holds until somebody takes it back, whatever becomes of the processes meanwhile. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { askGate } from '../src/admin/client.ts';
import { ask } from './support/client.ts';
import { type RunningCommand, runCommand, startCommand } from './support/command.ts';
import { testFolder } from './support/gate.ts';
import { startUpstream } from './support/upstream.ts';

const RULES = 'SecRuleEngine On\nSecRule ARGS "@contains evil" "id:7,phase:1,deny,status:406"\n';

interface Place {
  readonly folder: string;
  start(): Promise<RunningCommand>;
  order(method: string, path: string, body?: unknown): Promise<unknown>;
  /** What is in force now. */
  look(): Promise<{ readonly switches: unknown; readonly bans: unknown }>;
}

async function placeOf(workers: number, yaml = ''): Promise<Place> {
  const upstream = await startUpstream();
  const folder = testFolder();
  writeFileSync(join(folder, 'rules.conf'), RULES);
  writeFileSync(
    join(folder, 'sallyport.yaml'),
    `listeners: [{ port: 0 }]
upstreams: { app: "http://127.0.0.1:${upstream.port}" }
routes: [{ upstream: app }]
rules: { files: rules.conf }
logs: { access: access.log, error: error.log }
run_dir: run
${yaml}\n`,
  );
  const order = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const reply = await askGate(join(folder, 'run', 'control.sock'), method, path, body);
    expect(reply).toMatchObject({ status: 200 });
    return reply.body;
  };
  return {
    folder,
    start: () => startCommand(['--workers', String(workers)], folder),
    order,
    look: async () => ({
      ...((await order('GET', '/rules/switches')) as { readonly switches: unknown }),
      ...((await order('GET', '/bans')) as { readonly bans: unknown }),
    }),
  };
}

async function stop(gate: RunningCommand): Promise<void> {
  gate.child.kill('SIGTERM');
  expect((await gate.finished()).code).toBe(0);
}

const IN_FORCE = {
  switches: [expect.objectContaining({ id: 7, to: 'off', by: 'alice' })],
  bans: [expect.objectContaining({ address: '192.0.2.7', by: 'manual', reason: 'noisy' })],
};

async function orderAll(place: Place): Promise<void> {
  await place.order('PUT', '/rules/7/switch', { to: 'off', by: 'alice' });
  await place.order('POST', '/bans', { address: '192.0.2.7', seconds: 3600, reason: 'noisy' });
  await place.order('POST', '/bans', { address: '192.0.2.8', seconds: 3600 });
  await place.order('DELETE', '/bans/192.0.2.8');
  expect(await place.look()).toEqual(IN_FORCE);
}

describe('orders given by hand', () => {
  it.each([0, 1])('outlive a restart, with %i workers', async (workers) => {
    const place = await placeOf(workers, 'state_dir: state');
    const first = await place.start();
    await orderAll(place);
    await stop(first);

    const second = await place.start();
    expect(await place.look()).toEqual(IN_FORCE);
    expect((await ask(second.port, '/?a=evil')).status).toBe(200);
    expect(readFileSync(join(place.folder, 'error.log'), 'latin1')).toMatch(
      /192\.0\.2\.7 stays banned for 3\d\d\d s: noisy/,
    );
    await place.order('DELETE', '/rules/7/switch?by=bob');
    await place.order('DELETE', '/bans/192.0.2.7');
    await stop(second);

    const third = await place.start();
    expect(await place.look()).toEqual({ switches: [], bans: [] });
    expect((await ask(third.port, '/?a=evil')).status).toBe(406);
    await stop(third);
  });

  it('outlive a worker that is killed, and an upgrade', async () => {
    const place = await placeOf(1);
    const gate = await place.start();
    await orderAll(place);
    type Status = {
      readonly pid: number;
      readonly workers: readonly { readonly pid: number; readonly state: string }[];
    };
    const status = async (): Promise<Status> => (await place.order('GET', '/status')) as Status;
    const victim = (await status()).workers[0]?.pid ?? 0;
    process.kill(victim, 'SIGKILL');
    const serving = async (): Promise<boolean> =>
      (await status()).workers.some((one) => one.state === 'serving' && one.pid !== victim);
    await expect.poll(serving).toBe(true);
    expect(await place.look()).toEqual(IN_FORCE);

    gate.child.kill('SIGUSR2');
    expect((await gate.exited()).code).toBe(0);
    const { pid } = await status();
    onTestFinished(() => void process.kill(pid, 'SIGKILL'));
    expect(await place.look()).toEqual(IN_FORCE);
  });

  it.each([0, 1])('that cannot be read any more stop the start, with %i workers', async (workers) => {
    const place = await placeOf(workers, 'state_dir: state');
    await stop(await place.start());
    writeFileSync(join(place.folder, 'state', 'standing-orders.json'), '{"version":1,"orders":[{');
    const { code, err } = await runCommand(['run', '--workers', String(workers)], place.folder);
    expect(code).toBe(1);
    expect(err).toMatch(
      /standing-orders\.json holds bans, switched rules and revoked tokens, and is damaged; repair it, or remove it/,
    );
  });
});
