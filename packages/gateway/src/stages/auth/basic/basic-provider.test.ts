import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Exchange } from '../../../proxy/exchange.ts';
import type { Finding } from '../principal.ts';
import { BasicProvider } from './basic-provider.ts';

const ALICES = '$apr1$abcdefgh$G8IsPsylW5ROvIKsQMRG61';
const BOBS = '$apr1$abcdefgh$Unf1zc.jsgCbBQDCL104q.';

/** A provider whose comparisons are written down and all come out as `fits` says. */
function providerOf(fits: boolean): {
  readonly ask: (user: string, password: string) => Promise<Finding | undefined>;
  readonly compared: string[];
} {
  const folder = mkdtempSync(join(tmpdir(), 'basic-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'htpasswd');
  writeFileSync(file, `alice:${ALICES}\nbob:${BOBS}\n`);
  const compared: string[] = [];
  const threads = {
    compare: async (password: string, stored: string): Promise<boolean> => {
      compared.push(`${password} ${stored}`);
      return fits;
    },
  };
  const config = { file, plainText: false, passCredentials: false };
  const provider = new BasicProvider({ name: 'p', config, realm: 'r', threads, say: () => {} });
  return {
    compared,
    ask: async (user, password) => {
      const value = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
      // Only what the provider looks at.
      const exchange = {
        head: { lowerNames: ['authorization'], values: [value] },
        client: { address: '192.0.2.1' },
        gate: { floods: { loginHold: () => undefined } },
      } as unknown as Exchange;
      return provider.identify(exchange);
    },
  };
}

describe('user names and passwords', () => {
  it('of nobody cost one comparison, as a wrong password does, and are refused whatever comes out', async () => {
    const { ask, compared } = providerOf(true);
    expect((await ask('nobody', 'x'))?.rejection).toMatchObject({ isGuess: true, user: 'nobody' });
    expect(compared).toHaveLength(1);
    expect([`x ${ALICES}`, `x ${BOBS}`]).toContain(compared[0]);
    await ask('nobody', 'y');
    // The same entry each time: one that changed would give the name away.
    expect(compared[1]).toBe(compared[0]?.replace('x', 'y'));
  });

  it('that are right are compared once, those that are wrong each time', async () => {
    const right = providerOf(true);
    expect(await Promise.all([right.ask('alice', 'x'), right.ask('alice', 'x')])).toMatchObject([
      { principal: { user: 'alice', type: 'Basic', provider: 'p' } },
      { principal: { user: 'alice' } },
    ]);
    await right.ask('alice', 'x');
    expect(right.compared).toEqual([`x ${ALICES}`]);
    const wrong = providerOf(false);
    await wrong.ask('alice', 'x');
    await wrong.ask('alice', 'x');
    expect(wrong.compared).toHaveLength(2);
  });

  it('say the same of a wrong password and of nobody', async () => {
    const { ask } = providerOf(false);
    const [wrong, nobody] = [await ask('alice', 'x'), await ask('nobody', 'x')];
    expect(wrong?.rejection?.description).toBe(nobody?.rejection?.description);
  });

  it('too long are not compared', async () => {
    const { ask, compared } = providerOf(true);
    expect((await ask('alice', 'x'.repeat(256)))?.rejection).toBeDefined();
    expect(compared).toEqual([]);
  });
});
