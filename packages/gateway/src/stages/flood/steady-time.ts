/**
 * Milliseconds of the machine's steady clock, the same in all processes of the machine: setting the wall clock moves no
 * window and ends no ban.
 */
export function steadyTime(): number {
  return performance.now() + OFFSET;
}

/** `performance.now` counts from the start of the process, `hrtime` from that of the machine. */
const OFFSET = offset();

function offset(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6 - performance.now();
}
