import { type ChildProcess, spawn } from 'node:child_process';
import { Trouble } from './trouble.ts';
import type { LogHealth } from './types.ts';

/** Least time between two starts of a program that ends by itself, in milliseconds. */
const RESTART_AFTER = 1000;
/** How long a program may take to end once its input has, in milliseconds. */
const LAST_WAIT = 3000;
/** Bytes in the pipe and in front of it before lines are held back here. */
const UNREAD = 1 << 16;

export interface PipedLogOptions {
  /** Program and arguments, separated by blanks; quotes hold blanks together. There is no shell. */
  readonly command: string;
  /** The same, where it is apart already. */
  readonly words?: readonly string[];
  readonly maxPendingBytes: number;
  readonly complain: (text: string) => void;
}

/**
 * A program that reads log lines from its standard input: Apache's piped logs. It is started with the first line, and again
 * when it ends; lines wait meanwhile, up to a bound. What it had taken and not worked off is lost with it. Its output is
 * dropped, what it says on standard error is passed on.
 */
export class PipedLog {
  readonly #options: PipedLogOptions;
  readonly #trouble: Trouble;
  #child: ChildProcess | undefined;
  #queue: string[] = [];
  #pendingBytes = 0;
  #written = 0;
  #startedAt = Number.NEGATIVE_INFINITY;
  #restart: NodeJS.Timeout | undefined;
  #waiting: (() => void)[] = [];
  #isClosed = false;

  constructor(options: PipedLogOptions) {
    this.#options = options;
    this.#trouble = new Trouble(this.name, options.complain);
  }

  get name(): string {
    return `|${this.#options.command}`;
  }

  get health(): LogHealth {
    const { dropped, failures } = this.#trouble;
    return { file: this.name, written: this.#written, dropped, failures };
  }

  get isStuck(): boolean {
    const { length } = this.#queue;
    return (this.#trouble.isBroken && length > 0) || this.#pendingBytes * 2 > this.#options.maxPendingBytes;
  }

  /** Queues one line; the line end is added here. */
  append(line: string): void {
    this.appendText(`${line}\n`);
  }

  /** Queues text that ends in a line end. */
  appendText(text: string): void {
    if (this.#isClosed) return;
    if (this.#pendingBytes + text.length > this.#options.maxPendingBytes) {
      this.#trouble.drop(1);
      return;
    }
    this.#queue.push(text);
    this.#pendingBytes += text.length;
    this.#feed();
  }

  /** Resolves when the program was given what is queued now, or is not there to take it. */
  async flush(): Promise<void> {
    if (this.#queue.length === 0 || this.#restart !== undefined) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** A program that rotates its files does so by itself. */
  async reopen(): Promise<void> {
    await this.flush();
  }

  /** Ends the input of the program and waits a little for it to end. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    await Promise.race([this.flush(), new Promise((resolve) => setTimeout(resolve, LAST_WAIT).unref())]);
    this.#isClosed = true;
    clearTimeout(this.#restart);
    if (this.#queue.length > 0) this.#trouble.drop(this.#queue.length);
    const child = this.#child;
    if (child === undefined) return;
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    child.stdin?.end();
    const timer = setTimeout(() => child.kill('SIGKILL'), LAST_WAIT);
    await ended;
    clearTimeout(timer);
  }

  #feed(): void {
    const input = (this.#child ??= this.#start())?.stdin;
    if (input === undefined || input === null) return;
    while (this.#queue.length > 0 && input.writableLength < UNREAD) {
      const text = this.#queue.shift() ?? '';
      this.#pendingBytes -= text.length;
      input.write(text, 'latin1', (error) => {
        if (error === undefined || error === null) this.#written++;
      });
    }
    if (this.#queue.length === 0) this.#settle();
  }

  #settle(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting = [];
  }

  #start(): ChildProcess | undefined {
    if (this.#restart !== undefined) return undefined;
    const wait = this.#startedAt + RESTART_AFTER - performance.now();
    if (wait > 0) {
      this.#restart = setTimeout(() => {
        this.#restart = undefined;
        this.#feed();
      }, wait);
      this.#restart.unref();
      return undefined;
    }
    this.#startedAt = performance.now();
    const [program = '', ...words] = this.#options.words ?? commandWords(this.#options.command);
    const child = spawn(program, words, { stdio: ['pipe', 'ignore', 'inherit'] });
    const lost = (cause: unknown): void => {
      if (this.#child !== child || this.#isClosed) return;
      this.#child = undefined;
      this.#trouble.failed(cause);
      this.#settle();
      if (this.#queue.length > 0 && !this.#isClosed) this.#feed();
    };
    child.once('spawn', () => this.#trouble.recovered());
    child.once('error', lost);
    child.once('exit', (code, signal) => lost(new Error(`the program ended (${signal ?? `status ${code}`})`)));
    child.stdin.on('error', () => {
      // The program has ended; `exit` says so.
    });
    child.stdin.on('drain', () => this.#feed());
    // The gate does not stay alive for it; `close` ends it.
    child.unref();
    return child;
  }
}

/** Words of a command line: separated by blanks, quotes hold together. */
export function commandWords(command: string): readonly string[] {
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  );
}
