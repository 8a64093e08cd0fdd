/** The command line of an application: limits, then another user without anything to gain, then the program. */
import { spawnSync } from 'node:child_process';
import type { Account } from '../process/accounts.ts';
import { commandOf } from './checks.ts';
import type { ApplicationSpec } from './spec.ts';

/** Programs of util-linux that the system has. */
export interface Tools {
  readonly hasSetpriv: boolean;
  readonly hasPrlimit: boolean;
}

export function findTools(): Tools {
  const works = (program: string, ...words: string[]): boolean => spawnSync(program, [...words, 'true']).status === 0;
  return {
    hasSetpriv: works('setpriv', '--no-new-privs', '--pdeathsig=KILL', '--'),
    hasPrlimit: works('prlimit', '--core=0:0'),
  };
}

export interface ApplicationLaunch {
  readonly program: string;
  readonly words: readonly string[];
  /** For `spawn`, where no program in between changes the user. */
  readonly identity: { readonly uid?: number; readonly gid?: number };
  readonly environment: Readonly<Record<string, string>>;
}

const SAFE_PATH = '/usr/local/bin:/usr/bin:/bin';

/**
 * How an application is started, to listen on `socket`. Nothing of the environment of the gate is passed on.
 */
export function launchOf(spec: ApplicationSpec, socket: string, tools: Tools): ApplicationLaunch {
  const isOther = process.getuid?.() === 0 && spec.account.uid !== 0;
  const wrappers = [
    ...(tools.hasPrlimit ? ['prlimit', ...limitWords(spec)] : []),
    ...(tools.hasSetpriv ? ['setpriv', ...setprivWords(isOther ? spec.account : undefined)] : []),
  ];
  const [program = '', ...words] = [...wrappers, ...commandOf(spec, socket)];
  return {
    program,
    words,
    identity: isOther && !tools.hasSetpriv ? spec.account : {},
    environment: {
      PATH: SAFE_PATH,
      HOME: spec.root,
      USER: spec.user,
      LOGNAME: spec.user,
      ...Object.fromEntries(spec.environment),
      SOCKET_PATH: socket,
    },
  };
}

/** Soft and hard limits are the same: a program could raise the soft one up to the hard one. */
function limitWords({ limits }: ApplicationSpec): readonly string[] {
  const { files, processes, memory, fileSize, core } = limits;
  const words = [`--nofile=${files}:${files}`, `--core=${core}:${core}`];
  if (processes !== undefined) words.push(`--nproc=${processes}:${processes}`);
  if (memory !== undefined) words.push(`--as=${memory}:${memory}`);
  if (fileSize !== undefined) words.push(`--fsize=${fileSize}:${fileSize}`);
  return words;
}

/** Throws when limits are asked for that nobody can set here. */
export function checkLimits({ name, limits: { processes, memory, fileSize } }: ApplicationSpec, tools: Tools): void {
  if (tools.hasPrlimit || (processes ?? memory ?? fileSize) === undefined) return;
  throw new Error(`application ${name}: its limits need prlimit (util-linux), which is not here`);
}

/** The death signal comes last: a change of user would take it away again. */
function setprivWords(account: Account | undefined): readonly string[] {
  const identity =
    account === undefined
      ? []
      : [
          `--reuid=${account.uid}`,
          `--regid=${account.gid}`,
          '--clear-groups',
          '--bounding-set=-all',
          '--inh-caps=-all',
        ];
  return [...identity, '--no-new-privs', '--pdeathsig=KILL', '--'];
}
