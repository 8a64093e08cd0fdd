/** Everything a request needs to know about the configuration, looked up and loaded. Immutable; a reload makes a new one. */
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ConnectionSettings } from '@sallyport/engine';
import type { Config, RouteConfig } from './config/config.ts';
import { type ConfigurationFiles, filesOnDisk } from './config/configuration-files.ts';
import { ROUTE_DEFAULTS } from './config/sections/route.ts';
import { plainUrl } from './config/sections/upstream/url.ts';
import { UPSTREAM_DEFAULTS, type UpstreamConfig } from './config/sections/upstream.ts';
import { createIdentity, type Identity } from './identity/identity.ts';
import { type Networks, networksOf } from './listener/networks.ts';
import type { GuardSettings } from './listener/slow-clients/connection-guard.ts';
import { TimerWheel } from './listener/slow-clients/timer-wheel.ts';
import type { ExchangeObserver, LogLevel, Logs } from './logs/index.ts';
import type { Activity } from './process/activity.ts';
import type { ActiveRoute } from './proxy/active-route.ts';
import { BodyMemory } from './proxy/body-memory.ts';
import { Cohort } from './proxy/cohort.ts';
import { shareOut } from './proxy/fastcgi/share.ts';
import { Lookalikes } from './proxy/lookalikes.ts';
import { compilePathPattern } from './proxy/path-pattern.ts';
import { createRouter, type Router } from './proxy/route.ts';
import { type Reporter, Upstream } from './proxy/upstream.ts';
import { createUpstreams, withTlsFiles } from './proxy/upstreams.ts';
import { accessListOf } from './stages/access/access-list.ts';
import type { Authentication } from './stages/auth/authentication.ts';
import { RouteAuth } from './stages/auth/route-auth.ts';
import { claimedNamesOf } from './stages/auth/upstream-identity.ts';
import { FloodControl } from './stages/flood/flood-control.ts';
import { openTally } from './stages/tally/open-tally.ts';
import type { Tally } from './stages/tally/tally.ts';
import { routeTrafficOf } from './stages/traffic/route-traffic.ts';
import type { Tracing } from './tracing/tracing.ts';
import type { Firewall } from './waf/firewall.ts';
import { type Firewalls, firewallOf } from './waf/firewalls.ts';

export interface Gate {
  readonly config: Config;
  readonly logs: Logs;
  readonly routes: readonly ActiveRoute[];
  readonly router: Router<ActiveRoute>;
  readonly lookalikes: Lookalikes<ActiveRoute>;
  readonly upstreams: ReadonlyMap<string, Upstream>;
  /** Where the `proxy` action of rules may send requests, by address. */
  readonly proxyTargets: ReadonlyMap<string, Upstream>;
  readonly trusted: Networks;
  /** Rules for requests that no route claims; others while rules are switched at run time. */
  firewall: Firewall | undefined;
  readonly serverHeader: string | undefined;
  /** Clients that get `Server-Timing` from every route; undefined for nobody. */
  readonly serverTiming: Networks | undefined;
  /** Another face than its own; undefined for that. */
  readonly identity: Identity | undefined;
  /** Limits of connections the rules ask for; undefined without rules. */
  readonly connections: ConnectionSettings | undefined;
  readonly tmpDir: string;
  /** What held bodies share; one for all gates of a process. */
  readonly bodyMemory: BodyMemory;
  /** The clock of everything that may be too slow; one for all gates of a process. */
  readonly wheel: TimerWheel;
  /** Requests about to be inspected, and answers about to be sent; each one for all gates of a process. */
  readonly inspections: Cohort;
  readonly departures: Cohort;
  readonly guard: GuardSettings;
  /** What the processes of this gate have at the moment. */
  readonly tally: Tally;
  readonly floods: FloodControl;
  /** What is known of users on all routes; undefined where nothing is. */
  readonly auth: (Authentication & { readonly claimedNames: ReadonlySet<string> }) | undefined;
  readonly tracing: Tracing | undefined;
  /** Told of every exchange that is over: metrics, traces. */
  readonly observers: readonly ExchangeObserver[];
}

/** What a gate may take over or be given besides its configuration. */
export interface GateOptions {
  /** The gate it follows: upstreams, counts and bans that have not changed go on. */
  readonly earlier?: Gate | undefined;
  /** Folder where processes of this gate meet. */
  readonly sharedDirectory?: string | undefined;
  /** Where certificates for upstreams are read from. */
  readonly files?: ConfigurationFiles;
  readonly observers?: readonly ExchangeObserver[];
  readonly tracing?: Tracing | undefined;
  /** What the process is busy with; the gate an earlier one is followed by goes by that one's. */
  readonly activity?: Activity | undefined;
  /** Providers and groups; needed when a route asks who the client is. */
  readonly authentication?: Authentication | undefined;
}

