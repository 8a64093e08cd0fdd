/** Log files of a whole gate that are taken away, or emptied, while requests come. */
import { renameSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask } from './support/client.ts';
import { startUpstream } from './support/upstream.ts';
import { startWorkers, type WorkersGate } from './support/workers.ts';

describe('access logs of several workers', () => {
  const LINE = /^127\.0\.0\.1 - - \[[^\]]+\] "GET \/n(\d+)x{300} HTTP\/1\.1" 200 \d+ "-" "-"$/;

  /** Numbered requests without a pause until `task` is over, and how many there were. */
  async function during(gate: WorkersGate, task: () => Promise<void>): Promise<number> {
    let sent = 0;
    let isOver = false;
    const client = async (): Promise<void> => {
      while (!isOver) expect((await ask(gate.port, `/n${sent++}${'x'.repeat(300)}`)).status).toBe(200);
    };
    const clients = Array.from({ length: 8 }, client);
    try {
      await task();
    } finally {
      isOver = true;
      await Promise.all(clients);
    }
    return sent;
  }

  /** Waits until there are lines in the log, on a machine that may be busy with other things. */
  async function written({ folder }: WorkersGate): Promise<void> {
    const size = (): number => statSync(join(folder, 'access.log'), { throwIfNoEntry: false })?.size ?? 0;
    await expect.poll(size, { timeout: 30_000, interval: 50 }).toBeGreaterThan(0);
  }

  async function stopped(gate: WorkersGate): Promise<void> {
    gate.child.kill('SIGTERM');
    await gate.finished();
  }

  it('lose and tear no line when they are rotated, with SIGUSR1 or without', async () => {
    const gate = await startWorkers((await startUpstream()).port, 2);
    const rotations = 6;
    const sent = await during(gate, async () => {
      for (let at = 1; at <= rotations; at++) {
        await written(gate);
        renameSync(join(gate.folder, 'access.log'), join(gate.folder, `access.log.${at}`));
        // A file that was moved is noticed within a second.
        if (at % 2 === 1) gate.child.kill('SIGUSR1');
      }
      await written(gate);
    });
    await stopped(gate);
    const files = ['access.log', ...Array.from({ length: rotations }, (_, at) => `access.log.${at + 1}`)];
    const texts = files.map((file) => gate.read(file));
    for (const text of texts) expect(text).toMatch(/\n$|^$/);
    const lines = texts.flatMap((text) => text.split('\n').slice(0, -1));
    const numbers = lines.map((line) => Number(LINE.exec(line)?.[1] ?? Number.NaN)).sort((one, other) => one - other);
    expect(numbers).toEqual(Array.from({ length: sent }, (_, at) => at));
  });

  it('go on at the beginning of a file that is emptied', async () => {
    const gate = await startWorkers((await startUpstream()).port, 2);
    await during(gate, async () => {
      for (let times = 0; times < 3; times++) {
        await written(gate);
        truncateSync(join(gate.folder, 'access.log'));
      }
      await written(gate);
    });
    await stopped(gate);
    const lines = gate.read('access.log').split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(LINE);
  });
});
