/** `upstreams`: the applications behind the gate, and how requests are spread over their addresses. */
import {
  checkCookieName,
  checkHashKey,
  checkPath,
  checkResolver,
  checkStatusRange,
  checkUpstreamAddress,
} from '../checks.ts';
import { choice, defaultsOf, duration, flag, integer, listOf, section, type Table, text, yamlName } from '../field.ts';
import { type FastCgiConfig, fastcgi, mistakesOfFiles } from './fastcgi.ts';

export interface UpstreamConfig {
  readonly urls: readonly UpstreamUrlConfig[];
  readonly balance: 'round_robin' | 'least_busy' | 'hash';
  /** `address`, `uri`, `header:NAME` or `cookie:NAME`. */
  readonly hashBy: string;
  /** Connections kept to each address at most. */
  readonly connections: number;
  readonly queueTimeout: number;
  readonly connectTimeout: number;
  readonly responseTimeout: number;
  readonly idleTimeout: number;
  /** From the first byte sent to the last one received; no limit when absent. */
  readonly totalTimeout?: number;
  readonly keepAlive: number;
  readonly slowStart: number;
  readonly breaker: BreakerConfig;
  readonly health?: HealthConfig;
  readonly retry: RetryConfig;
  readonly sticky?: StickyConfig;
  readonly resolve?: ResolveConfig;
  readonly tls: UpstreamTlsConfig;
  readonly fastcgi: FastCgiConfig;
}

export interface UpstreamUrlConfig {
  readonly url: string;
  readonly weight: number;
  readonly backup: boolean;
  /** `drain`: only sessions that are bound to it; `down`: nothing. */
  readonly state: AddressState;
}

export type AddressState = 'up' | 'drain' | 'down';

/** Passive health: what the answers to real requests tell. */
export interface BreakerConfig {
  /** 0 switches it off. */
  readonly failures: number;
  readonly window: number;
  /** Percent of the answers in the window. */
  readonly share: number;
  readonly status: readonly string[];
  readonly pause: number;
  readonly longestPause: number;
  readonly whenAllOut: 'try' | 'refuse';
}

/** Active health: what the gate asks by itself. */
export interface HealthConfig {
  readonly path: string;
  readonly host?: string;
  readonly interval: number;
  /** Percent of the interval. */
  readonly jitter: number;
  readonly timeout: number;
  readonly status: readonly string[];
  readonly healthy: number;
  readonly unhealthy: number;
}

export interface RetryConfig {
  readonly attempts: number;
  /** Percent of the requests. */
  readonly share: number;
}

export interface StickyConfig {
  readonly cookie: string;
  readonly secret: string;
  readonly maxAge?: number;
}

export interface ResolveConfig {
  readonly by: 'system' | 'dns' | 'srv';
  readonly interval: number;
  readonly servers: readonly string[];
}

