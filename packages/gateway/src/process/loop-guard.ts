/** Sees from outside the event loop when it stands still, and says where. */
import { Worker as Thread } from 'node:worker_threads';
import { ownProgram } from '../own-files.ts';

/** How often the loop shows that it turns, in milliseconds. */
const TURN = 200;

/** What the thread is given. */
export interface GuardData {
  /** Turns of the loop so far. */
  readonly turns: Int32Array;
  /** Milliseconds of standstill after which the stack is told. */
  readonly patience: number;
}

/**
 * Watches the event loop of this process from a thread. When it has stood still for `patience` milliseconds, the call stack is
 * written to standard error, once for each standstill. When the parent of the process is gone, the process is killed: a loop that
 * turns would have ended by itself.
 */
export function guardLoop(patience: number): void {
  const turns = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const data: GuardData = { turns, patience };
  const thread = new Thread(ownProgram('process/loop-guard-thread'), {
    workerData: data,
    // The thread needs next to nothing.
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 },
  });
  thread.unref();
  thread.on('error', (error) => process.stderr.write(`sallyport: the loop guard ended: ${error.message}\n`));
  setInterval(() => Atomics.add(turns, 0, 1), TURN).unref();
}
