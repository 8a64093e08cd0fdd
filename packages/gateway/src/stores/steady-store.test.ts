import type { RecordUpdate, StoredRecord } from '@sallyport/engine';
import { MemoryStore, RecordLimitError } from '@sallyport/engine';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BackingStore } from './backing-store.ts';
import { SteadyStore } from './steady-store.ts';

const hit: RecordUpdate = {
  openedAt: 1000,
  at: 1000,
  base: { values: new Map([['TIMEOUT', '999999999999']]), expiresAt: 999_999_999_999 },
  sets: new Map(),
  deletes: new Set(),
  deltas: new Map([['hits', 1]]),
};

/** A store that fails on demand. */
class Backing implements BackingStore {
  readonly description = 'redis://cache:6379/0';
  readonly records = new MemoryStore();
  trouble: Error | undefined;
  asked = 0;
  probes = 0;
  isClosed = false;

  async load(collection: string, key: string): Promise<StoredRecord | undefined> {
    this.#ask();
    return this.records.load(collection, key);
  }

  async update(collection: string, key: string, update: RecordUpdate): Promise<void> {
    this.#ask();
    return this.records.update(collection, key, update);
  }

  async delete(collection: string, key: string): Promise<void> {
    this.#ask();
    this.records.delete(collection, key);
  }

  async probe(): Promise<void> {
    this.probes++;
    if (this.trouble !== undefined) throw this.trouble;
  }

  close(): void {
    this.isClosed = true;
  }

  #ask(): void {
    this.asked++;
    if (this.trouble !== undefined) throw this.trouble;
  }
}

function create(whenAway: 'local' | 'refuse'): { backing: Backing; store: SteadyStore; lines: string[] } {
  const backing = new Backing();
  const lines: string[] = [];
  const store = new SteadyStore({ backing, whenAway, say: (level, line) => lines.push(`${level}: ${line}`) });
  return { backing, store, lines };
}

async function hits(store: SteadyStore): Promise<string | undefined> {
  return (await store.load('IP', 'k'))?.values.get('hits');
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a store that goes away', () => {
  it('is replaced by counts in this process, from nothing; when it is back they are dropped', async () => {
    const { backing, store, lines } = create('local');
    for (let count = 0; count < 5; count++) await store.update('IP', 'k', hit);
    backing.trouble = new Error('connect ECONNREFUSED');
    expect(await hits(store)).toBeUndefined();
    await store.update('IP', 'k', hit);
    await store.update('IP', 'k', hit);
    expect(await hits(store)).toBe('2');
    expect([store.isAway, store.localUpdates]).toEqual([true, 2]);

    backing.trouble = undefined;
    await vi.advanceTimersByTimeAsync(2000);
    expect([store.isAway, store.localUpdates]).toEqual([false, 0]);
    expect(await hits(store)).toBe('5');
    expect(lines).toEqual([
      'warn: redis://cache:6379/0 cannot be used (connect ECONNREFUSED); counting in this process, from nothing, until it is back',
      expect.stringMatching(
        /^notice: redis:\/\/cache:6379\/0 is back after \d+\.\d s; 2 updates counted in this process meanwhile are dropped$/,
      ),
    ]);
  });

  it('the update that found out is counted here', async () => {
    const { backing, store } = create('local');
    backing.trouble = new Error('Command timed out');
    await store.update('IP', 'k', hit);
    expect(await hits(store)).toBe('1');
  });

  it('or requests are refused', async () => {
    const { backing, store, lines } = create('refuse');
    backing.trouble = new Error('connect ECONNREFUSED');
    const reason = 'persistent collections are not available: redis://cache:6379/0: connect ECONNREFUSED';
    await expect(store.load('IP', 'k')).rejects.toThrow(reason);
    await expect(store.load('IP', 'k')).rejects.toThrow(reason);
    await expect(store.update('IP', 'k', hit)).rejects.toThrow(reason);
    expect(lines).toEqual([
      'warn: redis://cache:6379/0 cannot be used (connect ECONNREFUSED); requests whose rules open a collection are refused until it is back',
    ]);
    backing.trouble = undefined;
    await vi.advanceTimersByTimeAsync(2000);
    expect(await hits(store)).toBeUndefined();
    expect(lines).toHaveLength(2);
  });

  it('is not asked by requests any more, but looked for with growing pauses of a second at most', async () => {
    const { backing, store, lines } = create('local');
    backing.trouble = new Error('gone');
    await store.update('IP', 'k', hit);
    expect(backing.asked).toBe(1);
    for (let count = 0; count < 100; count++) await store.update('IP', 'k', hit);
    expect(backing.asked).toBe(1);
    await vi.advanceTimersByTimeAsync(1000);
    const early = backing.probes;
    expect(early).toBeGreaterThanOrEqual(3);
    expect(early).toBeLessThanOrEqual(5);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(backing.probes - early).toBeGreaterThanOrEqual(9);
    expect(backing.probes - early).toBeLessThanOrEqual(14);
    expect(lines).toHaveLength(1);
  });

  it('one that comes and goes is tried ever more seldom, until it has stayed', async () => {
    const { backing, store, lines } = create('local');
    const flap = async (): Promise<number> => {
      backing.trouble = new Error('gone');
      await store.update('IP', 'k', hit);
      backing.trouble = undefined;
      const begun = performance.now();
      while (store.isAway) await vi.advanceTimersByTimeAsync(10);
      return performance.now() - begun;
    };
    const pauses = [await flap(), await flap(), await flap(), await flap(), await flap(), await flap()];
    expect(pauses[0]).toBeLessThanOrEqual(110);
    expect(pauses[5]).toBeGreaterThanOrEqual(790);
    expect(lines).toHaveLength(12);
    await vi.advanceTimersByTimeAsync(11_000);
    expect(await flap()).toBeLessThanOrEqual(110);
  });

  it('is noticed at the start, before any request', async () => {
    const { backing, store, lines } = create('local');
    backing.trouble = new Error('connect ECONNREFUSED');
    await store.start();
    expect(store.isAway).toBe(true);
    expect(lines).toHaveLength(1);
  });
});

it('a record that is too large is no reason to leave the store', async () => {
  const { store, lines } = create('local');
  await expect(store.update('IP', 'k'.repeat(2000), hit)).rejects.toThrow(RecordLimitError);
  expect([store.isAway, lines]).toEqual([false, []]);
});

it('a closed store says nothing and looks for nothing', async () => {
  const { backing, store, lines } = create('local');
  backing.trouble = new Error('gone');
  await store.update('IP', 'k', hit);
  await store.close();
  const { probes } = backing;
  await vi.advanceTimersByTimeAsync(10_000);
  expect([backing.isClosed, backing.probes, lines.length]).toEqual([true, probes, 1]);
  const other = create('local');
  await other.store.close();
  other.backing.trouble = new Error('Connection is closed.');
  await other.store.update('IP', 'k', hit);
  expect(other.lines).toEqual([]);
});
