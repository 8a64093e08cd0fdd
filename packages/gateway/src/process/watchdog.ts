/** What is to be done about a worker that shows no sign of life. */

export type Verdict = 'fine' | 'late' | 'stuck';

/** `late` after this part of the time after which a worker counts as stuck. */
const LATE_PART = 1 / 3;

/** `silence` and `limit` in milliseconds; a limit of 0 means that silence is never held against a worker. */
export function judge(silence: number, limit: number): Verdict {
  if (limit === 0 || silence < limit * LATE_PART) return 'fine';
  return silence < limit ? 'late' : 'stuck';
}
