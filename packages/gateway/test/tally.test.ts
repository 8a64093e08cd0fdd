/** Processes that count together. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { SharedTally } from '../src/stages/tally/shared-tally.ts';
import { testFolder } from './support/gate.ts';

const PROCESSES = 4;

it('no limit is passed, whoever comes in the same moment, and nothing stays of a process that is killed', async () => {
  const folder = testFolder();
  const program = fileURLToPath(new URL('./support/tally-process.ts', import.meta.url));
  const words = ['--conditions=sallyport-source', program, folder, String(PROCESSES)];
  const children = Array.from({ length: 3 }, () =>
    spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  onTestFinished(() => {
    for (const child of children) child.kill('SIGKILL');
  });
  const reports = await Promise.all(
    children.map(async ({ stdout }) => {
      const [said] = (await once(stdout, 'data')) as [Buffer];
      return JSON.parse(String(said)) as { readonly entered: number; readonly collisions: number };
    }),
  );
  for (const { entered, collisions } of reports) {
    // How often is up to the machine.
    expect(entered).toBeGreaterThan(10);
    expect(collisions).toBe(0);
  }
  const tally = new SharedTally(folder, PROCESSES, console.error);
  onTestFinished(() => tally.close());
  expect(tally.count('kept')).toBe(3);
  for (const child of children) {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
  await expect.poll(() => tally.count('kept')).toBe(0);
  const columns = readdirSync(join(folder, String(PROCESSES))).filter((name) => name.startsWith('column-'));
  expect(columns).toHaveLength(1);
});
