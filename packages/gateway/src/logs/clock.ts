/** Milliseconds since the epoch, with a fraction down to microseconds. */
export type Clock = () => number;

/** How far the fine clock may stray from the system's before it is set again, in milliseconds. */
const MAX_DRIFT = 2;

/** `Date.now()` refined by the monotonic clock; follows the system clock when that is set. */
export function createClock(): Clock {
  let origin = Date.now() - performance.now();
  return () => {
    const coarse = Date.now();
    const fine = origin + performance.now();
    if (Math.abs(fine - coarse) <= MAX_DRIFT) return fine;
    origin = coarse - performance.now();
    return coarse;
  };
}
