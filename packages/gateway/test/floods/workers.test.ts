/** Flood control over the workers of one gate, and the commands that look at it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask } from '../support/client.ts';
import { type RunningCommand, runCommand, startCommand } from '../support/command.ts';
import { testFolder } from '../support/gate.ts';
import { startUpstream } from '../support/upstream.ts';

const FLOODER = '127.0.0.2';

async function startGate(
  workers: number,
  floods: string,
): Promise<{ gate: RunningCommand; folder: string; socket: string }> {
  const folder = testFolder();
  const upstream = await startUpstream();
  writeFileSync(
    join(folder, 'sallyport.yaml'),
    `listeners: [{ port: 0 }]
upstreams: { app: "http://127.0.0.1:${upstream.port}" }
routes: [{ upstream: app, waf: off }]
logs: { error: error, access: access }
workers: { count: ${workers} }
run_dir: run
floods: ${floods}
`,
  );
  const gate = await startCommand([], folder);
  return { gate, folder, socket: join(folder, 'run', 'control.sock') };
}

describe('four workers', () => {
  it('let exactly the limit through, whoever gets the requests', async () => {
    const { gate, folder, socket } = await startGate(4, '{ path: { requests: 100, per: 10 m } }');
    const answers = await Promise.all(
      Array.from({ length: 300 }, () => ask(gate.port, '/', { localAddress: FLOODER })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(100);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(200);

    const list = await runCommand(['bans', '--socket', socket], folder);
    expect(list.out).toMatch(/^127\.0\.0\.2 +\d+ s left {2}path: 101 requests in 600 s, and 100 may be\n$/);

    // A worker that starts later knows of the ban as well.
    const { out } = await runCommand(['status', '--socket', socket, '--json'], folder);
    const workers = (JSON.parse(out) as { workers: { pid: number }[] }).workers;
    for (const { pid } of workers) process.kill(pid, 'SIGKILL');
    await expect
      .poll(async () => (await ask(gate.port, '/', { localAddress: FLOODER }).catch(() => ({ status: 0 }))).status, {
        timeout: 30_000,
      })
      .toBe(429);
  });
});

describe.each([
  ['one process', 0],
  ['two workers', 2],
])('sallyport bans, with %s', (_name, workers) => {
  it('adds, lists and removes', async () => {
    const { gate, folder, socket } = await startGate(workers, '{}');
    const bans = (...words: string[]) => runCommand(['bans', ...words, '--socket', socket], folder);
    const status = async (localAddress: string): Promise<number> =>
      (await ask(gate.port, '/', { localAddress })).status;

    expect(await bans()).toMatchObject({ code: 0, out: 'nobody is banned\n' });
    const before = performance.now();
    expect(await bans('add', FLOODER, '--for', '10m', '--reason', 'asked for')).toMatchObject({
      code: 0,
      out: `${FLOODER} is banned for 10m\n`,
    });
    expect(await status(FLOODER)).toBe(429);
    expect(await status('127.0.0.3')).toBe(200);
    const { out } = await bans('list');
    const left = Number(/^127\.0\.0\.2 +(\d+) s left {2}by hand: asked for\n$/.exec(out)?.[1]);
    expect(left).toBeLessThanOrEqual(600);
    // How long the commands took is up to the machine.
    expect(left).toBeGreaterThanOrEqual(Math.floor(600 - (performance.now() - before) / 1000));
    const [listed] = JSON.parse((await bans('--json')).out) as { address: string; until: number }[];
    expect(listed).toMatchObject({ address: FLOODER, by: 'manual', reason: 'asked for' });
    expect(await bans('remove', FLOODER)).toMatchObject({ code: 0, out: `${FLOODER} is free\n` });
    await expect.poll(() => status(FLOODER)).toBe(200);
    expect(await bans('remove', FLOODER)).toMatchObject({ code: 1, err: `${FLOODER} is not banned\n` });
    expect((await bans('add', '127.0.0.1')).err).toContain('floods.allow');
    expect(await status('127.0.0.1')).toBe(200);
  });
});

describe('sallyport bans', () => {
  it.each([
    [['add'], 'bans add needs an address'],
    [['list', '192.0.2.1'], 'unexpected "192.0.2.1"'],
    [['lift', '192.0.2.1'], 'bans cannot "lift"'],
    [['add', '192.0.2.1', '--for', 'ever'], '--for ever: write for example 30s, 10m, 2h or 7d'],
  ])('%j is refused', async (words, message) => {
    const { code, err } = await runCommand(['bans', ...words, '--socket', '/nowhere'], testFolder());
    expect([code, err.split('\n', 1)[0]]).toEqual([2, `sallyport bans: ${message}`]);
  });

  it('says when no gate is there, and what the gate refuses', async () => {
    const { socket, folder } = await startGate(0, '{}');
    expect(await runCommand(['bans', '--socket', '/nowhere'], folder)).toMatchObject({
      code: 1,
      err: expect.stringContaining('no gate'),
    });
    expect(await runCommand(['bans', 'add', 'example.org', '--socket', socket], folder)).toMatchObject({
      code: 1,
      err: 'address: an IP address is needed\n',
    });
  });
});