/** Changes nothing about `earlier`; see `putInForce`. Throws when a file of an upstream cannot be read. */
export function createGate(config: Config, logs: Logs, firewalls: Firewalls, options: GateOptions = {}): Gate {
  const { earlier, sharedDirectory, files = filesOnDisk, observers = [], tracing, activity, authentication } = options;
  const isAlone = (): boolean => activity !== undefined && activity.running <= 1;
  const report: Reporter = (level, line) => logs.error(level, 'upstream', line);
  const gates = config.workers.max ?? config.workers.count ?? availableParallelism();
  const shares = [...config.upstreams].map(
    ([name, one]) => [name, withTlsFiles(shareOut(one, Math.max(1, gates)), files)] as const,
  );
  const upstreams = createUpstreams(new Map(shares), report, earlier?.upstreams);
  const tally = earlier?.tally ?? openTally(config, sharedDirectory, (line) => logs.error('error', 'process', line));
  const routes = (config.routes.length > 0 ? config.routes : [...upstreams.keys()].slice(0, 1).map(catchAll)).map(
    (route, at): ActiveRoute => ({
      config: route,
      pattern: compilePathPattern(route.pattern),
      access: accessListOf(route.access),
      upstream: route.upstream === undefined ? undefined : upstreams.get(route.upstream),
      firewall: inForce(firewallOf(firewalls, route)),
      maxBody: route.maxBody ?? config.limits.body,
      traffic: routeTrafficOf(route.traffic, tally, `${at} ${route.hosts} ${route.path}`),
      auth: authOf(route, authentication),
    }),
  );
  const proxyTargets = config.rules.proxyTargets.map((url) => {
    const target: UpstreamConfig = { ...UPSTREAM_DEFAULTS, urls: [plainUrl(url)] };
    return [url.replace(/\/$/, ''), earlier?.proxyTargets.get(url) ?? new Upstream(url, target, report)] as const;
  });
  const settings = (firewalls.on ?? firewalls.detection)?.waf.settings;
  const identity = createIdentity(config.identity);
  const bodyMemory = earlier?.bodyMemory ?? new BodyMemory(config.limits.bodiesInMemory);
  const unlimited = networksOf([...config.connections.except, ...config.trustedProxies]);
  return {
    config,
    logs,
    routes,
    router: createRouter(routes),
    lookalikes: new Lookalikes(routes),
    upstreams,
    proxyTargets: new Map(proxyTargets),
    trusted: networksOf(config.trustedProxies),
    firewall: inForce(firewalls.on ?? firewalls.detection),
    serverHeader: config.serverHeader ?? settings?.serverSignature ?? identity?.server,
    identity,
    serverTiming: config.serverTiming.length === 0 ? undefined : networksOf(config.serverTiming),
    connections: settings?.connections,
    tmpDir: config.tmpDir ?? settings?.tmpDir ?? tmpdir(),
    bodyMemory,
    wheel: earlier?.wheel ?? new TimerWheel(),
    inspections: earlier?.inspections ?? new Cohort(isAlone),
    // Without rules steps are short, and answers are written for less beside requests that are sent on in the next round.
    departures: earlier?.departures ?? new Cohort(isAlone, settings !== undefined),
    tally,
    guard: {
      tally,
      slowClients: config.slowClients,
      connections: config.connections,
      limit: config.limits.connections,
      isExempt: (address) => unlimited.contains(address),
    },
    floods: floodControlOf(config, logs, earlier, sharedDirectory),
    auth: authentication && { ...authentication, claimedNames: claimedNamesOf(authentication.config.headers) },
    tracing,
    observers: tracing === undefined ? observers : [...observers, tracing.observe],
  };
}

/**
 * What a gate shares with the one before goes by this one's configuration and logs from now on, and upstreams begin what they do by
 * themselves: look-ups and health checks.
 */
export function putInForce({ config, upstreams, logs, bodyMemory, floods }: Gate): void {
  bodyMemory.limit = config.limits.bodiesInMemory;
  floods.say = (level, line) => logs.error(level, 'flood', line);
  for (const upstream of upstreams.values()) {
    upstream.reportTo((level, line) => logs.error(level, 'upstream', line));
    upstream.watch();
  }
}

/** Counts and bans go on where nothing about them has changed; bans go on in any case. */
function floodControlOf(
  config: Config,
  logs: Logs,
  earlier: Gate | undefined,
  sharedDirectory: string | undefined,
): FloodControl {
  const folder = config.floods.sharedDir ?? (sharedDirectory && join(sharedDirectory, 'floods'));
  const kept = earlier?.floods;
  const say = (level: LogLevel, line: string): void => logs.error(level, 'flood', line);
  if (kept !== undefined && kept.folder === folder && isDeepStrictEqual(kept.config, config.floods)) return kept;
  const control = new FloodControl({ config: config.floods, folder, say });
  if (kept !== undefined) void control.inherit(kept);
  return control;
}

/** What of `earlier` the gate `next` no longer uses; upstreams close when their last exchange is over. */
export async function closeUnused(earlier: Gate, next: Gate | undefined): Promise<void> {
  const kept = new Set([...(next?.upstreams.values() ?? []), ...(next?.proxyTargets.values() ?? [])]);
  const unused = [...earlier.upstreams.values(), ...earlier.proxyTargets.values()].filter((one) => !kept.has(one));
  await Promise.all(unused.map((one) => one.close()));
  if (earlier.floods !== next?.floods) await earlier.floods.close();
  if (next === undefined) earlier.tally.close();
}

/** A route that is to be protected is never served without. */
function authOf({ auth }: RouteConfig, authentication: Authentication | undefined): RouteAuth | undefined {
  if (auth === undefined) return undefined;
  if (authentication === undefined) throw new Error('a route asks who may have it, and no providers have been opened');
  return new RouteAuth(auth, authentication);
}

/** Where the engine is off nothing of it runs, so nothing has to be asked. */
function inForce(firewall: Firewall | undefined): Firewall | undefined {
  return firewall?.engineMode === 'Off' ? undefined : firewall;
}

function catchAll(upstream: string): RouteConfig {
  return { ...ROUTE_DEFAULTS, upstream };
}
