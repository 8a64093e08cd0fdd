import { describe, expect, it } from 'vitest';
import type { KeySet } from './key-set.ts';
import { RemoteKeys } from './remote-keys.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Keys whose server gives `text`, or is away. */
function source() {
  const server = { text: 'one' as string | undefined, asked: 0 };
  const clock = { now: 0 };
  const said: string[] = [];
  const keys = new RemoteKeys({
    url: 'https://a.test',
    refresh: 10 * MINUTE,
    stale: 60 * MINUTE,
    download: async () => {
      server.asked++;
      if (server.text === undefined) throw new Error('away');
      return server.text;
    },
    parse: (text): KeySet => ({ text, find: async () => undefined }),
    say: (level, line) => said.push(`${level} ${line}`),
    now: () => clock.now,
  });
  const got = async (): Promise<string> => (await keys.get()).text;
  return { server, clock, said, keys, got };
}

describe('keys at an address', () => {
  it('are fetched when they are wanted, and once for all who want them', async () => {
    const { server, got } = source();
    expect(server.asked).toBe(0);
    expect(await Promise.all([got(), got(), got()])).toEqual(['one', 'one', 'one']);
    expect(server.asked).toBe(1);
  });

  it('serve while newer ones are fetched', async () => {
    const { server, clock, got } = source();
    await got();
    server.text = 'two';
    clock.now = 10 * MINUTE - 1;
    expect(await got()).toBe('one');
    expect(server.asked).toBe(1);
    clock.now = 10 * MINUTE;
    expect(await got()).toBe('one');
    await new Promise(setImmediate);
    expect([await got(), server.asked]).toEqual(['two', 2]);
  });

  it('serve for a while without their server, and then no more', async () => {
    const { server, clock, said, got } = source();
    await got();
    server.text = undefined;
    clock.now = 30 * MINUTE;
    expect(await got()).toBe('one');
    await new Promise(setImmediate);
    clock.now = 70 * MINUTE - 1;
    expect(await got()).toBe('one');
    await new Promise(setImmediate);
    clock.now = 70 * MINUTE;
    const asked = server.asked;
    // Who waits behind a failure does not ask again at once.
    await expect(got()).rejects.toThrow('the keys at https://a.test cannot be had: away');
    expect(server.asked).toBe(asked);
    clock.now += 5 * SECOND;
    server.text = 'two';
    expect(await got()).toBe('two');
    expect(said).toEqual([
      'error the keys at https://a.test cannot be had: away',
      'notice the keys at https://a.test can be had again',
    ]);
  });

  it('are fetched anew for a name that is not there, every five seconds at most', async () => {
    const { server, clock, keys, got } = source();
    await got();
    expect(await keys.renew()).toBe(await keys.get());
    expect(server.asked).toBe(1);
    clock.now = 5 * SECOND;
    server.text = 'two';
    expect((await Promise.all([keys.renew(), keys.renew()])).map(({ text }) => text)).toEqual(['two', 'two']);
    expect(server.asked).toBe(2);
    clock.now = 10 * SECOND;
    server.text = undefined;
    expect((await keys.renew()).text).toBe('two');
  });

  it('stay the same object when nothing has changed, so that tokens stay known', async () => {
    const { clock, keys } = source();
    const first = await keys.get();
    clock.now = 5 * SECOND;
    expect(await keys.renew()).toBe(first);
  });
});