export interface UpstreamTlsConfig {
  readonly unsafeSkipVerify: boolean;
  readonly ca?: string;
  readonly serverName?: string;
  readonly certificate?: string;
  readonly key?: string;
  /** What stands in these files (PEM), once they are read. */
  readonly contents?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

const seconds = (count: number): number => count * 1000;
const file = text('file name');
const statusRange = text('status or range such as 500-599', checkStatusRange);

const url: Table<UpstreamUrlConfig> = {
  url: {
    type: text('`http://`, `https://`, `fastcgi:`, `unix:` or `app:` address', checkUpstreamAddress),
    summary:
      'Scheme, host and port, or the path of a Unix socket: `unix:/run/app.sock`, with `:/path` behind it for a prefix all requests get. For FastCGI: `fastcgi:unix:/run/php/php-fpm.sock` or `fastcgi://127.0.0.1:9000`. For an application the gate starts: `app:NAME`.',
  },
  weight: { type: integer(1, 1000), default: 1, summary: 'Share of the requests, beside the other addresses.' },
  backup: { type: flag(), default: false, summary: 'Gets requests only while all others are out.' },
  state: {
    type: choice('up', 'drain', 'down'),
    default: 'up',
    summary: '`drain`: only the sessions that a sticky cookie binds to it; `down`: nothing at all.',
  },
};

const breaker: Table<BreakerConfig> = {
  failures: {
    type: integer(0, 10_000),
    default: 5,
    summary:
      'So many failures within `window` take an address out: no connection, no answer in time, a broken or invalid one. 0 switches this off. Each worker counts by itself: with four, up to four times as many requests fail before all of them have it out.',
  },
  window: { type: duration(), default: seconds(10), summary: 'How long a failure counts.' },
  share: {
    type: integer(0, 100),
    default: 10,
    summary: 'Percent of the requests since the first failure of the window that must have failed as well.',
  },
  status: {
    type: listOf(statusRange),
    default: [],
    summary: 'Answers that count as failures too, for example `502-504`.',
  },
  pause: {
    type: duration(),
    default: seconds(5),
    summary:
      'Time out of service; then one request of each worker that has it out is tried there. Each failed trial doubles it.',
  },
  longestPause: { type: duration(), default: seconds(60), summary: 'It is not doubled beyond this.' },
  whenAllOut: {
    type: choice('try', 'refuse'),
    default: 'try',
    summary:
      'With every address out: use them all the same, or answer 503 at once. With `refuse`, a client that knows a request the application breaks on can keep everybody out.',
  },
};

const health: Table<HealthConfig> = {
  path: { type: text('path', checkPath), default: '/', summary: 'Asked for with GET.' },
  host: { type: text('host name'), isOptional: true, summary: 'Host header; the host of the address when absent.' },
  interval: { type: duration(), default: seconds(5), summary: 'Time between two checks. Every worker asks.' },
  jitter: {
    type: integer(0, 100),
    default: 20,
    summary: 'Percent by which the time varies, so that checks of many gates do not come at once.',
  },
  timeout: { type: duration(), default: seconds(2), summary: 'Time for a whole answer.' },
  status: { type: listOf(statusRange), default: ['200-399'], summary: 'Answers of a healthy application.' },
  healthy: { type: integer(1, 100), default: 2, summary: 'Good checks in a row that bring an address back.' },
  unhealthy: { type: integer(1, 100), default: 3, summary: 'Failed checks in a row that take it out.' },
};

const retry: Table<RetryConfig> = {
  attempts: {
    type: integer(0, 10),
    default: 1,
    summary:
      'How often a request may be tried again, on another address where there is one: before the first byte of an answer, with a body that is at hand, and only with a method that may be repeated, or when it was never sent.',
  },
  share: {
    type: integer(0, 100),
    default: 20,
    summary: 'Percent of the requests that may be retries, so that an outage is not made worse.',
  },
};

const sticky: Table<StickyConfig> = {
  cookie: {
    type: text('name', checkCookieName),
    default: 'route',
    summary: 'Name of the cookie that binds a client to an address.',
  },
  secret: {
    type: text('text of 16 characters or more', (value) =>
      value.length < 16 ? 'the secret needs 16 characters or more' : undefined,
    ),
    summary:
      'Makes the value of the cookie, which shows neither address nor order. All gates of a site need the same; best taken from the environment.',
  },
  maxAge: {
    type: duration(),
    isOptional: true,
    summary: 'How long browsers keep the cookie; until they close when absent.',
  },
};

const resolve: Table<ResolveConfig> = {
  by: {
    type: choice('system', 'dns', 'srv'),
    default: 'system',
    summary:
      '`system`: as every program of this machine does, `/etc/hosts` included. `dns`: A and AAAA records, asked for again when their time to live is over. `srv`: SRV records of the name in the address, with their ports, weights and priorities.',
  },
  interval: {
    type: duration(),
    default: seconds(30),
    summary: 'Names are looked up again after so long, at the latest.',
  },
  servers: {
    type: listOf(text('IP address with an optional port', checkResolver)),
    default: [],
    summary: 'Name servers to ask instead of those of the system; for `dns` and `srv`.',
  },
};

const tls: Table<Omit<UpstreamTlsConfig, 'contents'>> = {
  unsafeSkipVerify: {
    type: flag(),
    default: false,
    summary: 'Accept any certificate from this upstream. Anybody on the way can then read and change the traffic.',
  },
  ca: { type: file, isOptional: true, summary: "Certificates to trust instead of the system's, in PEM form." },
  serverName: {
    type: text('host name'),
    isOptional: true,
    summary: 'Name to ask for and to verify instead of the host of the URL.',
  },
  certificate: { type: file, isOptional: true, summary: 'Client certificate to present.' },
  key: { type: file, isOptional: true, summary: 'Key of the client certificate.' },
};

export const upstream: Table<UpstreamConfig> = {
  urls: {
    type: listOf(section(url, 'url')),
    summary: 'Where the application listens. Several addresses share the requests.',
  },
  balance: {
    type: choice('round_robin', 'least_busy', 'hash'),
    default: 'round_robin',
    summary:
      'Who gets the next request: each in turn, who has the fewest running, or always the same one for the same `hash_by`.',
  },
  hashBy: {
    type: text('`address`, `uri`, `header:NAME` or `cookie:NAME`', checkHashKey),
    default: 'address',
    summary:
      'What `balance: hash` goes by; the address of the client where a header or cookie is absent. An address with a quarter more than its share of running requests is passed over.',
  },
  connections: {
    type: integer(1, 65_535),
    default: 128,
    summary:
      'Connections of each worker to each address at most; further requests wait, as many as `limits.upstream_queue` says. For all workers together there is `routes[].traffic.requests`.',
  },
  queueTimeout: {
    type: duration(),
    default: seconds(10),
    summary: 'How long a request waits for a connection; then 503.',
  },
  connectTimeout: { type: duration(), default: seconds(5), summary: 'Time to establish a connection; then 504.' },
  responseTimeout: {
    type: duration(),
    default: seconds(60),
    summary: 'Time until the head of the answer is complete; then 504.',
  },
  idleTimeout: {
    type: duration(),
    default: seconds(60),
    summary: 'Longest silence within the body of an answer; then the exchange is cut.',
  },
  totalTimeout: {
    type: duration(),
    isOptional: true,
    summary:
      'Time for a whole exchange, body of the answer included; no limit when absent, as downloads and event streams may take long.',
  },
  keepAlive: {
    type: duration(),
    default: seconds(4),
    summary: 'How long an idle connection is kept; keep it below what the upstream grants.',
  },
  slowStart: {
    type: duration(),
    default: 0,
    summary: 'An address that comes back, or is new, gets its full share only after this time.',
  },
  breaker: {
    type: section(breaker),
    default: defaultsOf(breaker),
    summary: 'Taking out an address that fails.',
  },
  health: {
    type: section(health),
    isOptional: true,
    summary: 'Asking the addresses how they are; not done when absent.',
  },
  retry: { type: section(retry), default: defaultsOf(retry), summary: 'Trying again.' },
  sticky: {
    type: section(sticky),
    isOptional: true,
    summary: 'Binding clients to an address by a cookie.',
  },
  resolve: {
    type: section(resolve),
    isOptional: true,
    summary:
      'Looking up host names and using every address they have. Addresses that are gone finish what they have; when a look-up fails, the last ones stay. When absent, names are looked up for each new connection.',
  },
  tls: {
    type: section(tls),
    default: defaultsOf(tls),
    summary: 'For `https://` addresses. Certificates are verified.',
  },
  fastcgi: {
    type: section(fastcgi),
    default: defaultsOf(fastcgi),
    summary: 'For `fastcgi:` addresses: which script answers, and what it is told.',
  },
};

/** An upstream with every key at its default, but for its addresses. */
export const UPSTREAM_DEFAULTS: Omit<UpstreamConfig, 'urls'> = defaultsOf(upstream);

/** The application an address stands for: `app:blog`; undefined for other addresses. */
export function applicationOf(address: string): string | undefined {
  return address.startsWith('app:') ? address.slice('app:'.length) : undefined;
}

/**
 * What is wrong with the `fastcgi` settings of an upstream: the key, and the mistake. `speaksFastCgi`: whether an application does;
 * undefined when there is none of that name.
 */
export function mistakesOfFastCgi(
  { urls, fastcgi: settings }: UpstreamConfig,
  speaksFastCgi: (application: string) => boolean | undefined,
): readonly (readonly [string, string])[] {
  const speaking = urls.filter(({ url: address }) => {
    const application = applicationOf(address);
    return application === undefined ? address.startsWith('fastcgi:') : speaksFastCgi(application);
  }).length;
  const found: [string, string][] = [];
  if (speaking > 0 && speaking < urls.length) found.push(['urls', 'either all addresses speak FastCGI, or none']);
  if (speaking === 0 && JSON.stringify(settings) !== JSON.stringify(defaultsOf(fastcgi)))
    found.push(['fastcgi', 'this is for addresses that speak FastCGI']);
  found.push(...mistakesOfFiles(settings).map((message) => ['fastcgi', message] as [string, string]));
  if (settings.root !== undefined) return found;
  if (settings.serveFiles) found.push(['fastcgi', '"serve_files" needs "root"']);
  for (const key of ['appRoot', 'frontController'] as const)
    if (settings[key] !== undefined) found.push(['fastcgi', `"${yamlName(key)}" needs "root"`]);
  if (settings.unsafeSkipScriptCheck) found.push(['fastcgi', 'without "root" there is no script to check']);
  return found;
}

/** An address with everything at its default. */
export function plainUrl(address: string): UpstreamUrlConfig {
  return { ...defaultsOf(url), url: address };
}

/** Two entries for one place would be one address that counts its requests twice. */
export function addressListedTwice(urls: readonly UpstreamUrlConfig[]): string | undefined {
  const seen = new Set<string>();
  for (const { url: written } of urls) {
    const place = written.startsWith('http') ? new URL(written).origin : written;
    if (seen.has(place)) return place;
    seen.add(place);
  }
  return undefined;
}
