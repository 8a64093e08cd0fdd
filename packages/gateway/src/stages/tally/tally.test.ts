import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SharedTally } from './shared-tally.ts';
import { LocalTally, type Tally } from './tally.ts';

const PROCESSES = 4;

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'tally-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function fail(reason: string): void {
  throw new Error(reason);
}

function open(path: string): SharedTally {
  const tally = new SharedTally(path, PROCESSES, fail);
  onTestFinished(() => {
    try {
      tally.close();
    } catch {
      // The test has closed it itself.
    }
  });
  return tally;
}

describe.each<[string, () => Tally]>([
  ['of one process', () => new LocalTally()],
  ['of several', () => open(folder())],
])('a tally %s', (_name, create) => {
  it('counts each key', () => {
    const tally = create();
    expect([tally.add('a'), tally.add('a'), tally.add('b')]).toEqual([1, 2, 1]);
    tally.remove('a');
    expect([tally.count('a'), tally.count('b'), tally.count('c')]).toEqual([1, 1, 0]);
    tally.remove('c');
    expect(tally.add('c')).toBe(1);
  });
});

describe('processes that count together', () => {
  it('see what the others have added and taken back', () => {
    const path = folder();
    const [first, second] = [open(path), open(path)];
    expect([first.add('a'), second.add('a'), first.add('a')]).toEqual([1, 2, 3]);
    second.remove('a');
    expect([first.count('a'), second.count('a')]).toEqual([2, 2]);
    first.close();
    expect(second.count('a')).toBe(0);
  });

  it('are so many at most', () => {
    const path = folder();
    const all = Array.from({ length: PROCESSES }, () => open(path));
    expect(() => new SharedTally(path, PROCESSES, fail)).toThrow('4 processes count in');
    all[2]?.add('a');
    all[2]?.close();
    expect(open(path).count('a')).toBe(0);
  });
});
