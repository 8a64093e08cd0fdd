/** How a worker is started: by which programs, as whom, on which processors. Decided once, at the start of the gate. */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import type { WorkersConfig } from '../config/sections/workers.ts';
import { type Account, findAccount } from './accounts.ts';
import { entryPoint } from './entry-point.ts';
import { inlining } from './inlining.ts';
import { youngGeneration } from './young-generation.ts';

export interface Launch {
  readonly program: string;
  readonly words: readonly string[];
  /** For `spawn`, where no program in between changes the user. */
  readonly identity: { readonly uid?: number; readonly gid?: number };
}

/** What the system offers, and what of it the configuration asks for. */
export class Launcher {
  readonly #config: WorkersConfig;
  readonly #hasSetpriv: boolean;
  readonly account: Account | undefined;

  /** Throws with one line when the configuration asks for what cannot be had here. */
  constructor(config: WorkersConfig) {
    this.#config = config;
    this.account = accountOf(config);
    this.#hasSetpriv = config.confine !== 'off' && canConfine();
    if (config.confine === 'require' && !this.#hasSetpriv) {
      throw new Error('workers.confine: require: there is no setpriv (util-linux) that works here');
    }
    if (config.affinity.length > 0) checkAffinity(config.affinity);
  }

  /** Whether workers cannot gain privileges any more. */
  get isConfined(): boolean {
    return this.#hasSetpriv;
  }

  /** The command line of worker number `at`. */
  command(at: number): Launch {
    const options = nodeOptions();
    const chosen = process.env['NODE_OPTIONS'];
    const ours = [...youngGeneration(options, chosen), ...inlining(options, chosen)];
    const words = [process.execPath, ...ours, ...options, ...entryPoint(), 'worker'];
    const { affinity } = this.#config;
    const wrappers = [
      ...(affinity.length === 0 ? [] : ['taskset', '--cpu-list', affinity[at % affinity.length] as string]),
      ...(this.#hasSetpriv ? ['setpriv', ...setprivWords(this.account)] : []),
    ];
    const [program = process.execPath, ...rest] = [...wrappers, ...words];
    return {
      program,
      words: rest,
      identity: this.#hasSetpriv ? {} : (this.account ?? {}),
    };
  }
}

/** The death signal comes last: a change of user would take it away again. */
function setprivWords(account: Account | undefined): readonly string[] {
  const identity =
    account === undefined
      ? []
      : [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--init-groups', '--bounding-set=-all', '--inh-caps=-all'];
  return [...identity, '--no-new-privs', '--pdeathsig=KILL', '--'];
}

/** Options this process was started with itself, less the one that `entryPoint` brings. */
function nodeOptions(): readonly string[] {
  return process.execArgv.filter((word) => !word.startsWith('--conditions='));
}

function accountOf({ user, group }: WorkersConfig): Account | undefined {
  if (user === undefined) return undefined;
  if (process.getuid?.() !== 0) throw new Error('workers.user: only root can give workers another user');
  const account = findAccount(user, group);
  if (account.uid === 0) throw new Error('workers.user: the workers must not be root');
  return account;
}

function canConfine(): boolean {
  return spawnSync('setpriv', ['--no-new-privs', '--pdeathsig=KILL', '--', 'true']).status === 0;
}

function checkAffinity(affinity: readonly string[]): void {
  for (const list of affinity) {
    const { status, error, stderr } = spawnSync('taskset', ['--cpu-list', list, 'true'], { encoding: 'utf8' });
    if (error !== undefined) throw new Error('workers.affinity: there is no taskset (util-linux) here');
    if (status !== 0) {
      const reason = stderr.trim().split('\n').at(-1) ?? '';
      throw new Error(
        `workers.affinity: "${list}" cannot be used: ${reason} (this machine has ${availableParallelism()} processors for us)`,
      );
    }
  }
}
