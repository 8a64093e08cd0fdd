/** Tells others that a ban has begun. Requests never wait for it, and a flood of bans is not a flood of programs. */
import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import type { FloodHooksConfig } from '../../config/sections/floods/hooks.ts';
import { timeLimit } from '../../time-limit.ts';
import type { Ban } from './ban-list.ts';

/** Tries of one webhook, and milliseconds before the second; the pause doubles. */
const TRIES = 3;
const FIRST_PAUSE = 500;

type Notice = Pick<Ban, 'key' | 'reason'> & { readonly seconds: number; readonly at: string };

export class FloodHooks {
  readonly #config: FloodHooksConfig;
  readonly #say: (line: string) => void;
  readonly #waiting: Notice[] = [];
  readonly #end = new AbortController();
  #running: Promise<void> | undefined;
  #dropped = 0;

  /** `say` gets one line for each thing that went wrong. */
  constructor(config: FloodHooksConfig, say: (line: string) => void) {
    this.#config = config;
    this.#say = say;
  }

  /** `milliseconds`: how long the ban lasts. */
  began({ key, reason }: Pick<Ban, 'key' | 'reason'>, milliseconds: number): void {
    const { program, webhook, queue } = this.#config;
    if (program.length === 0 && webhook === undefined) return;
    if (this.#waiting.length >= queue) {
      this.#dropped++;
      return;
    }
    this.#waiting.push({ key, reason, seconds: Math.ceil(milliseconds / 1000), at: new Date().toISOString() });
    this.#running ??= this.#run();
  }

  /** What waits is dropped, what runs is ended. */
  async close(): Promise<void> {
    this.#waiting.length = 0;
    this.#end.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let notice = this.#waiting.shift(); notice !== undefined; notice = this.#waiting.shift()) {
      if (this.#dropped > 0) this.#say(`${this.#dropped} bans were not told to the program or webhook: too many wait`);
      this.#dropped = 0;
      await Promise.all([this.#runProgram(notice), this.#post(notice)]);
    }
    this.#running = undefined;
  }

  #runProgram({ key, reason, seconds }: Notice): Promise<void> {
    const [file, ...words] = this.#config.program;
    if (file === undefined) return Promise.resolve();
    const values: Readonly<Record<string, string>> = { '%s': key, '%r': reason.text, '%t': String(seconds), '%%': '%' };
    const filled = words.map((word) => word.replace(/%[srt%]/g, (mark) => values[mark] ?? mark));
    return new Promise((resolve) => {
      // In a group of its own, so that what it starts ends with it.
      const child = spawn(file, filled, { stdio: 'ignore', detached: true, env: { PATH: process.env['PATH'] } });
      const end = (): void => {
        if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) killGroup(child.pid);
      };
      const timer = setTimeout(() => {
        this.#say(`${file} took longer than ${this.#config.timeout} ms and was killed`);
        end();
      }, this.#config.timeout);
      this.#end.signal.addEventListener('abort', end, { once: true });
      const over = (problem?: string): void => {
        clearTimeout(timer);
        this.#end.signal.removeEventListener('abort', end);
        if (problem !== undefined) this.#say(`${file}: ${problem}`);
        resolve();
      };
      child.once('error', (error) => over(error.message));
      child.once('exit', (code) => over(code === 0 || code === null ? undefined : `exit status ${code}`));
    });
  }

  async #post({ key, reason, seconds, at }: Notice): Promise<void> {
    const { webhook, timeout } = this.#config;
    if (webhook === undefined) return;
    const body = JSON.stringify({ address: key, reason: reason.text, by: reason.by, seconds, at });
    let problem = '';
    for (let tried = 0; tried < TRIES && !this.#end.signal.aborted; tried++) {
      try {
        if (tried > 0) await wait(FIRST_PAUSE * 2 ** (tried - 1), undefined, { signal: this.#end.signal });
        const signal = AbortSignal.any([timeLimit(timeout), this.#end.signal]);
        const headers = { 'Content-Type': 'application/json' };
        const answer = await fetch(webhook, { method: 'POST', body, headers, signal, redirect: 'manual' });
        await answer.body?.cancel();
        if (answer.status >= 200 && answer.status < 300) return;
        problem = `status ${answer.status}`;
      } catch (cause) {
        problem = cause instanceof Error ? cause.message : String(cause);
      }
    }
    if (!this.#end.signal.aborted) this.#say(`webhook ${URL.parse(webhook)?.origin}: ${problem}, ${TRIES} times`);
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
