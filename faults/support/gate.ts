/** The gate as users start it, in a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { askGate } from '../../packages/gateway/src/admin/client.ts';
import type { GateStatus } from '../../packages/gateway/src/admin/status.ts';

const PROGRAM = fileURLToPath(new URL('../../packages/gateway/bin/sallyport.mjs', import.meta.url));

export interface GateSettings {
  readonly upstreamPort: number;
  /** 0: one process. */
  readonly workers: number;
  /** More YAML at the top level. May hold `workers`, `routes`, `upstreams`, `timeouts` …, which then replace what stands here. */
  readonly yaml?: string;
  /** Rules in SecLang. Without any, routes run with `waf: off`. */
  readonly rules?: string;
  /** Words put in front of the command, such as `prlimit --nofile=256`. */
  readonly wrapper?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** The folder of an earlier gate, to start there again. */
  readonly folder?: string;
}

export interface FaultGate {
  readonly port: number;
  readonly child: ChildProcess;
  readonly folder: string;
  /** Everything it has written to standard output and standard error. */
  said(): string;
  /** Resolves when words appear in what it says from now on. Rejects after `patience` milliseconds. */
  says(words: string, patience?: number): Promise<void>;
  status(): Promise<GateStatus>;
  write(file: string, text: string): void;
  read(file: string): string;
  /** Exit code, when it has ended. */
  ended(): Promise<number | null>;
  /** Tells it to stop, and waits until it has. */
  stop(): Promise<void>;
  /** Ends it, whatever state it is in, and removes its folder. */
  remove(): Promise<void>;
}

/** Starts a gate and waits until it serves. Rejects with what it said when it does not. */
export async function startGate(settings: GateSettings): Promise<FaultGate> {
  const folder = settings.folder ?? mkdtempSync(join(tmpdir(), 'sallyport-fault-'));
  const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);
  write('sallyport.yaml', configuration(settings));
  if (settings.rules !== undefined) write('rules.conf', settings.rules);
  const command = [...(settings.wrapper ?? []), process.execPath, PROGRAM, 'run'];
  const child = spawn(command[0] as string, command.slice(1), {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...settings.environment },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
  }
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  const says = async (words: string, patience = 30_000, from = text.length): Promise<void> => {
    const deadline = performance.now() + patience;
    while (!text.slice(from).includes(words)) {
      if (performance.now() > deadline) throw new Error(`did not say ${JSON.stringify(words)} in time: ${text}`);
      if (child.exitCode !== null) throw new Error(`ended without saying ${JSON.stringify(words)}: ${text}`);
      await wait(5);
    }
  };
  const remove = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await exit;
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await says('rules: ', 60_000, 0);
  } catch (cause) {
    await remove();
    throw cause;
  }
  return {
    port: Number(/listening on https?:\/\/[^ ,]*:(\d+)/.exec(text)?.[1]),
    child,
    folder,
    said: () => text,
    says: (words, patience) => says(words, patience),
    // The gate is this very version, so its form is the one known here.
    status: async () => (await askGate(join(folder, 'run', 'control.sock'), 'GET', '/status')).body as GateStatus,
    write,
    read: (file) => readFileSync(join(folder, file), 'latin1'),
    ended: () => exit,
    async stop() {
      child.kill('SIGTERM');
      await exit;
    },
    remove,
  };
}

/** The configuration as a test may write it again, changed. */
export function configuration({ upstreamPort, workers, yaml = '', rules }: GateSettings): string {
  const has = (key: string): boolean => yaml.split('\n').some((line) => line.startsWith(`${key}:`));
  return [
    has('listeners') ? '' : 'listeners: [{ port: 0 }]',
    has('upstreams') ? '' : `upstreams: { app: "http://127.0.0.1:${upstreamPort}" }`,
    has('routes') ? '' : `routes: [{ upstream: app, waf: ${rules === undefined ? 'off' : 'on'} }]`,
    has('rules') || rules === undefined ? '' : 'rules: { files: rules.conf }',
    has('logs') ? '' : 'logs: { access: access.log, error: error.log }',
    has('workers') ? '' : `workers: { count: ${workers} }`,
    'run_dir: run',
    yaml,
    '',
  ].join('\n');
}
