/** Fills its disk: run by the test of the disk store under a limit on the size of files, which it lifts at the end. */
import { spawnSync } from 'node:child_process';
import { DiskStore } from '../../src/stores/disk-store.ts';

const [path = ''] = process.argv.slice(2);
const store = new DiskStore({ path });
const now = Math.floor(Date.now() / 1000);
const base = { values: new Map([['TIMEOUT', '3600']]), expiresAt: now + 3600 };

function update(key: string, size: number): void | Promise<void> {
  return store.update('GLOBAL', key, {
    openedAt: now,
    at: now,
    base,
    sets: new Map([['filler', 'x'.repeat(size)]]),
    deletes: new Set(),
    deltas: new Map([['hits', 1]]),
  });
}

async function outcome(task: () => void | Promise<void>): Promise<string> {
  try {
    await task();
    return 'done';
  } catch {
    return 'rejected';
  }
}

await update('first', 1);
let filled = 'done';
for (let count = 0; count < 5000 && filled === 'done'; count++)
  filled = await outcome(() => update(`key ${count}`, 20_000));
process.stdout.write(`full: ${filled}, probe ${await outcome(() => store.probe())}\n`);
const first = await store.load('GLOBAL', 'first');
process.stdout.write(`readable: ${first?.values.get('hits')}\n`);
spawnSync('prlimit', ['--pid', String(process.pid), '--fsize=unlimited']);
await store.probe();
await update('first', 1);
const after = await store.load('GLOBAL', 'first');
process.stdout.write(`after: ${after?.values.get('hits')}\n`);
await store.close();
