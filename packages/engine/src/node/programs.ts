import { type ChildProcess, spawn } from 'node:child_process';
import type { ProgramCall, ProgramRunner } from '../registry/services.ts';

export interface ProgramOptions {
  /** A program that runs longer is killed, and the call rejects. 30 seconds by default. */
  readonly timeoutMilliseconds?: number;
  /** A program that writes more than this many bytes is killed, and the call rejects. 64 KiB by default. */
  readonly maximumOutput?: number;
  /** Programs that run at the same time; further calls wait. 16 by default. */
  readonly maximumRunning?: number;
}

/** All of the environment that is not the request's. */
const OWN_ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin' } as const;

/**
 * Runs programs directly, without a shell: nothing a client sends is ever read as a command. A program gets the request as
 * environment, a PATH, nothing on its standard input, and a process group of its own, which is killed with everything it
 * started when the program takes too long or says too much. Its standard error is dropped. A program that fails (its exit
 * status is not 0, or a signal ended it) has given no answer, whatever it wrote: the call rejects.
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

function runProgram(path: string, call: ProgramCall, timeout: number, maximumOutput: number): Promise<string> {
  const environment = Object.entries(call.environment).map(([name, value]) => [name, textOf(value)] as const);
  return new Promise((resolve, reject) => {
    const child = spawn(path, call.arguments.map(textOf), {
      env: { ...OWN_ENVIRONMENT, ...Object.fromEntries(environment) },
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    const chunks: Buffer[] = [];
    let room = maximumOutput;
    // What the program leaves running may hold its output open for ever, so nobody waits for that.
    const stop = (why: string): void => {
      clearTimeout(timer);
      child.stdout.destroy();
      killGroup(child);
      reject(new Error(`${path} ${why}`));
    };
    const timer = setTimeout(() => stop(`was stopped after ${timeout} ms`), timeout);
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      room -= chunk.length;
      if (room < 0) stop(`was stopped after more than ${maximumOutput} bytes of output`);
    });
    child.once('error', (cause) => {
      clearTimeout(timer);
      reject(cause);
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (signal !== null) reject(new Error(`${path} was ended by ${signal}`));
      else if (code !== 0) reject(new Error(`${path} failed with exit status ${code}`));
      else resolve(Buffer.concat(chunks).toString('latin1'));
    });
  });
}

/** Ends the program and all it has started. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // There is nobody left.
  }
}

/** Node writes texts for programs as UTF-8, so bytes that are UTF-8 arrive as they came. */
function textOf(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
