import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BodyMemory, LONGEST_LINE, LONGEST_WAIT, STANDSTILL } from './body-memory.ts';

const KiB = 1024;

it.each<[string, number, number, number, number, boolean]>([
  ['a small body has what is left', 1000, 900, 100, 0, true],
  ['no body has more than is left', 1000, 900, 101, 0, false],
  ['a body is small up to 128 KiB', 256 * KiB, 128 * KiB, 64 * KiB, 64 * KiB, true],
  ['a large body has as much as it leaves', 512 * KiB, 0, 64 * KiB, 192 * KiB, true],
  ['a large body has no more than it leaves', 512 * KiB, 193 * KiB, 64 * KiB, 192 * KiB, false],
])('%s: of %i bytes %i are used, and it wants %i more than %i', (_name, limit, used, more, held, isGiven) => {
  const memory = new BodyMemory(limit);
  for (let taken = 0; taken < used; taken += Math.min(KiB, used - taken)) memory.take(Math.min(KiB, used - taken), 0);
  expect(memory.used).toBe(used);
  expect(memory.take(more, held)).toBe(isGiven);
  expect(memory.used).toBe(isGiven ? used + more : used);
});

describe('the line', () => {
  const MANY = 1000 * KiB;

  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Memory of which all is taken, and who has heard what at which time. */
  function taken(limit: number, utilization = 0) {
    const memory = new BodyMemory(limit, () => ({ idle: 0, active: 0, utilization }));
    for (let left = limit; left > 0; left -= KiB) memory.take(KiB, 0);
    const began = Date.now();
    const heard: string[] = [];
    return {
      memory,
      heard,
      line: (name: string, bytes: number) =>
        memory.line(bytes, (hasMemory) => heard.push(`${name} ${hasMemory} ${Date.now() - began} ms`)),
    };
  }

  it('is served in the order of arrival, as memory comes back', () => {
    const { memory, heard, line } = taken(MANY);
    line('a', 300 * KiB);
    line('b', 300 * KiB);
    memory.giveBack(599 * KiB);
    expect(heard).toEqual([]);
    memory.giveBack(1 * KiB);
    expect(heard).toEqual(['a true 0 ms']);
    vi.advanceTimersByTime(10);
    memory.giveBack(300 * KiB);
    expect(heard).toEqual(['a true 0 ms', 'b true 10 ms']);
    expect([memory.used, vi.getTimerCount()]).toEqual([MANY - 300 * KiB, 0]);
  });

  it('serves more than one where there is enough, and who wants less before who wants too much', () => {
    const { memory, heard, line } = taken(MANY);
    line('a', 450 * KiB);
    line('b', 200 * KiB);
    line('c', 200 * KiB);
    memory.giveBack(600 * KiB);
    expect(heard).toEqual(['b true 0 ms', 'c true 0 ms']);
    memory.giveBack(400 * KiB);
    expect(heard).toEqual(['b true 0 ms', 'c true 0 ms']);
    memory.giveBack(300 * KiB);
    expect(heard[2]).toBe('a true 0 ms');
  });

  it('goes on as long as large bodies are done, but not for ever', () => {
    const { memory, heard, line } = taken(100_000 * KiB);
    line('a', 20_000 * KiB);
    for (let done = 0; done < 20; done++) {
      vi.advanceTimersByTime(STANDSTILL / 2);
      expect(heard).toEqual(
        done * (STANDSTILL / 2) < LONGEST_WAIT - STANDSTILL / 2 ? [] : [`a false ${LONGEST_WAIT} ms`],
      );
      memory.giveBack(200 * KiB);
    }
    expect(heard).toHaveLength(1);
  });

  it('goes on as long as the process is busy, but not for ever', () => {
    const { heard, line } = taken(MANY, 0.6);
    line('a', 300 * KiB);
    vi.advanceTimersByTime(LONGEST_WAIT);
    expect(heard).toEqual([`a false ${LONGEST_WAIT} ms`]);
  });

  it('is not given up after a stall of the process, which looks like a standstill', () => {
    const { memory, heard, line } = taken(MANY);
    line('a', 300 * KiB);
    vi.setSystemTime(Date.now() + 1000);
    vi.advanceTimersByTime(STANDSTILL / 2);
    memory.giveBack(600 * KiB);
    expect(heard).toEqual(['a true 1025 ms']);
  });

  it('lets nobody wait for long, nor anybody behind who waited in vain, until a large body is done', () => {
    const { memory, heard, line } = taken(MANY);
    line('a', 300 * KiB);
    vi.advanceTimersByTime(STANDSTILL - 1);
    line('b', 300 * KiB);
    expect(heard).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(heard).toEqual(['a false 50 ms']);
    expect(line('c', 300 * KiB)).toBeUndefined();
    memory.giveBack(128 * KiB);
    expect(line('d', 300 * KiB)).toBeUndefined();
    memory.giveBack(129 * KiB);
    expect(line('e', 300 * KiB)).toBeTypeOf('function');
    vi.advanceTimersByTime(STANDSTILL);
    expect(heard).toEqual(['a false 50 ms', 'e false 100 ms']);
    vi.advanceTimersByTime(STANDSTILL);
    expect(heard[2]).toBe('b false 124 ms');
    expect(memory.used).toBe(MANY - 257 * KiB);
  });

  it('forgets who leaves it', () => {
    const { memory, heard, line } = taken(MANY);
    const leave = line('a', 300 * KiB);
    line('b', 300 * KiB);
    leave?.();
    memory.giveBack(600 * KiB);
    expect(heard).toEqual(['b true 0 ms']);
    vi.advanceTimersByTime(LONGEST_WAIT);
    expect([heard.length, memory.used]).toEqual([1, MANY - 300 * KiB]);
  });

  it('is served where a reload allows more', () => {
    const { memory, heard, line } = taken(MANY);
    line('a', 300 * KiB);
    memory.limit = MANY + 600 * KiB;
    expect(heard).toEqual(['a true 0 ms']);
  });

  it.each([
    ['small bodies, which may take the last byte', 128 * KiB, 0],
    ['bodies there never is memory for', MANY / 2 + 1, 0],
    ['bodies behind many others', 300 * KiB, LONGEST_LINE],
  ])('is not for %s', (_name, bytes, others) => {
    const { line } = taken(MANY);
    for (let other = 0; other < others; other++) expect(line('other', 300 * KiB)).toBeTypeOf('function');
    expect(line('a', bytes)).toBeUndefined();
    expect(vi.getTimerCount()).toBe(others);
  });
});
