/** Good requests as fast as they are answered, by wrk: a process of its own, so that whoever looks on slows nothing down. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

export interface WrkOptions {
  readonly url: string;
  readonly connections: number;
  /** `Name: value` */
  readonly headers?: readonly string[];
}

export interface WrkResult {
  readonly requests: number;
  /** Errors of connections, answers that did not come in time, and answers other than 2xx and 3xx. */
  readonly lost: number;
  /** Milliseconds. */
  readonly p99: number;
}

export interface Wrk {
  stop(): Promise<WrkResult>;
}

/** Longer than any run; it is stopped before. */
const LONGEST = 600;
const MILLISECONDS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000 };

export function isWrkInstalled(): boolean {
  return spawnSync('wrk', ['-v']).error === undefined;
}

/** Runs until it is stopped. */
export function startWrk({ url, connections, headers = [] }: WrkOptions): Wrk {
  const words = ['-t1', `-c${connections}`, `-d${LONGEST}`, '--latency', ...headers.flatMap((one) => ['-H', one]), url];
  const child = spawn('wrk', words, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('latin1').on('data', (text: string) => {
    said += text;
  });
  const closed = once(child, 'close');
  return {
    async stop() {
      // It ends its run and reports.
      child.kill('SIGINT');
      await closed;
      return readReport(said);
    },
  };
}

/** Throws when the report is none. */
function readReport(text: string): WrkResult {
  const requests = /^\s*(\d+) requests in /m.exec(text)?.[1];
  const [, p99, unit = ''] = /^\s*99%\s+([\d.]+)([a-z]+)\s*$/m.exec(text) ?? [];
  if (requests === undefined || p99 === undefined) throw new Error(`wrk has said: ${text}`);
  const errors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text)?.slice(1) ?? [];
  const bad = /Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? '0';
  return {
    requests: Number(requests),
    lost: [...errors, bad].reduce((sum, one) => sum + Number(one), 0),
    p99: Number(p99) * (MILLISECONDS[unit] ?? Number.NaN),
  };
}
