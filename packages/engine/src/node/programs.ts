import { spawn } from 'node:child_process';
import type { ProgramCall, ProgramRunner } from '../registry/services.ts';

export interface ProgramOptions {
  /** A program that runs longer is killed, and the call rejects. 30 seconds by default. */
  readonly timeoutMilliseconds?: number;
  /** Output that is kept, in bytes; the rest is read and dropped. 64 KiB by default. */
  readonly maximumOutput?: number;
  /** Programs that run at the same time; further calls wait. 16 by default. */
  readonly maximumRunning?: number;
}

/**
 * Runs programs directly, without a shell: nothing a client sends is ever read as a command. A program gets the request as
 * environment, an own PATH, and no standard input; its standard error is dropped.
 */
export function createNodePrograms({
  timeoutMilliseconds = 30_000,
  maximumOutput = 64 * 1024,
  maximumRunning = 16,
}: ProgramOptions = {}): ProgramRunner {
  let running = 0;
  const waiting: (() => void)[] = [];
  return {
    run: async (path, call) => {
      if (running >= maximumRunning) await new Promise<void>((resolve) => waiting.push(resolve));
      else running++;
      try {
        return await runProgram(path, call, timeoutMilliseconds, maximumOutput);
      } finally {
        // The place goes to the next in line, or becomes free.
        const next = waiting.shift();
        if (next === undefined) running--;
        else next();
      }
    },
  };
}

function runProgram(
  path: string,
  { arguments: words, environment }: ProgramCall,
  timeout: number,
  maximumOutput: number,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, words, {
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', ...environment },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout,
      killSignal: 'SIGKILL',
    });
    const chunks: Buffer[] = [];
    let room = maximumOutput;
    child.stdout.on('data', (chunk: Buffer) => {
      if (room <= 0) return;
      chunks.push(chunk.subarray(0, room));
      room -= chunk.length;
    });
    child.once('error', reject);
    child.once('close', (_code, signal) => {
      if (signal !== null) reject(new Error(`${path} was stopped by ${signal}, after ${timeout} ms at most`));
      else resolve(Buffer.concat(chunks).toString('latin1'));
    });
  });
}
