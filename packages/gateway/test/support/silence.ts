/** How often a wait for silence looks again, in milliseconds. */
const TURN = 20;

/**
 * Calls `done` when so many milliseconds have passed; the function it gives calls that off. They are counted in turns of the event loop:
 * on a machine that lets this process wait they last longer, so bytes that are there to be read are never taken for missing.
 */
export function awaitSilence(milliseconds: number, done: () => void): () => void {
  let turns = Math.ceil(milliseconds / TURN);
  const timer = setInterval(() => {
    turns -= 1;
    if (turns >= 0) return;
    clearInterval(timer);
    done();
  }, TURN);
  return () => clearInterval(timer);
}

/** Lets so many milliseconds pass, counted in the same way: what was to come in that time has come, if it comes at all. */
export function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    awaitSilence(milliseconds, resolve);
  });
}
