/**
 * A clock for the gates of a test's process, by which requests in a second are counted: `vi.mock` puts it in place of `steadyTime`. It
 * stands still unless the test moves it, so a second holds as many requests as the test sends, however busy the machine is.
 */
export const clock = { now: 1_000_000 };

export function steadyTime(): number {
  return clock.now;
}
