import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { BodyMemory, LONGEST_WAIT } from './body-memory.ts';
import { Spool } from './spool.ts';

/** Puts chunks in as they would come, each when the one before is kept. */
async function keep(spool: Spool, ...texts: readonly string[]): Promise<void> {
  for (const text of texts) await spool.append(chunkOf(text));
}

/** With memory of its own, as the chunks of a parser have it. */
function chunkOf(text: string): Buffer {
  const chunk = Buffer.from(new ArrayBuffer(text.length));
  chunk.write(text, 'latin1');
  return chunk;
}

function spoolWith(memoryLimit: number, memory: BodyMemory): Spool {
  const folder = mkdtempSync(join(tmpdir(), 'spool-'));
  const spool = new Spool(folder, memoryLimit, memory);
  onTestFinished(async () => {
    await spool.close();
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });
  return spool;
}

/** What is kept, wherever it is. */
async function textOf(spool: Spool): Promise<string> {
  return (spool.chunks === undefined ? await spool.read(0, spool.size) : Buffer.concat(spool.chunks)).toString(
    'latin1',
  );
}

it.each<[string, readonly string[], number, number, boolean, number]>([
  ['stays in memory', ['abc', 'def'], 6, 10_000, true, 2 * (3 + 512)],
  ['goes to disk over its own limit', ['abc', 'def', 'g'], 6, 10_000, false, 0],
  ['goes to disk where others have taken the memory', ['abc', 'def'], 6, 1000, false, 0],
  ['goes to disk where it is in too many pieces', 'abcdef'.split(''), 6, 3000, false, 0],
  ['goes to disk at once where no memory is left', ['abc'], 6, 0, false, 0],
])('a body %s', async (_name, texts, limit, shared, isInMemory, used) => {
  const memory = new BodyMemory(shared);
  const spool = spoolWith(limit, memory);
  await keep(spool, ...texts);
  expect(await textOf(spool)).toBe(texts.join(''));
  expect([spool.chunks !== undefined, memory.used]).toEqual([isInMemory, used]);
});

it('gives the memory back when it is closed, once', async () => {
  const memory = new BodyMemory(1000);
  const spool = spoolWith(10, memory);
  await keep(spool, 'abcdef');
  expect(memory.used).toBe(6 + 512);
  await spool.close();
  await spool.close();
  expect(memory.used).toBe(0);
});

it('a chunk that is on disk takes no memory any more', async () => {
  const spool = spoolWith(0, new BodyMemory(0));
  const chunk = chunkOf('abc');
  await spool.append(chunk);
  // Node 20 cannot give it back.
  if ('transfer' in ArrayBuffer.prototype) expect(chunk.length).toBe(0);
});

it('a part of a larger buffer is left as it is', async () => {
  const spool = spoolWith(0, new BodyMemory(0));
  const whole = chunkOf('abcdef');
  await spool.append(whole.subarray(0, 3));
  expect(whole.toString()).toBe('abcdef');
});

describe('a body that says how long it is', () => {
  const KiB = 1024;
  const text = 'x'.repeat(KiB);

  it('has memory for all of it before it comes', async () => {
    const memory = new BodyMemory(10 * KiB);
    const spool = spoolWith(4 * KiB, memory);
    spool.reserve(2 * KiB);
    expect(memory.used).toBe(2 * KiB + 512);
    await keep(spool, text, text);
    // One chunk was expected.
    expect([spool.chunks?.length, memory.used]).toEqual([2, 2 * KiB + 2 * 512]);
    await spool.close();
    expect(memory.used).toBe(0);
  });

  it.each([
    ['more than a body may have', 4 * KiB + 1, 4 * KiB, 100 * KiB],
    ['more than there is', 4 * KiB, 4 * KiB, 4 * KiB],
    ['more than a large one leaves', 200 * KiB, 200 * KiB, 400 * KiB],
  ])('has none where it wants %s', async (_name, length, limit, shared) => {
    const memory = new BodyMemory(shared);
    const spool = spoolWith(limit, memory);
    spool.reserve(length);
    expect(memory.used).toBe(0);
    await keep(spool, 'a');
    expect([spool.chunks, memory.used, await textOf(spool)]).toEqual([undefined, 0, 'a']);
  });

  it('gives back what it did not need', async () => {
    const memory = new BodyMemory(10 * KiB);
    const spool = spoolWith(4 * KiB, memory);
    spool.reserve(4 * KiB);
    await keep(spool, 'a');
    await spool.close();
    expect(memory.used).toBe(0);
  });

  describe('and finds no memory', () => {
    const MANY = 1000 * KiB;
    const BODY = 400 * KiB;

    /** A body that waits behind one that has its memory. */
    function waiting() {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      onTestFinished(() => void vi.useRealTimers());
      const memory = new BodyMemory(MANY);
      const ahead = spoolWith(BODY, memory);
      expect(ahead.reserve(BODY)).toBeUndefined();
      const spool = spoolWith(BODY, memory);
      const used = memory.used;
      const turn = spool.reserve(BODY);
      expect(turn).toBeInstanceOf(Promise);
      expect(memory.used).toBe(used);
      return { memory, used, ahead, spool, turn };
    }

    it('has it when another body is done', async () => {
      const { memory, used, ahead, spool, turn } = waiting();
      await ahead.close();
      await turn;
      expect(memory.used).toBe(used);
      await keep(spool, text);
      expect([spool.chunks?.length, memory.used]).toEqual([1, used]);
      await spool.close();
      expect(memory.used).toBe(0);
    });

    it('goes to disk when nothing comes back', async () => {
      const { memory, used, spool, turn } = waiting();
      vi.advanceTimersByTime(LONGEST_WAIT);
      await turn;
      await keep(spool, 'a');
      expect([spool.chunks, memory.used]).toEqual([undefined, used]);
    });

    it('takes none once it is closed', async () => {
      const { memory, ahead, spool, turn } = waiting();
      await spool.close();
      await turn;
      await ahead.close();
      expect([memory.used, vi.getTimerCount()]).toEqual([0, 0]);
    });
  });
});
