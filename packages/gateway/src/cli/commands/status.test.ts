import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { WorkerState } from '../../admin/status.ts';
import { statusCommand } from './status.ts';

/** What the exit code says of a gate whose workers are in these states. */
async function exitCode(workers: readonly WorkerState[], isStale: boolean, words: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'status-'));
  const socket = join(folder, 'control.sock');
  const gate = createServer((_request, response) => {
    const configuration = { loadedAt: 0, rules: '', ...(isStale && { stale: { since: 0, reasons: ['bad'] } }) };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ configuration, workers: workers.map((state) => ({ state })) }));
  });
  onTestFinished(async () => {
    await new Promise((resolve) => gate.close(resolve));
    rmSync(folder, { recursive: true });
  });
  await new Promise<void>((resolve) => gate.listen(socket, resolve));
  return statusCommand.run([...words, '--socket', socket], { out: () => {}, err: () => {} } as never);
}

it.each<[workers: readonly WorkerState[], isStale: boolean, words: readonly string[], code: number]>([
  [['serving'], false, ['--quiet'], 0],
  [['serving', 'starting'], false, ['--quiet'], 0],
  [['serving'], true, ['--quiet'], 0],
  [['serving'], true, ['--json'], 1],
  // One that was slow to say that it lives accepts connections still; one that does not is killed within seconds.
  [['late'], false, ['--quiet'], 0],
  [['late', 'starting'], false, ['--json'], 0],
  [['starting'], false, ['--quiet'], 1],
  [['retiring'], false, ['--quiet'], 1],
])('workers %j, stale %s, %j: exit code %i', async (workers, isStale, words, code) => {
  expect(await exitCode(workers, isStale, words)).toBe(code);
});

it('nobody answers: 1', async () => {
  const lines: string[] = [];
  const socket = join(tmpdir(), 'no-gate-here.sock');
  const output = { out: () => {}, err: (line: string) => lines.push(line) };
  expect(await statusCommand.run(['--socket', socket], output as never)).toBe(1);
  expect(lines).toEqual([`no gate is running here: there is no ${socket}`]);
});
