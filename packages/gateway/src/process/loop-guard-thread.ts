/** The thread of `loop-guard.ts`: sleeps, compares, and asks the debugger of the main thread where it stands. */
import { writeSync } from 'node:fs';
import { type Debugger, Session } from 'node:inspector';
import { setTimeout as wait } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import type { GuardData } from './loop-guard.ts';

const { turns, patience } = workerData as GuardData;
const LOOK_EVERY = 500;
const MOST_FRAMES = 20;
const STANDARD_ERROR = 2;
const parent = process.ppid;

await watch();

/** Never ends by itself. */
async function watch(): Promise<void> {
  let seen = Atomics.load(turns, 0);
  let turnedAt = performance.now();
  let isTold = false;
  for (;;) {
    const lookedAt = performance.now();
    await wait(LOOK_EVERY);
    if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
    const now = performance.now();
    const count = Atomics.load(turns, 0);
    // A look that comes late means that the whole process was held up, or the machine: nobody's code stands still then.
    const wasHeldUp = now - lookedAt > 2 * LOOK_EVERY;
    if (count !== seen || wasHeldUp) {
      seen = count;
      turnedAt = now;
      isTold = false;
    } else if (!isTold && now - turnedAt >= patience) {
      isTold = true;
      tell(Math.round(now - turnedAt));
    }
  }
}

function tell(standing: number): void {
  const session = new Session();
  session.connectToMainThread();
  session.on('Debugger.paused', ({ params }) => {
    say(`the event loop of worker ${process.pid} has stood still for ${standing} ms, in:`);
    for (const frame of params.callFrames.slice(0, MOST_FRAMES)) say(`    ${describe(frame)}`);
    session.post('Debugger.resume');
    session.disconnect();
  });
  session.post('Debugger.enable');
  session.post('Debugger.pause');
}

function describe({ functionName, url, location }: Debugger.CallFrame): string {
  return `${functionName || '(anonymous)'} ${url}:${location.lineNumber + 1}:${(location.columnNumber ?? 0) + 1}`;
}

/** Not through a stream: streams of a thread go by way of the loop that stands still. */
function say(text: string): void {
  writeSync(STANDARD_ERROR, `sallyport: ${text}\n`);
}
