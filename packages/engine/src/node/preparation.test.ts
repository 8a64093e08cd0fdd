import { setImmediate as nextRound } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { protectFastify } from '../fastify/index.ts';
import { createWaf } from '../index.ts';
import { prepareInPauses } from './preparation.ts';
import { guard, protect, protectKoa } from './protect.ts';

/** A rule set of five pieces that writes down which are made. */
function watched(made: number[]): ReturnType<typeof createWaf> {
  const waf = createWaf({ rules: [{ file: 'rules.conf', text: 'SecRuleEngine On' }] });
  return Object.assign(waf, {
    *prepare(): Generator<void> {
      for (let piece = 1; piece <= 5; piece++) {
        made.push(piece);
        yield;
      }
    },
  });
}

describe('a middleware prepares its rules', () => {
  test.each<[string, (waf: ReturnType<typeof createWaf>) => unknown]>([
    ['protect', protect],
    ['protectKoa', protectKoa],
    ['guard', (waf) => guard(waf, () => undefined)],
    ['protectFastify', protectFastify],
  ])('%s', async (_, make) => {
    const made: number[] = [];
    make(watched(made));
    expect(made).toEqual([]);
    for (let round = 0; made.length < 5 && round < 50; round++) await nextRound();
    expect(made).toEqual([1, 2, 3, 4, 5]);
  });

  test('one piece in each round of the event loop', async () => {
    const made: number[] = [];
    prepareInPauses(watched(made));
    const counts: number[] = [];
    for (let round = 0; round < 8; round++) {
      await nextRound();
      counts.push(made.length);
    }
    expect(counts.every((count, round) => count - (counts[round - 1] ?? 0) <= 1)).toBe(true);
    expect(made).toEqual([1, 2, 3, 4, 5]);
  });

  test('which may fail: the request that needs it will say', async () => {
    let asked = 0;
    prepareInPauses({
      // biome-ignore lint/correctness/useYield: it fails before
      *prepare() {
        asked++;
        throw new Error('cannot be made');
      },
    });
    await nextRound();
    await nextRound();
    expect(asked).toBe(1);
  });

  test('which keeps no process alive', async () => {
    const holds: boolean[] = [];
    const schedule = globalThis.setImmediate;
    const spy = vi.spyOn(globalThis, 'setImmediate').mockImplementation(((callback: () => void) => {
      const immediate = schedule(callback);
      queueMicrotask(() => holds.push(immediate.hasRef()));
      return immediate;
    }) as typeof setImmediate);
    prepareInPauses(watched([]));
    for (let round = 0; round < 8; round++) await nextRound();
    spy.mockRestore();
    expect(holds).toEqual([false, false, false, false, false, false]);
  });
});
