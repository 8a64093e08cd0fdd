/** The program as users start it: `bin/sallyport.mjs` in a process of its own, running from source. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFailed, onTestFinished } from 'vitest';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** Tests start the same program over and over; it need not be compiled each time. */
export const CODE_CACHE: string = join(tmpdir(), 'sallyport-test-code');

export interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunningCommand {
  readonly child: ChildProcess;
  readonly port: number;
  readonly pid: number;
  out(): string;
  err(): string;
  /** Resolves when the words appear on standard output or standard error. */
  says(words: string): Promise<void>;
  /** The same, for what it says from now on. */
  saysNext(words: string): Promise<void>;
  finished(): Promise<Finished>;
  /** Like `finished`, when others may go on to hold its output open. */
  exited(): Promise<Finished>;
}

function start(
  words: readonly string[],
  cwd: string,
  input?: string,
): { child: ChildProcess; out: () => string; err: () => string } {
  const child = spawn(process.execPath, ['--conditions=sallyport-source', MAIN, ...words], {
    cwd,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, XDG_DATA_HOME: cwd, NODE_COMPILE_CACHE: CODE_CACHE },
  });
  child.stdin?.end(input);
  const said = { out: '', err: '' };
  child.stdout?.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    said.err += chunk;
  });
  onTestFinished(() => {
    if (child.exitCode === null) child.kill('SIGKILL');
  });
  onTestFailed(() => console.error(`sallyport ${words.join(' ')} said:\n${said.out}${said.err}`));
  return { child, out: () => said.out, err: () => said.err };
}

/** Runs a command to its end. `input`: what it gets on standard input. */
export async function runCommand(words: readonly string[], cwd: string, input?: string): Promise<Finished> {
  const { child, out, err } = start(words, cwd, input);
  const [code] = await once(child, 'close');
  return { code, out: out(), err: err() };
}

/** Starts `sallyport run` and waits until it listens. One process unless `--workers` says otherwise: it starts sooner. */
export async function startCommand(words: readonly string[], cwd: string): Promise<RunningCommand> {
  const workers = words.includes('--workers') ? [] : ['--workers', '0'];
  const { child, out, err } = start(['run', ...words, ...workers], cwd);
  const closed = once(child, 'close');
  const exit = once(child, 'exit');
  const says = async (text: string, fromOut = 0, fromErr = 0): Promise<void> => {
    const isOver = closed.then(() => {
      throw new Error(`ended without saying ${JSON.stringify(text)}: ${out()}${err()}`);
    });
    isOver.catch(() => {});
    while (!`${out().slice(fromOut)}${err().slice(fromErr)}`.includes(text)) {
      await Promise.race([once(child.stdout as never, 'data'), once(child.stderr as never, 'data'), isOver]);
    }
  };
  await says('rules: ');
  const port = Number(/listening on https?:\/\/[^ ,]*:(\d+)/.exec(out())?.[1]);
  return {
    child,
    port,
    pid: child.pid ?? 0,
    out,
    err,
    says: (words) => says(words),
    saysNext: (words) => says(words, out().length, err().length),
    async exited() {
      const [code] = await exit;
      return { code, out: out(), err: err() };
    },
    async finished() {
      const [code] = await closed;
      return { code, out: out(), err: err() };
    },
  };
}
