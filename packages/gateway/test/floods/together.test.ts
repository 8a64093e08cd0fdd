/** Processes of one gate, and gates of several machines, that count together. */
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type RunningGate, startGate, testConfig } from '../support/gate.ts';
import { describeRedis, freePort, startRedis } from '../support/redis.ts';
import { startUpstream } from '../support/upstream.ts';
import { askAs, FLOODER, statusesOf, times } from './clients.ts';
import { clock } from './still-clock.ts';

vi.mock('../../src/stages/flood/steady-time.ts', () => import('./still-clock.ts'));

describe('processes of one gate', () => {
  it('count together through a folder', async () => {
    const upstream = await startUpstream();
    const one = await startGate(upstream.port, {
      yaml: `floods: { path: { requests: 10, per: 1 m }, shared_dir: shared }`,
    });
    const two = await startGate(upstream.port, {
      yaml: `floods: { path: { requests: 10, per: 1 m }, shared_dir: ${join(one.folder, 'shared')} }`,
    });
    const all = await Promise.all(Array.from({ length: 40 }, (_, at) => askAs(at % 2 === 0 ? one : two, FLOODER)));
    expect(all.filter(({ status }) => status === 200)).toHaveLength(10);
    await two.gateway.floods.remove(FLOODER);
    await expect.poll(async () => (await one.gateway.floods.list()).length).toBe(0);
  });
});

describeRedis('machines count together through Redis', () => {
  const yaml = (url: string, timeout: string, more = ''): string =>
    `floods: { path: { requests: 10, per: 1 m }, store: { url: "${url}", timeout: ${timeout}${more} } }`;

  it('exactly, also while they ask at the same time; bans are shared, listed and lifted', async () => {
    const upstream = await startUpstream();
    const folder = (await startGate(upstream.port)).folder;
    const redis = await startRedis(folder, await freePort());
    onTestFinished(() => redis.kill());
    const gates = await Promise.all([1, 2].map(() => startGate(upstream.port, { yaml: yaml(redis.url, '1 m') })));
    const [one, two] = gates as [RunningGate, RunningGate];
    const all = await Promise.all(Array.from({ length: 60 }, (_, at) => askAs(at % 2 === 0 ? one : two, FLOODER)));
    expect(all.filter(({ status }) => status === 200)).toHaveLength(10);
    expect((await askAs(two, '127.0.0.9')).status).toBe(200);
    expect(await two.gateway.floods.list()).toMatchObject([
      { address: FLOODER, by: 'path', reason: 'path: 11 requests in 60 s, and 10 may be' },
    ]);
    await one.gateway.floods.remove(FLOODER);
    // The other gate takes a ban for granted for a second.
    clock.now += 1100;
    expect((await askAs(two, FLOODER, '/other')).status).toBe(200);
    await two.gateway.floods.add('127.0.0.8', 60_000, 'by hand');
    expect((await askAs(one, '127.0.0.8')).status).toBe(429);
  });

  it.each([
    ['local', '', [...times(10, 200), 429, 429]],
    ['pass', ', when_away: pass', times(12, 200)],
    ['refuse', ', when_away: refuse', times(12, 503)],
  ])('stopped and started in between, when_away: %s', async (_name, more, whileAway) => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { yaml: 'logs: { error: error.log }' });
    const port = await freePort();
    const redis = await startRedis(gate.folder, port);
    await gate.gateway.reload(
      testConfig(gate.folder, upstream.port, { yaml: `${yaml(redis.url, '1 m', more)}\nlogs: { error: error.log }` }),
    );
    expect(await statusesOf(gate, 3, '127.0.0.5')).toEqual(times(3, 200));
    await redis.kill();
    // None of them waits for the minute that the server has to answer.
    expect(await statusesOf(gate, 12)).toEqual(whileAway);
    expect(await gate.errorLog()).toMatch(/redis:\/\/127\.0\.0\.1:\d+ cannot be used/);
    const again = await startRedis(gate.folder, port);
    onTestFinished(() => again.kill());
    await expect.poll(() => gate.errorLog()).toContain('counting there again');
    expect(await statusesOf(gate, 12, '127.0.0.6')).toEqual([...times(10, 200), 429, 429]);
  });

  it('a server that hangs holds a request up for its time, and the next ones not at all', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port);
    const redis = await startRedis(gate.folder, await freePort());
    const hung = await startGate(upstream.port, { yaml: yaml(redis.url, '2 s') });
    expect((await askAs(hung, FLOODER)).status).toBe(200);
    redis.process.kill('SIGSTOP');
    onTestFinished(async () => {
      redis.process.kill('SIGCONT');
      await redis.kill();
    });
    const first = performance.now();
    expect((await askAs(hung, FLOODER)).status).toBe(200);
    expect(performance.now() - first).toBeLessThan(4000);
    const rest = performance.now();
    expect(await statusesOf(hung, 5)).toEqual(times(5, 200));
    expect(performance.now() - rest).toBeLessThan(2000);
  });
});
