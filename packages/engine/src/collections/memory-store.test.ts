import { describe, expect, it } from 'vitest';
import { change, describeStore } from '../../test/collections/store.cases.ts';
import { MemoryStore } from './memory-store.ts';

describeStore('the store in memory', (clock) => {
  const store = new MemoryStore({ now: () => clock.seconds * 1000 });
  return { store, other: store, close: () => {} };
});

describe('the store in memory', () => {
  const hit = change(1000, { deltas: { hits: 1 } });

  it('drops the records updated longest ago when there are too many', () => {
    const store = new MemoryStore({ maximumRecords: 3, now: () => 1_000_000 });
    for (const key of ['a', 'b', 'c', 'a', 'd']) void store.update('IP', key, hit);
    expect(['a', 'b', 'c', 'd'].filter((key) => store.load('IP', key) !== undefined)).toEqual(['a', 'c', 'd']);
  });

  it('drops the records updated longest ago when they take too much room', () => {
    const store = new MemoryStore({ maximumBytes: 10_000, now: () => 1_000_000 });
    const large = change(1000, { sets: { large: 'x'.repeat(4000) } });
    for (const key of ['a', 'b', 'c']) void store.update('IP', key, large);
    expect(['a', 'b', 'c'].filter((key) => store.load('IP', key) !== undefined)).toEqual(['b', 'c']);
    // Counted exactly: what is removed makes room.
    store.delete('IP', 'b');
    void store.update('IP', 'd', large);
    expect(store.size).toBe(2);
  });

  it('removes expired records although nobody asks for them', () => {
    let now = 1_000_000;
    const store = new MemoryStore({ now: () => now });
    for (let count = 0; count < 1000; count++) void store.update('IP', `old ${count}`, hit);
    now += 3_600_000;
    const later = change(4600, { deltas: { hits: 1 } });
    for (let count = 0; count < 1100; count++) void store.update('IP', 'new', later);
    expect(store.size).toBe(1);
  });
});
