/** A gate with workers, as users start it. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askGate } from '../../src/admin/client.ts';
import type { GateStatus, WorkerStatus } from '../../src/admin/status.ts';
import { type RunningCommand, startCommand } from './command.ts';
import { testFolder } from './gate.ts';

export interface WorkersGate extends RunningCommand {
  readonly folder: string;
  readonly socket: string;
  status(): Promise<GateStatus>;
  /** Those in a state, the oldest first. */
  workers(state?: WorkerStatus['state']): Promise<readonly WorkerStatus[]>;
  write(file: string, text: string): void;
  read(file: string): string;
  /** Sends SIGHUP and waits for what comes of it. */
  reload(outcome?: string): Promise<void>;
}

/** `yaml`: top-level keys over the plain ones. Rules, where there are any, stand in `rules.conf`. `prepare` puts more files there. */
export async function startWorkers(
  upstreamPort: number,
  count: number,
  options: {
    readonly yaml?: string;
    readonly rules?: string;
    readonly folderMode?: number;
    readonly prepare?: (folder: string) => void;
  } = {},
): Promise<WorkersGate> {
  const { yaml = '', rules, folderMode = 0o700 } = options;
  const folder = testFolder();
  chmodSync(folder, folderMode);
  const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);
  const has = (key: string): boolean => yaml.split('\n').some((line) => line.startsWith(`${key}:`));
  write(
    'sallyport.yaml',
    [
      has('listeners') ? '' : 'listeners: [{ port: 0 }]',
      has('upstreams') ? '' : `upstreams: { app: "http://127.0.0.1:${upstreamPort}" }`,
      has('routes') ? '' : `routes: [{ upstream: app, waf: ${rules === undefined ? 'off' : 'on'} }]`,
      rules === undefined ? '' : 'rules: { files: rules.conf }',
      has('logs') ? '' : 'logs: { access: access.log, error: error.log }',
      'run_dir: run',
      yaml,
    ].join('\n'),
  );
  if (rules !== undefined) write('rules.conf', rules);
  options.prepare?.(folder);
  const gate = await startCommand(['--workers', String(count)], folder);
  const socket = join(folder, 'run', 'control.sock');
  // The gate is this very version, so its form is the one known here.
  const status = async (): Promise<GateStatus> => (await askGate(socket, 'GET', '/status')).body as GateStatus;
  return {
    ...gate,
    folder,
    socket,
    status,
    async workers(state) {
      const { workers } = await status();
      const wanted = workers.filter((one) => state === undefined || one.state === state);
      return wanted.toSorted((a, b) => a.startedAt - b.startedAt);
    },
    write,
    read: (file) => readFileSync(join(folder, file), 'latin1'),
    async reload(outcome = 'reloaded; ') {
      const heard = gate.saysNext(outcome);
      gate.child.kill('SIGHUP');
      await heard;
    },
  };
}
