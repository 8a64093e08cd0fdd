/** Hands the gate over to a new supervisor, started from the program that is on disk now. */
import { type ChildProcess, spawn } from 'node:child_process';
import { SOCKETS_VARIABLE } from './inherited-sockets.ts';
import type { InheritedSocket, ListeningSocket } from './listening-sockets.ts';

/** Descriptors 0 to 2 are the standard ones, 3 is the channel. */
const FIRST_SOCKET = 4;
/** Time for the new one to serve, in milliseconds. */
const PATIENCE = 120_000;
const TAKEN_OVER = 'taken over';

/**
 * Starts the same command line again, with the sockets. Resolves with the new supervisor's process number when it serves; rejects
 * when it ends before or takes too long, and then it is gone.
 */
export function startSuccessor(sockets: readonly ListeningSocket[]): Promise<number> {
  const handed: readonly InheritedSocket[] = sockets.map(({ wanted, address, port }, at) => ({
    wanted,
    address,
    port,
    descriptor: FIRST_SOCKET + at,
  }));
  const successor: ChildProcess = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc', ...sockets.map((one) => one.descriptor)],
    env: { ...process.env, [SOCKETS_VARIABLE]: JSON.stringify(handed) },
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => successor.kill('SIGKILL'), PATIENCE);
    successor.once('error', (cause) => {
      clearTimeout(timer);
      reject(new Error(`the new supervisor cannot be started: ${cause.message}`, { cause }));
    });
    successor.once('exit', (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`the new supervisor ended by ${signal ?? `exit code ${code}`} before it served`));
    });
    successor.on('message', (message) => {
      if (message !== TAKEN_OVER) return;
      clearTimeout(timer);
      resolve(successor.pid ?? 0);
      successor.disconnect();
      successor.unref();
    });
  });
}

/** Tells the supervisor this one was started by that it may go. */
export function reportTakeOver(): void {
  process.send?.(TAKEN_OVER, undefined, undefined, () => {});
}
