/**
 * Streamed bodies leave their chunks behind as garbage outside the JavaScript heap. V8 looks after that late: some 80 MB
 * pile up, then it marks the whole heap. Sweeping the young generation every 8 MiB finds them while they are young. One upload
 * of 1 GiB, two cores, Node 24: some 30 MiB at the peak; 60 when swept every 16 MiB, as each read of the watched connection has
 * a buffer of its own.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const SWEEP_AFTER = 8 * 1024 * 1024;

type Sweep = (options: { readonly type: 'minor' }) => void;

/** One per process, as the heap is. */
const heap: { streamed: number; sweep: Sweep | undefined } = { streamed: 0, sweep: undefined };

/** To be called with the size of each chunk of a body that passes through. */
export function countStreamed(bytes: number): void {
  heap.streamed += bytes;
  if (heap.streamed < SWEEP_AFTER) return;
  heap.streamed = 0;
  heap.sweep ??= exposeSweep();
  heap.sweep({ type: 'minor' });
}

/** The collector as a function: V8 puts it into contexts made after the flag is set, and only there. */
function exposeSweep(): Sweep {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as Sweep;
}
