/** The disk store, alone and shared by processes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeStore } from '../../../engine/test/collections/store.cases.ts';
import { DiskStore } from '../../src/stores/disk-store.ts';

describeStore('the store on disk', (clock) => {
  const folder = mkdtempSync(join(tmpdir(), 'disk-'));
  const options = { path: join(folder, 'collections.sqlite'), now: () => clock.seconds * 1000 };
  const store = new DiskStore(options);
  const other = new DiskStore(options);
  return {
    store,
    other,
    close() {
      store.close();
      other.close();
      rmSync(folder, { recursive: true });
    },
  };
});
