/** `upstreams`: the applications behind the gate, and how requests are spread over their addresses. */
import { checkHashKey } from '../checks.ts';
import { choice, defaultsOf, duration, integer, listOf, section, type Table, text, yamlName } from '../field.ts';
import { type FastCgiConfig, fastcgi, mistakesOfFiles } from './fastcgi.ts';
import { type BreakerConfig, breaker } from './upstream/breaker.ts';
import { type HealthConfig, health } from './upstream/health.ts';
import { type ResolveConfig, resolve } from './upstream/resolve.ts';
import { type RetryConfig, retry } from './upstream/retry.ts';
import { type StickyConfig, sticky } from './upstream/sticky.ts';
import { tls, type UpstreamTlsConfig } from './upstream/tls.ts';
import { applicationOf, type UpstreamUrlConfig, url } from './upstream/url.ts';

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

const seconds = (count: number): number => count * 1000;

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
