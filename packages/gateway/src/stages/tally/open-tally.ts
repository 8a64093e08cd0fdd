import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { SharedTally } from './shared-tally.ts';
import { LocalTally, type Tally } from './tally.ts';

/** Processes there may be for each that serves: those that are coming, and those that finish what they have begun. */
const PER_WORKER = 8;

/**
 * Where the processes of a gate count together; one process by itself needs no file. `sharedDirectory`: where they meet. Where they
 * cannot, `complain` is told why and each counts for itself.
 */
export function openTally(
  { workers }: Config,
  sharedDirectory: string | undefined,
  complain: (line: string) => void,
): Tally {
  const most = workers.max ?? workers.count ?? availableParallelism();
  if (sharedDirectory === undefined || most < 2) return new LocalTally();
  const onTrouble = (reason: string): void =>
    complain(
      `connections and places on routes are no longer counted together: ${reason}; each process counts for itself`,
    );
  try {
    return new SharedTally(join(sharedDirectory, 'tally'), 2 ** Math.ceil(Math.log2(most * PER_WORKER)), onTrouble);
  } catch (cause) {
    onTrouble((cause as Error).message);
    return new LocalTally();
  }
}
