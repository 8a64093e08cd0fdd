/** Bans of a running gate: how they come, stay and go. */
import { describe, expect, it, vi } from 'vitest';
import { startGate, testConfig } from '../support/gate.ts';
import { wait } from '../support/silence.ts';
import { startUpstream } from '../support/upstream.ts';
import { askAs, FLOODER, statusesOf } from './clients.ts';
import { clock } from './still-clock.ts';

vi.mock('../../src/stages/flood/steady-time.ts', () => import('./still-clock.ts'));

describe('bans', () => {
  it('are added, listed and lifted', async () => {
    const gate = await startGate((await startUpstream()).port);
    const { floods } = gate.gateway;
    await floods.add(FLOODER, 60_000, 'asked for');
    expect((await askAs(gate, FLOODER)).status).toBe(429);
    const [ban] = await floods.list();
    expect(ban).toMatchObject({ address: FLOODER, by: 'manual', reason: 'asked for' });
    expect(Math.abs((ban?.until ?? 0) - Date.now() - 60_000)).toBeLessThan(5000);
    expect(await floods.remove(FLOODER)).toBe(true);
    expect(await floods.remove(FLOODER)).toBe(false);
    expect((await askAs(gate, FLOODER)).status).toBe(200);
  });

  it('outlive a reload, whether it changes them or not', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port);
    await gate.gateway.floods.add(FLOODER, 60_000, 'asked for');
    for (const yaml of ['', 'floods: { path: { requests: 7 } }']) {
      await gate.gateway.reload(testConfig(gate.folder, upstream.port, { yaml }));
      await wait(50);
      expect((await askAs(gate, FLOODER)).status).toBe(429);
    }
  });

  it('end by themselves', async () => {
    const gate = await startGate((await startUpstream()).port, {
      yaml: 'floods: { path: { requests: 1, per: 100 ms }, ban: 500 ms }',
    });
    expect(await statusesOf(gate, 3)).toEqual([200, 429, 429]);
    clock.now += 490;
    expect((await askAs(gate, FLOODER)).status).toBe(429);
    clock.now += 20;
    expect((await askAs(gate, FLOODER)).status).toBe(200);
  });
});
