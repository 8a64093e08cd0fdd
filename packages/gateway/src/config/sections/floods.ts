/** `floods`: how much one client may ask for, and what happens to those who ask for more. */
import { checkPath, checkStoreUrl, checkTrustedProxy } from '../checks.ts';
import { choice, defaultsOf, duration, flag, integer, listOf, mapOf, section, type Table, text } from '../field.ts';

/** So many requests in so many milliseconds; 0 requests: no limit. */
export interface WindowLimit {
  readonly requests: number;
  readonly per: number;
}

export interface PathLimit extends WindowLimit {
  readonly path: string;
}

export interface PrincipalLimit extends WindowLimit {
  readonly from: 'header' | 'cookie' | 'certificate';
  readonly name?: string;
}

export interface EvasiveConfig {
  readonly pageCount: number;
  readonly pageInterval: number;
  readonly siteCount: number;
  readonly siteInterval: number;
  readonly blockingPeriod: number;
}

export interface PenaltiesConfig {
  readonly points: number;
  readonly per: number;
  readonly ban: number;
  readonly refused: number;
  readonly status: ReadonlyMap<string, number>;
}

/** All in milliseconds. */
export interface WorkConfig {
  readonly time: number;
  readonly per: number;
  readonly ban: number;
}

export interface LoginLimits {
  readonly perClient: number;
  readonly perUser: number;
  readonly per: number;
  readonly ban: number;
  readonly longestHold: number;
}

export interface FloodHooksConfig {
  readonly program: readonly string[];
  readonly webhook?: string;
  readonly nftables?: string;
  readonly timeout: number;
  readonly queue: number;
}

export interface FloodStoreConfig {
  readonly url?: string;
  readonly prefix: string;
  readonly timeout: number;
  readonly whenAway: 'local' | 'pass' | 'refuse';
}

