import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { METHODS } from '../node-http.ts';
import { entryPoint } from '../process/entry-point.ts';
import type { Target } from './exchange.ts';

/** A gate in a process of its own, on a free port of the loopback interface, with files in a folder of its own. */
export interface GateChild {
  readonly target: Target;
  readonly logFile: string;
  readonly pid: number;
  /** Stops the gate and removes its folder. */
  stop(): Promise<void>;
}

export interface GateChildOptions {
  /** Rule files, loaded in this order; globs are expanded. */
  readonly rules: readonly string[];
  /** Where the gate sends requests. */
  readonly upstreamPort: number;
  /** `http.profile`; `strict` when absent. */
  readonly profile?: 'strict' | 'lenient-http';
}

/** Loading and compiling a big rule set may take a while on a busy machine; milliseconds. */
const START_TIMEOUT = 60_000;
const STOP_TIMEOUT = 10_000;

/** Starts a gate and waits until it listens. Rejects with what it said when it does not. */
export async function startGateChild(options: GateChildOptions): Promise<GateChild> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-test-'));
  const logFile = join(folder, 'error.log');
  const config = join(folder, 'sallyport.yaml');
  await writeFile(logFile, '');
  await writeFile(config, stringify(settings(options, logFile)));
  const child = spawn(process.execPath, [...entryPoint(), 'run', '--config', config], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = async (): Promise<void> => {
    await stopChild(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    return { target: await listeningAt(child), logFile, pid: child.pid ?? 0, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Settings under which tests meet the rules and not the gate's own refusals: no method is refused, and one connection per
 * request must not run into limits.
 */
function settings({ rules, upstreamPort, profile = 'strict' }: GateChildOptions, logFile: string): unknown {
  return {
    listeners: [{ address: '127.0.0.1', port: 0 }],
    upstreams: { app: `http://127.0.0.1:${upstreamPort}` },
    rules: { files: rules },
    routes: [{ upstream: 'app', body_methods: [...METHODS] }],
    http: { profile, methods: [...METHODS], underscore_headers: 'pass', method_overrides: true },
    logs: { error: logFile },
    workers: { count: 0 },
  };
}

function listeningAt(child: ChildProcess): Promise<Target> {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error(`the gate did not start in time: ${said}`)), START_TIMEOUT);
    const hear = (chunk: Buffer): void => {
      said += chunk.toString('utf8');
      const found = /listening on http:\/\/(127\.0\.0\.1):(\d+)/.exec(said);
      if (found === null) return;
      clearTimeout(timer);
      resolve({ host: found[1]!, port: Number(found[2]) });
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the gate did not start (exit code ${code}):\n${said.trimEnd()}`));
    });
  });
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT);
  await ended;
  clearTimeout(timer);
}
