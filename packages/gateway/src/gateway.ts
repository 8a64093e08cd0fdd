/** A running gate: its doors, its rules, its logs. */
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { type Renewal, startRenewal } from './acme/renewal.ts';
import type { AddressLoad } from './applications/application.ts';
import type { Config, ListenerConfig } from './config/config.ts';
import { filesOnDisk, type GatewayFiles } from './config/configuration-files.ts';
import { withSites } from './deployments/deployed.ts';
import type { Site } from './deployments/site.ts';
import { closeUnused, createGate, type Gate, putInForce } from './gate.ts';
import { checkCertificates } from './listener/certificates.ts';
import { type Listener, listen } from './listener/listener.ts';
import { createLogs, type ExchangeObserver, type Logs, type LogsConfig } from './logs/index.ts';
import type { FamilySnapshot } from './metrics/family.ts';
import { GateMetrics } from './metrics/gate-metrics.ts';
import { Activity } from './process/activity.ts';
import type { Upstream } from './proxy/upstream.ts';
import { type Authentication, openAuthentication } from './stages/auth/authentication.ts';
import { PasswordThreads } from './stages/auth/basic/password-threads.ts';
import { RevokedTokens } from './stages/auth/upload-token/revoked-tokens.ts';
import { UploadTokens } from './stages/auth/upload-token/upload-tokens.ts';
import type { FloodControl } from './stages/flood/flood-control.ts';
import { CollectionStores } from './stores/collection-stores.ts';
import { createTracing, type Tracing } from './tracing/tracing.ts';
import { packageVersion } from './version.ts';
import { type LoadedRules, loadRules } from './waf/load.ts';
import { RuleSwitches } from './waf/rule-switches.ts';

export interface Gateway {
  readonly config: Config;
  readonly logs: Logs;
  /** What rules are in force. */
  readonly rules: LoadedRules;
  /** Who is banned, and a way to change it. */
  readonly floods: FloodControl;
  /** What clients have asked for so far. */
  readonly activity: Activity;
  /**
   * Opens every port. Rejects, with none left open, when one cannot be had. `descriptors`: bound sockets that were inherited,
   * one for each listener of the configuration, in its order.
   */
  listen(descriptors?: readonly number[]): Promise<readonly AddressInfo[]>;
  /** Makes, in pauses between requests, what the first ones would have to wait for. Resolves when that is done; never rejects. */
  prepare(): Promise<void>;
  /**
   * Puts another configuration in force, rules included, for requests that begin from now on. Rejects when it is bad; then
   * nothing has changed.
   */
  reload(config: Config): Promise<void>;
  /** An upstream in force, to be looked at or drained; it may be another after a reload. */
  upstream(name: string): Upstream | undefined;
  /**
   * Where an application is from now on, as upstreams take addresses; none while nobody serves. It lasts over reloads. Undefined:
   * an upstream that comes later waits until it is told.
   */
  announce(application: string, urls: readonly string[] | undefined): void;
  /** Puts sites in force that have gone live, in place of those before; rules and logs stay as they are. */
  deploy(sites: readonly Site[]): void;
  /** What processes of applications have been sent by this one. */
  applicationLoad(): readonly AddressLoad[];
  /** Rules switched at run time; they last over reloads. */
  readonly ruleSwitches: RuleSwitches;
  readonly uploadTokens: UploadTokens;
  /** What this process has counted until now; nothing where that is switched off. */
  metrics(): readonly FamilySnapshot[];
  /** Opens the log files anew, after they have been rotated. */
  reopenLogs(): Promise<void>;
  /**
   * Stops accepting and sends clients elsewhere with their next answer; resolves when the last connection is over. `close` is
   * still to be called.
   */
  retire(): Promise<void>;
  /** Stops accepting, lets running requests finish for `grace` milliseconds, closes everything. Further calls wait for the first. */
  close(grace?: number): Promise<void>;
}

/**
 * Loads rules and opens logs; ports open with `listen`. Rejects when rules or files of the configuration are bad.
 * `sharedDirectory`: a folder this gate has in common with other processes that serve the same clients. `files`: as this configuration
 * found them; a reload looks at the disk.
 */
