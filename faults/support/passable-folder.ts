import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new folder that programs of other users can pass through. */
export function passableFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fault-'));
  chmodSync(folder, 0o755);
  return folder;
}
