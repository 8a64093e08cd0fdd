import type { ProcessorTimes } from './processor-times.ts';

/** What is to be done about a worker that shows no sign of life. */

export type Verdict = 'fine' | 'late' | 'stuck';

/** `late` after this part of the time after which a worker counts as stuck. */
const LATE_PART = 1 / 3;

/** `silence` and `limit` in milliseconds; a limit of 0 means that silence is never held against a worker. */
export function judge(silence: number, limit: number): Verdict {
  if (limit === 0 || silence < limit * LATE_PART) return 'fine';
  return silence < limit ? 'late' : 'stuck';
}

/** So much of a silence always counts: a worker in an endless loop waits for its processor, too, where others want it. */
const LEAST_PART = 1 / 4;

/**
 * How long a worker has been silent by its own doing, in milliseconds, and not because it waited for a processor: on a machine that is
 * overloaded, or has spent its share of processor time, nobody is helped by its end. `then`: when the silence began.
 */
export function ownSilence(silence: number, then: ProcessorTimes, now: ProcessorTimes): number {
  const own = now.isReady ? now.ran - then.ran : silence - (now.waited - then.waited);
  return Math.min(silence, Math.max(own, silence * LEAST_PART));
}