export async function createGateway(
  config: Config,
  activity: Activity = new Activity(),
  sharedDirectory?: string,
  files: GatewayFiles = { rules: filesOnDisk, certificates: filesOnDisk },
): Promise<Gateway> {
  let logs = createLogs(logsConfig(config));
  const stores = new CollectionStores((level, line) => logs.error(level, 'collections', line), sharedDirectory);
  let rules = await loadRules(config, logs, stores, files.rules);
  const { certificates } = files;
  const version = packageVersion();
  const metrics = new GateMetrics();
  const openTracing = (of: Config): Promise<Tracing | undefined> =>
    createTracing(of.tracing, version, (line) => logs.error('warn', 'tracing', line));
  const tracing = await openTracing(config);
  const observersOf = (of: Config, { slow }: Logs): readonly ExchangeObserver[] => [
    ...(of.metrics.enabled ? [metrics.observe] : []),
    ...(slow === undefined ? [] : [slow.observe]),
  ];
  const threads = new PasswordThreads();
  const revoked = new RevokedTokens();
  const openAuth = (of: Config): Promise<Authentication> =>
    openAuthentication(of.auth, { threads, revoked, say: (level, line) => logs.error(level, 'auth', line) });
  let gate: Gate = createGate(config, logs, rules.firewalls, {
    sharedDirectory,
    files: certificates,
    observers: observersOf(config, logs),
    tracing,
    activity,
    authentication: await openAuth(config),
  });
  /** Upstreams of sites that are gone; they finish what they have. */
  const leaving = new Set<Upstream>();
  /** Without the sites that went live. */
  let configured = config;
  /** Where applications are, for upstreams to come. */
  const places = new Map<string, readonly string[]>();
  const announceAll = (to: Gate, besides: Gate): void => {
    for (const upstream of to.upstreams.values()) {
      if (besides.upstreams.get(upstream.name) === upstream) continue;
      for (const [application, urls] of places) upstream.announce(application, urls);
    }
  };
  const ruleSwitches = new RuleSwitches();
  ruleSwitches.attach(gate);
  let listeners: Listener[] = [];
  const current = (): Gate => gate;
  let renewal: Renewal | undefined;
  const renewCertificates = (): void => {
    renewal?.stop();
    renewal = startRenewal(gate.config, {
      onCertificate: () => {
        for (const one of listeners) one.update(one.config, gate.config);
      },
      note: (level, text) => logs.error(level, 'acme', text),
    });
  };
  let closing: Promise<void> | undefined;
  const closeAll = async (grace: number): Promise<void> => {
    renewal?.stop();
    await Promise.all(listeners.map((one) => one.close(grace)));
    listeners = [];
    await closeUnused(gate, undefined);
    await threads.close();
    await rules.release();
    await gate.tracing?.close();
    await logs.close();
    metrics.close();
    ruleSwitches.close();
  };

  return {
    get config() {
      return gate.config;
    },
    get logs() {
      return logs;
    },
    get rules() {
      return rules;
    },
    get floods() {
      return gate.floods;
    },

    upstream: (name) => gate.upstreams.get(name),

    activity,

    async listen(descriptors = []) {
      listeners = await openAll(gate.config.listeners, (config, at) =>
        listen(config, current, { activity, descriptor: descriptors[at], files: certificates }),
      );
      putInForce(gate);
      renewCertificates();
      return listeners.map((one) => one.address);
    },

    prepare: () => rules.prepare(),

    async reload(next) {
      const sameLogs = sameLogsConfig(gate.config, next);
      const nextLogs = sameLogs ? logs : createLogs(logsConfig(next));
      const keepsTracing = isDeepStrictEqual(gate.config.tracing, next.tracing);
      let nextTracing = gate.tracing;
      let nextRules: LoadedRules | undefined;
      let nextGate: Gate | undefined;
      let opened: Listener[];
      const kept = listeners.filter((one) => next.listeners.some((wanted) => isSameDoor(one.config, wanted)));
      const missing = next.listeners.filter((wanted) => !kept.some((one) => isSameDoor(one.config, wanted)));
      try {
        if (!keepsTracing) nextTracing = await openTracing(next);
        const nextAuth = await openAuth(next);
        nextRules = await loadRules(next, nextLogs, stores);
        // The configuration in force serves meanwhile, and goes on doing so if the new one is refused.
        await nextRules.prepare();
        checkCertificates(next);
        nextGate = createGate(next, nextLogs, nextRules.firewalls, {
          earlier: gate,
          sharedDirectory,
          observers: observersOf(next, nextLogs),
          tracing: nextTracing,
          authentication: nextAuth,
        });
        opened = await openAll(missing, (config) => listen(config, current, { activity }));
      } catch (cause) {
        if (nextGate !== undefined) await closeUnused(nextGate, gate);
        await nextRules?.release();
        if (nextTracing !== gate.tracing) await nextTracing?.close();
        if (!sameLogs) await nextLogs.close();
        throw cause;
      }

      announceAll(nextGate, gate);
      const earlier = gate;
      const earlierRules = rules;
      const earlierLogs = logs;
      const dropped = listeners.filter((one) => !kept.includes(one));
      gate = nextGate;
      configured = next;
      ruleSwitches.attach(nextGate);
      logs = nextLogs;
      rules = nextRules;
      listeners = [...kept, ...opened];
      putInForce(nextGate);
      for (const one of kept) {
        const config = next.listeners.find((wanted) => isSameDoor(one.config, wanted));
        if (config !== undefined) one.update(config, next);
      }
      renewCertificates();
      // Requests that began before go on with what they began with; this waits for them in the background.
      void Promise.all([...dropped.map((one) => one.close(next.timeouts.drain)), closeUnused(earlier, nextGate)])
        .then(() => earlierRules.release())
        .then(() => (keepsTracing ? undefined : earlier.tracing?.close()))
        .then(() => (sameLogs ? undefined : earlierLogs.close()))
        .catch((error: unknown) => logs.error('error', 'reload', String(error)));
    },

    announce(application, urls) {
      if (urls === undefined) {
        places.delete(application);
        return;
      }
      places.set(application, urls);
      for (const upstream of gate.upstreams.values()) upstream.announce(application, urls);
    },

    deploy(sites) {
      const earlier = gate;
      gate = createGate(withSites(configured, sites), logs, rules.firewalls, {
        earlier,
        sharedDirectory,
        files: certificates,
        observers: observersOf(configured, logs),
        tracing: earlier.tracing,
        authentication: earlier.auth,
      });
      announceAll(gate, earlier);
      ruleSwitches.attach(gate);
      putInForce(gate);
      const gone = [...earlier.upstreams.values()].filter((one) => gate.upstreams.get(one.name) !== one);
      for (const upstream of gone) leaving.add(upstream);
      closeUnused(earlier, gate)
        .catch((error: unknown) => logs.error('error', 'deployments', String(error)))
        .finally(() => {
          for (const upstream of gone) leaving.delete(upstream);
        });
    },

    applicationLoad: () => sumLoad([...gate.upstreams.values(), ...leaving].flatMap((one) => one.load)),

    ruleSwitches,
    uploadTokens: new UploadTokens(revoked, () => gate.auth?.providers ?? new Map()),

    metrics() {
      if (!gate.config.metrics.enabled) return [];
      const { upstreams } = gate;
      return metrics.snapshot({
        running: activity.running,
        logs: logs.health,
        upstreams: upstreams.values(),
        version,
      });
    },

    reopenLogs: () => logs.reopen(),

    async retire() {
      renewal?.stop();
      for (const upstream of gate.upstreams.values()) upstream.letGo();
      await Promise.all(listeners.map((one) => one.retire()));
      listeners = [];
    },

    close: (grace = gate.config.timeouts.drain) => (closing ??= closeAll(grace)),
  };
}

