import { setTimeout as wait } from 'node:timers/promises';

/** As long as `expect.poll` waits: a busy machine makes everything slower. */
const PATIENCE = 60_000;

/**
 * Looks again and again until there is something to see, and gives that; `undefined` and `false` are nothing yet. Throws with what
 * `complaint` says when nothing has come for a minute.
 */
export async function until<T>(
  look: () => T | Promise<T>,
  complaint: () => string = () => 'it did not happen',
): Promise<Exclude<T, undefined | false>> {
  const begun = performance.now();
  for (;;) {
    const seen = await look();
    // What is neither of the two is the rest of the type.
    if (seen !== undefined && seen !== false) return seen as Exclude<T, undefined | false>;
    if (performance.now() - begun > PATIENCE) throw new Error(complaint());
    await wait(25);
  }
}
