/**
 * What running an application as somebody else costs: the same FastCGI application twice, once as a plain child, once behind limits
 * and as another user, asked by the client the gate has, in turn and for so short a time each that whatever else the machine does
 * meets both.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApplicationProcess } from '../applications/application-process.ts';
import { findTools, launchOf, type Tools } from '../applications/launch.ts';
import { SocketFolder } from '../applications/socket-folder.ts';
import type { ApplicationSpec } from '../applications/spec.ts';
import { defaultsOf } from '../config/field.ts';
import { runtime } from '../config/sections/applications.ts';
import { plainUrl } from '../config/sections/upstream/url.ts';
import { UPSTREAM_DEFAULTS, type UpstreamConfig } from '../config/sections/upstream.ts';
import type { Account } from '../process/accounts.ts';
import { placeOf } from '../proxy/balance/place.ts';
import { FastCgiPool } from '../proxy/fastcgi/pool.ts';

export interface IsolationOptions {
  /** The application, with `{socket}` for its socket and `{root}` for a folder with an `index.php`. */
  readonly command: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  /** Requests it answers at once. */
  readonly processes: number;
  /** Whom the isolated one runs as. */
  readonly account: Account;
  /** Requests under way at once. */
  readonly clients: number;
  /** Seconds for each of the two. */
  readonly seconds: number;
}

export interface IsolationResult {
  /** Requests per second of each slice of time, in the order they ran. */
  readonly plain: readonly number[];
  readonly isolated: readonly number[];
  /** What the isolated one has of the throughput of the other: the median over slices that ran one after the other. */
  readonly share: number;
  /** How the isolated one was started. */
  readonly launch: string;
}

const NO_TOOLS: Tools = { hasSetpriv: false, hasPrlimit: false };
const SLICE = 100;
const WARM_UP = 300;

/** Rejects when an application cannot be started, or answers with anything but 200. */
export async function measureIsolation(options: IsolationOptions): Promise<IsolationResult> {
  const own: Account = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const base = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  writeFileSync(join(base, 'index.php'), '<?php echo "hello from a FastCGI application\\n";');
  const folder = new SocketFolder(base, own);
  const tools = findTools();
  const running: Contender[] = [];
  try {
    const isolatedSpec = specOf('isolated', options, base, options.account);
    running.push(await Contender.start(specOf('plain', options, base, own), folder, NO_TOOLS, options));
    running.push(await Contender.start(isolatedSpec, folder, tools, options));
    const [plain, isolated] = running as [Contender, Contender];
    for (const one of running) await one.ask(WARM_UP);
    for (let round = 0; round < (options.seconds * 1000) / SLICE; round++) {
      // Whoever comes second must not be the same one each time.
      for (const one of round % 2 === 0 ? [plain, isolated] : [isolated, plain]) await one.measure();
    }
    // A slice in which the machine had no time for either of them tells nothing.
    const shares = isolated.rates.map((rate, at) => rate / (plain.rates[at] as number)).filter(Number.isFinite);
    const { program, words } = launchOf(isolatedSpec, '{socket}', tools);
    return {
      plain: plain.rates,
      isolated: isolated.rates,
      share: median(shares),
      launch: [program, ...words].join(' '),
    };
  } finally {
    await Promise.all(running.map((one) => one.end()));
    rmSync(base, { recursive: true, force: true });
  }
}

class Contender {
  readonly rates: number[] = [];
  readonly #process: ApplicationProcess;
  readonly #pool: FastCgiPool;
  readonly #ended: Promise<void>;
  readonly #clients: number;

  private constructor(process: ApplicationProcess, pool: FastCgiPool, ended: Promise<void>, clients: number) {
    this.#process = process;
    this.#pool = pool;
    this.#ended = ended;
    this.#clients = clients;
  }

  /** Rejects with what the application said when it does not come to serve. */
  static async start(
    spec: ApplicationSpec,
    folder: SocketFolder,
    tools: Tools,
    { processes, clients }: IsolationOptions,
  ): Promise<Contender> {
    const said: string[] = [];
    let over: () => void = () => {};
    const ended = new Promise<void>((resolve) => (over = resolve));
    const started = await new Promise<ApplicationProcess>((resolve, reject) => {
      new ApplicationProcess(spec, 1, folder, tools, {
        beforeStart: () => {},
        onServing: resolve,
        onExit(one) {
          over();
          reject(new Error([...one.failure, ...said].join('\n')));
        },
        onLine: (line) => void said.push(line),
      });
    });
    const url = plainUrl(started.url as string);
    const config: UpstreamConfig = {
      ...UPSTREAM_DEFAULTS,
      urls: [url],
      fastcgi: { ...UPSTREAM_DEFAULTS.fastcgi, root: spec.root, processes },
    };
    return new Contender(started, new FastCgiPool(placeOf(url), config), ended, Math.min(clients, processes));
  }

  async measure(): Promise<void> {
    this.rates.push(await this.ask(SLICE));
  }

  /** Asks for so many milliseconds; gives requests per second. */
  async ask(duration: number): Promise<number> {
    const began = performance.now();
    let count = 0;
    const client = async (): Promise<void> => {
      while (performance.now() - began < duration) {
        const { statusCode, body } = await this.#pool.request({ path: '/index.php', method: 'GET' });
        await body.dump();
        if (statusCode !== 200) throw new Error(`the application answers with ${statusCode}`);
        count++;
      }
    };
    await Promise.all(Array.from({ length: this.#clients }, client));
    return Math.round((count * 1000) / (performance.now() - began));
  }

  async end(): Promise<void> {
    await this.#pool.destroy();
    this.#process.stop();
    await this.#ended;
  }
}

function specOf(name: string, options: IsolationOptions, root: string, account: Account): ApplicationSpec {
  const { command, environment } = options;
  return {
    ...defaultsOf(runtime),
    name,
    protocol: 'fastcgi',
    command,
    environment,
    account,
    user: String(account.uid),
    root,
    directory: root,
    skipped: new Set(),
  };
}

/** Of an odd number of values the middle one, of an even number the mean of the two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
