/** A process that counts: `node writer.ts disk|redis PLACE COUNT`. Says `begin` and `end`; run by the tests of the stores. */
import type { CollectionStore, RecordUpdate } from '@sallyport/engine';
import { DiskStore } from '../../src/stores/disk-store.ts';
import { RedisStore } from '../../src/stores/redis-store.ts';

const [kind, place = '', count = '0'] = process.argv.slice(2);
const store: CollectionStore & { close(): Promise<void> } =
  kind === 'disk' ? new DiskStore({ path: place }) : new RedisStore({ url: place, prefix: 'test:', timeout: 10_000 });

process.stdout.write('begin\n');
for (let done = 0; done < Number(count); done++) {
  const now = Math.floor(Date.now() / 1000);
  const found = await store.load('GLOBAL', 'shared');
  const update: RecordUpdate = {
    openedAt: now,
    at: now,
    base: found ?? { values: new Map([['TIMEOUT', '3600']]), expiresAt: now + 3600 },
    sets: new Map([['last', String(process.pid)]]),
    deletes: new Set(),
    deltas: new Map([
      ['hits', 1],
      [`by ${process.pid}`, 1],
    ]),
  };
  await store.update('GLOBAL', 'shared', update);
}
await store.close();
process.stdout.write('end\n');