/** Several upstreams may stand for one application. */
function sumLoad(all: Upstream['load']): readonly AddressLoad[] {
  const sums = new Map<string, AddressLoad>();
  for (const { url, begun, pending } of all) {
    const sum = sums.get(url) ?? { begun: 0, pending: 0 };
    sums.set(url, { pid: process.pid, url, begun: sum.begun + begun, pending: sum.pending + pending });
  }
  return [...sums.values()];
}

async function openAll(
  configs: readonly ListenerConfig[],
  open: (config: ListenerConfig, at: number) => Promise<Listener>,
): Promise<Listener[]> {
  const opened: Listener[] = [];
  try {
    for (const [at, config] of configs.entries()) opened.push(await open(config, at));
    return opened;
  } catch (cause) {
    await Promise.all(opened.map((one) => one.close(0)));
    throw cause;
  }
}

/** The same place, and TLS on both or on neither; certificates are exchanged while it is open. */
function isSameDoor(a: ListenerConfig, b: ListenerConfig): boolean {
  return a.address === b.address && a.port === b.port && (a.tls === undefined) === (b.tls === undefined);
}

function logsConfig({ logs }: Config): LogsConfig {
  return {
    access: logs.access,
    shipping: logs.shipping,
    ...(logs.error && { errorLog: logs.error }),
    errorLogsByTag: logs.errorsByTag,
    ...(logs.slowRequests.threshold > 0 && { slowRequests: logs.slowRequests }),
    accessLogRequestId: logs.requestId,
    errorLogLevel: logs.errorLevel,
    mask: {
      parameters: lowerCaseSet(logs.mask.parameters),
      requestHeaders: lowerCaseSet(logs.mask.requestHeaders),
      responseHeaders: lowerCaseSet(logs.mask.responseHeaders),
    },
  };
}

function lowerCaseSet(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map((name) => name.toLowerCase()));
}

function sameLogsConfig(a: Config, b: Config): boolean {
  return isDeepStrictEqual(logsConfig(a), logsConfig(b));
}
