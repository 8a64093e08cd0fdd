/** `principals` and `applications`: programs the gate starts, and as whom. */
import { REFUSALS } from '../../applications/refusals.ts';
import { choice, defaultsOf, duration, integer, listOf, mapOf, section, size, type Table, text } from '../field.ts';

/** Somebody files, sockets and programs belong to. */
export interface PrincipalConfig {
  readonly user: string;
  readonly group?: string;
  readonly paths: readonly string[];
  readonly sockets: readonly string[];
  readonly logs: readonly string[];
}

export interface ApplicationLimitsConfig {
  readonly files: number;
  readonly processes?: number;
  readonly memory?: number;
  readonly fileSize?: number;
  readonly core: number;
}

/** How a program is run, whoever it belongs to. */
export interface RuntimeConfig {
  readonly command: readonly string[];
  readonly protocol: 'http' | 'fastcgi';
  readonly processes: number;
  readonly environment: ReadonlyMap<string, string>;
  readonly umask: string;
  readonly limits: ApplicationLimitsConfig;
  readonly minUid: number;
  readonly minGid: number;
  readonly maxRequests: number;
  readonly maxAge: number;
  readonly maxRss: number;
  readonly startTimeout: number;
  readonly drain: number;
  readonly stopTimeout: number;
}

export interface ApplicationConfig extends RuntimeConfig {
  readonly principal: string;
  readonly root: string;
  readonly directory?: string;
  readonly unsafeSkipChecks: ReadonlyMap<string, string>;
}

const seconds = (count: number): number => count * 1000;

const absolute = (what: string) =>
  text(what, (value) => (value.startsWith('/') ? undefined : `"${value}" is not an absolute path`));

export const principal: Table<PrincipalConfig> = {
  user: { type: text('user, by name or number'), summary: 'Whom programs of this principal run as.' },
  group: { type: text('group, by name or number'), isOptional: true, summary: "Instead of the user's own group." },
  paths: {
    type: listOf(absolute('path')),
    default: [],
    summary: 'Files and folders that belong to it; `sallyport principals` looks whether they do.',
  },
  sockets: { type: listOf(absolute('path')), default: [], summary: 'Sockets that belong to it.' },
  logs: { type: listOf(absolute('path')), default: [], summary: 'Log files that belong to it.' },
};

const limits: Table<ApplicationLimitsConfig> = {
  files: { type: integer(16, 1_048_576), default: 1024, summary: 'Open files and connections of one process.' },
  processes: {
    type: integer(1, 1_048_576),
    isOptional: true,
    summary: 'Processes and threads the user may have in all. The limit counts everything the user runs.',
  },
  memory: {
    type: size(),
    isOptional: true,
    summary:
      'Address space of one process. Programs that reserve much more than they use, such as Node, need `max_rss` instead.',
  },
  fileSize: { type: size(), isOptional: true, summary: 'Largest file it can write.' },
  core: { type: size(), default: 0, summary: 'Largest core dump; it may hold secrets.' },
};

export const runtime: Table<RuntimeConfig> = {
  command: {
    type: listOf(text('word')),
    summary:
      'Program and arguments; there is no shell. `{socket}` stands for the Unix socket it is to listen on, `{root}` for its root. The socket is also in the environment, as SOCKET_PATH.',
  },
  protocol: { type: choice('http', 'fastcgi'), default: 'http', summary: 'What it speaks on its socket.' },
  processes: {
    type: integer(1, 256),
    default: 1,
    summary: 'How many are started, each with a socket of its own; requests are shared out to them.',
  },
  environment: {
    type: mapOf(text(), (name) =>
      /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? undefined : `"${name}" is not the name of a variable`,
    ),
    default: new Map(),
    summary: 'Variables for it. It gets nothing of the environment of the gate, only PATH, HOME, USER and SOCKET_PATH.',
  },
  umask: {
    type: text('octal number such as 027', (value) =>
      /^0?[0-7]{3}$/.test(value) ? undefined : `"${value}" is not an octal number such as 027`,
    ),
    default: '027',
    summary: 'Rights that files it makes do not have.',
  },
  limits: {
    type: section(limits),
    default: defaultsOf(limits),
    summary: 'What the system lets it have. Needs `prlimit`.',
  },
  minUid: { type: integer(1, 4_294_967_294), default: 100, summary: 'A user with a lower number is refused.' },
  minGid: { type: integer(1, 4_294_967_294), default: 100, summary: 'A group with a lower number is refused.' },
  maxRequests: {
    type: integer(0, 1_000_000_000),
    default: 0,
    summary:
      'A process is replaced after so many requests; 0 means never. The replacement serves before the old one goes.',
  },
  maxAge: { type: duration(), default: 0, summary: 'A process is replaced after this time; 0 means never.' },
  maxRss: {
    type: size(),
    default: 0,
    summary: 'A process whose resident memory is larger is replaced; 0 means never. Its own children are not counted.',
  },
  startTimeout: {
    type: duration(),
    default: seconds(10),
    summary: 'A process that does not accept connections after this time is killed, and started again later.',
  },
  drain: {
    type: duration(),
    default: seconds(30),
    summary: 'How long a process that is replaced may go on with the requests it has.',
  },
  stopTimeout: { type: duration(), default: seconds(5), summary: 'Time from SIGTERM to SIGKILL.' },
};

export const application: Table<ApplicationConfig> = {
  principal: { type: text('name of a principal'), summary: 'Whom it belongs to, and runs as.' },
  root: {
    type: absolute('folder'),
    summary:
      'Folder of the application. The program, and every file below this folder that its arguments name, must belong to the principal or root, and nobody else may be able to change them.',
  },
  directory: {
    type: absolute('folder'),
    isOptional: true,
    summary: 'Working directory, in the root; the root itself when absent.',
  },
  ...runtime,
  unsafeSkipChecks: {
    type: mapOf(text('reason'), (code) =>
      Object.values(REFUSALS).some((one) => one.code === code && one.canBeSkipped)
        ? undefined
        : `"${code}" is not the code of a check that can be left out`,
    ),
    default: new Map(),
    summary: 'Checks before the start that are left out, by code, each with the reason.',
  },
};