export interface FloodsConfig {
  readonly mode: 'window' | 'evasive' | 'off';
  readonly observe: boolean;
  readonly status: number;
  readonly action: 'deny' | 'drop';
  readonly ban: number;
  readonly allow: readonly string[];
  readonly exceptPaths: readonly string[];
  readonly entries: number;
  readonly address: WindowLimit;
  readonly path: WindowLimit;
  readonly paths: readonly PathLimit[];
  readonly principal: PrincipalLimit;
  readonly evasive: EvasiveConfig;
  readonly penalties: PenaltiesConfig;
  readonly work: WorkConfig;
  readonly logins: LoginLimits;
  readonly hooks: FloodHooksConfig;
  readonly store: FloodStoreConfig;
  readonly sharedDir?: string;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const requests = integer(0, 1_000_000);

function windowLimit(defaultRequests: number, per: number): Table<WindowLimit> {
  return {
    requests: { type: requests, default: defaultRequests, summary: 'Requests at most; 0 means no limit.' },
    per: { type: duration(), default: per, summary: 'In any time of this length.' },
  };
}

const address = windowLimit(2000, 10 * SECOND);
const path = windowLimit(50, SECOND);

const watchedPath: Table<PathLimit> = {
  path: { type: text('path', checkPath), summary: 'Path prefix, in whole segments.' },
  requests: {
    type: integer(1, 1_000_000),
    summary: 'Requests of one client at most, for all paths below it together.',
  },
  per: { type: duration(), default: MINUTE, summary: 'In any time of this length.' },
};

const principal: Table<PrincipalLimit> = {
  from: {
    type: choice('header', 'cookie', 'certificate'),
    default: 'header',
    summary: 'What tells one principal from another: a request header, a cookie, or the certificate of the client.',
  },
  name: {
    type: text('name'),
    isOptional: true,
    summary: 'Name of the header or cookie. Without it principals are not counted.',
  },
  ...windowLimit(0, 10 * SECOND),
};

const wholeSeconds = integer(1, 1_000_000);
const evasive: Table<EvasiveConfig> = {
  pageCount: { type: requests, default: 2, summary: '`DOSPageCount`.' },
  pageInterval: { type: wholeSeconds, default: 1, summary: '`DOSPageInterval`, in seconds.' },
  siteCount: { type: requests, default: 50, summary: '`DOSSiteCount`.' },
  siteInterval: { type: wholeSeconds, default: 1, summary: '`DOSSiteInterval`, in seconds.' },
  blockingPeriod: { type: wholeSeconds, default: 10, summary: '`DOSBlockingPeriod`, in seconds.' },
};

const penalties: Table<PenaltiesConfig> = {
  points: {
    type: requests,
    default: 0,
    summary: 'Points at which a client is banned; 0: nobody is, and none are counted.',
  },
  per: { type: duration(), default: 10 * MINUTE, summary: 'Points count for this long.' },
  ban: { type: duration(), default: 10 * MINUTE, summary: 'How long.' },
  refused: { type: integer(0, 10_000), default: 5, summary: 'Points for a request that a rule refuses.' },
  status: {
    type: mapOf(integer(0, 10_000)),
    default: new Map([
      ['400', 1],
      ['401', 2],
      ['403', 2],
      ['404', 1],
      ['408', 2],
    ]),
    summary: 'Points for answers, by status. 499 is a client that left.',
  },
};

const work: Table<WorkConfig> = {
  time: {
    type: duration(),
    default: 15 * SECOND,
    summary: 'Time the rules may be busy with the requests of one address (of one /64 in IPv6); 0 means no limit.',
  },
  per: { type: duration(), default: 30 * SECOND, summary: 'In any time of this length.' },
  ban: { type: duration(), default: 30 * SECOND, summary: 'How long a client that passes the limit is refused.' },
};

const logins: Table<LoginLimits> = {
  perClient: {
    type: requests,
    default: 20,
    summary: 'Failed logins of one address (of one /64 in IPv6) before it is banned; 0: any number.',
  },
  perUser: {
    type: requests,
    default: 10,
    summary:
      'Failed logins under one user name, from wherever, before further ones are held back: for a second, and twice as long with each that fails; 0: any number.',
  },
  per: { type: duration(), default: 10 * MINUTE, summary: 'In any time of this length.' },
  ban: { type: duration(), default: 10 * MINUTE, summary: 'How long an address is banned.' },
  longestHold: {
    type: duration(),
    default: 5 * MINUTE,
    summary: 'How long logins of a user are held back at most. Passwords found right before are not.',
  },
};

const hooks: Table<FloodHooksConfig> = {
  program: {
    type: listOf(text('word')),
    default: [],
    summary:
      'Program and arguments to run when a ban begins, without a shell: `%s` becomes the address, `%r` the reason, `%t` the seconds it lasts.',
  },
  webhook: {
    type: text('`http://` or `https://` address', checkWebhook),
    isOptional: true,
    summary: 'Gets a POST with JSON for each ban: `address`, `reason`, `by`, `seconds`, `at`. Tried three times.',
  },
  nftables: {
    type: text('file name'),
    isOptional: true,
    summary:
      'File that always holds the banned addresses as two sets, `sallyport4` and `sallyport6`, in the notation of `nft -f`. Written whole and moved into place, at most once a second.',
  },
  timeout: {
    type: duration(),
    default: 5 * SECOND,
    summary: 'Time for one run of the program and one try of the webhook.',
  },
  queue: {
    type: integer(1, 100_000),
    default: 100,
    summary: 'Bans that may wait for the program or the webhook; more are dropped and counted in the log.',
  },
};

const store: Table<FloodStoreConfig> = {
  url: {
    type: text('`redis://`, `rediss://` or `unix://` address', checkStoreUrl),
    isOptional: true,
    summary: 'Redis or Valkey server to count in, for several machines. Without it every machine counts for itself.',
  },
  prefix: {
    type: text(),
    default: 'sallyport:flood:',
    summary: 'What keys begin with. Gates with the same prefix count together.',
  },
  timeout: {
    type: duration(),
    default: 50,
    summary: 'How long a request may wait for it; after that the store counts as away.',
  },
  whenAway: {
    type: choice('local', 'pass', 'refuse'),
    default: 'local',
    summary:
      'While it is away: count on this machine from nothing, let everything through, or refuse everything with 503.',
  },
};

export const floods: Table<FloodsConfig> = {
  mode: {
    type: choice('window', 'evasive', 'off'),
    default: 'window',
    summary:
      '`window`: sliding windows. `evasive`: count as mod_evasive of Apache does, with the numbers in `evasive`. `off`: do not count; bans by hand still hold.',
  },
  observe: { type: flag(), default: false, summary: 'Write down what would be refused, and refuse nothing.' },
  status: { type: integer(400, 599), default: 429, summary: 'Status of the refusal, which has a `Retry-After`.' },
  action: { type: choice('deny', 'drop'), default: 'deny', summary: 'Answer, or close the connection without a word.' },
  ban: {
    type: duration(),
    default: MINUTE,
    summary: 'How long a client that passes a limit is refused everything; 0: only what is over the limit.',
  },
  allow: {
    type: listOf(text('IP address or network', checkTrustedProxy)),
    default: ['127.0.0.1', '::1'],
    summary: 'Clients that are never counted, banned or delayed, whatever else is said about them.',
  },
  exceptPaths: {
    type: listOf(text('path', checkPath)),
    default: [],
    summary: 'Path prefixes, in whole segments, that do not count.',
  },
  entries: {
    type: integer(100, 10_000_000),
    default: 50_000,
    summary:
      'Clients, and pairs of client and path, that are remembered at most for each limit, at some 150 bytes each.',
  },
  address: {
    type: section(address),
    default: defaultsOf(address),
    summary: 'Requests of one address (of one /64 in IPv6).',
  },
  path: {
    type: section(path),
    default: defaultsOf(path),
    summary: 'Requests of one address for one and the same path, whatever the query.',
  },
  paths: {
    type: listOf(section(watchedPath)),
    default: [],
    summary: 'Paths with limits of their own, such as a login.',
  },
  principal: {
    type: section(principal),
    default: defaultsOf(principal),
    summary: 'Requests of one principal, from whatever address. Only a hash of it is kept.',
  },
  evasive: { type: section(evasive), default: defaultsOf(evasive), summary: 'For `mode: evasive`.' },
  penalties: {
    type: section(penalties),
    default: defaultsOf(penalties),
    summary: 'Points for answers that decent clients seldom get, and a ban for those that collect them.',
  },
  work: {
    type: section(work, 'time'),
    default: defaultsOf(work),
    summary:
      'How much work of the rules one client may cause: half a processor by default. A request that is the last straw is refused between two rules. Exact over all workers to a hundredth for each.',
  },
  logins: {
    type: section(logins),
    default: defaultsOf(logins),
    summary:
      'Failed logins at the providers of `auth`, whatever `mode` says: wrong passwords and tokens nobody has signed. Tokens that are merely old do not count.',
  },
  hooks: {
    type: section(hooks),
    default: defaultsOf(hooks),
    summary: 'Who is told of bans. No request waits for them.',
  },
  store: { type: section(store), default: defaultsOf(store), summary: 'Where requests are counted.' },
  sharedDir: {
    type: text('folder'),
    isOptional: true,
    summary:
      'Where the processes of this gate count together, so that a limit is exact over all of them; the folder the gate runs in when absent. Best in memory, such as below `/run`.',
  },
};

function checkWebhook(value: string): string | undefined {
  const url = URL.parse(value);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return `"${value}" is not a web address`;
  return undefined;
}
