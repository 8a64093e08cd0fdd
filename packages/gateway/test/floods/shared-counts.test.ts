/** Limits that hold over several processes to the request. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { defaultsOf } from '../../src/config/field.ts';
import { type FloodsConfig, floods } from '../../src/config/sections/floods.ts';
import type { Hit } from '../../src/stages/flood/hit.ts';
import { SharedCounts } from '../../src/stages/flood/shared-counts.ts';
import { testFolder } from '../support/gate.ts';

const COUNTER = fileURLToPath(new URL('./counter.ts', import.meta.url));

interface Outcome {
  readonly passed: number;
  readonly begun: number;
  readonly bans: number;
}

interface Counter {
  count(): Promise<void>;
  outcome(): Promise<Outcome>;
}

async function startCounter(words: readonly string[]): Promise<Counter> {
  const child = spawn(process.execPath, ['--conditions=sallyport-source', COUNTER, ...words], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    if (child.exitCode === null) child.kill('SIGKILL');
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const says = async (word: string): Promise<void> => {
    while (!said.includes(word)) await once(child.stdout, 'data');
  };
  await says('ready');
  return {
    async count() {
      child.stdin.write('count\n');
      await says('counted');
    },
    async outcome() {
      child.stdin.write('tell\n');
      await once(child, 'close');
      expect(said).not.toContain('trouble');
      return JSON.parse(said.slice(said.indexOf('{'))) as Outcome;
    },
  };
}

describe('four processes at the same time', () => {
  it.each([
    ['in one segment', 1000, 1_000_000],
    ['over many segments', 15_000, 64 * 3000],
  ])('let exactly the limit through, and ban once: %s', async (_name, limit, segment) => {
    const folder = testFolder();
    const words = [folder, '10000', String(limit), String(segment)];
    const counters = await Promise.all([1, 2, 3, 4].map(() => startCounter(words)));
    await Promise.all(counters.map((one) => one.count()));
    const outcomes = await Promise.all(counters.map((one) => one.outcome()));
    const sum = (key: keyof Outcome): number => outcomes.reduce((total, one) => total + one[key], 0);
    expect(sum('passed')).toBe(limit);
    expect(sum('begun')).toBe(1);
    expect(sum('bans')).toBe(4);
    // Old segments are removed.
    const left = readdirSync(folder).filter((name) => name.startsWith('log-'));
    expect(left.length).toBeLessThanOrEqual(10);
    expect(statSync(join(folder, left[0] ?? '')).mode & 0o077).toBe(0);
  });
});

describe('what one process does', () => {
  const config: FloodsConfig = {
    ...defaultsOf(floods),
    path: { requests: 2, per: 1000 },
    penalties: { ...defaultsOf(floods).penalties, points: 10 },
  };
  const hit = (at: number, network = '2001:db8:0:1::/64'): Hit => ({
    network,
    path: 'pathhash',
    watchedPath: 0,
    principal: '',
    at,
    second: 1,
  });
  const open = (folder: string, now: number, segmentSize?: number, troubles: string[] = []): SharedCounts =>
    new SharedCounts({
      config,
      folder,
      now: () => now,
      onTrouble: (reason) => troubles.push(reason),
      ...(segmentSize && { segmentSize }),
    });

  it('another knows: hits, penalties, bans by hand with their reason, releases', () => {
    const folder = testFolder();
    const one = open(folder, 0);
    const two = open(folder, 0);
    expect(one.seed).toBe(two.seed);
    expect([one.count(hit(0)), two.count(hit(1))]).toEqual([undefined, undefined]);
    expect(one.count(hit(2))).toMatchObject({ isNew: true, reason: { by: 'path' } });
    expect(two.list(3)).toMatchObject([{ key: '2001:db8:0:1::/64', since: 2, until: 60_002 }]);
    expect(two.release('2001:db8:0:1::/64')).toBe(true);
    expect(one.list(4)).toEqual([]);
    expect(one.release('2001:db8:0:1::/64')).toBe(false);
    one.charge('penalties', '192.0.2.7', 6, 5);
    expect(two.charge('penalties', '192.0.2.7', 6, 6)).toMatchObject({ isNew: true, reason: { by: 'penalties' } });
    two.ban('192.0.2.8', { by: 'manual', text: 'asked for by the owner' }, 7, 1000);
    expect(one.list(8)).toMatchObject([
      { key: '192.0.2.7' },
      { key: '192.0.2.8', reason: { by: 'manual', text: 'asked for by the owner' } },
    ]);
    one.close();
    two.close();
  });

  it('a process that comes later knows what has been, and bans outlive segments', () => {
    const folder = testFolder();
    const one = open(folder, 10, 64 * 20);
    one.ban('192.0.2.8', { by: 'manual', text: 'why not' }, 0, 1e6);
    for (let at = 0; at < 200; at++) one.count(hit(at * 1000, `192.0.2.${at % 10}`));
    one.count(hit(200_000));
    one.count(hit(200_001));
    const late = open(folder, 10, 64 * 20);
    expect(late.list(200_002)).toMatchObject([{ key: '192.0.2.8', reason: { text: 'why not' } }]);
    expect(late.count(hit(200_002))).toMatchObject({ isNew: true });
    one.close();
    late.close();
  });

  it('where the log is damaged each counts for itself, and says so once', () => {
    const folder = testFolder();
    const troubles: string[] = [];
    const one = open(folder, 0, undefined, troubles);
    one.count(hit(0));
    const [log] = readdirSync(folder).filter((name) => name.startsWith('log-'));
    appendFileSync(join(folder, log ?? ''), Buffer.alloc(64, 'x'));
    expect([one.count(hit(1)), one.count(hit(2))?.isNew]).toEqual([undefined, true]);
    expect(troubles).toEqual([expect.stringContaining('damaged')]);
    one.close();
  });

  it('what is closed writes nothing more, and still answers', () => {
    const folder = testFolder();
    const troubles: string[] = [];
    const one = open(folder, 0, undefined, troubles);
    const two = open(folder, 0);
    one.count(hit(0));
    one.close();
    one.ban('192.0.2.8', { by: 'manual', text: 'late' }, 1, 1000);
    expect(one.count(hit(1))).toBeUndefined();
    one.catchUp();
    expect([troubles, two.list(2)]).toEqual([[], []]);
    two.close();
  });
});
