import type { JsonNames } from '@sallyport/engine';
import type { FixedAnswerConfig, HeaderEditsConfig, RedirectConfig } from './sections/route-actions.ts';
import type { UpstreamConfig } from './sections/upstream.ts';

/** The configuration as the program uses it: complete, checked and immutable. `schema.ts` says how it is written. */

import type { AcmeConfig } from './sections/acme.ts';
import type { ApplicationConfig, PrincipalConfig } from './sections/applications.ts';
import type { AuthConfig, RouteAuthConfig } from './sections/auth.ts';
import type { ConnectionsConfig } from './sections/connections.ts';
import type { DeploymentConfig } from './sections/deployments.ts';
import type { FloodsConfig } from './sections/floods.ts';
import type { HttpConfig } from './sections/http.ts';
import type { Http2Config } from './sections/http2.ts';
import type { IdentityConfig } from './sections/identity.ts';
import type { ListenerConfig, ListenerTlsConfig } from './sections/listener.ts';
import type { LogsSection } from './sections/logs.ts';
import type { MetricsConfig } from './sections/metrics.ts';
import type { RouteMatchConfig } from './sections/route-match.ts';
import type { RouteTrafficConfig } from './sections/route-traffic.ts';
import type { RouteTrailersConfig } from './sections/route-trailers.ts';
import type { RuleSetConfig } from './sections/rule-sets.ts';
import type { SlowClientsConfig } from './sections/slow-clients.ts';
import type { TracingConfig } from './sections/tracing.ts';
import type { WorkersConfig } from './sections/workers.ts';

export type { HttpConfig, ListenerConfig, ListenerTlsConfig };

export interface Config {
  readonly listeners: readonly ListenerConfig[];
  readonly upstreams: ReadonlyMap<string, UpstreamConfig>;
  readonly routes: readonly RouteConfig[];
  readonly trustedProxies: readonly string[];
  readonly acme: AcmeConfig;
  readonly http: HttpConfig;
  readonly http2: Http2Config;
  readonly limits: LimitsConfig;
  readonly timeouts: TimeoutsConfig;
  readonly connections: ConnectionsConfig;
  readonly slowClients: SlowClientsConfig;
  readonly floods: FloodsConfig;
  readonly auth: AuthConfig;
  readonly rules: RulesConfig;
  readonly ruleSets: ReadonlyMap<string, RuleSetConfig>;
  readonly programs: ProgramsConfig;
  readonly scripts: ScriptsConfig;
  readonly collections: CollectionsConfig;
  readonly logs: LogsSection;
  readonly metrics: MetricsConfig;
  readonly tracing: TracingConfig;
  readonly principals: ReadonlyMap<string, PrincipalConfig>;
  readonly applications: ReadonlyMap<string, ApplicationConfig>;
  readonly deployments: ReadonlyMap<string, DeploymentConfig>;
  readonly workers: WorkersConfig;
  readonly runDir?: string;
  readonly stateDir?: string;
  readonly serverHeader?: string;
  readonly identity: IdentityConfig;
  /** Clients that get `Server-Timing` from every route. */
  readonly serverTiming: readonly string[];
  readonly tmpDir?: string;
}

/** `detection` evaluates every rule and refuses nothing. */
export type WafMode = 'on' | 'detection' | 'off';

export interface RouteConfig extends RouteMatchConfig, RouteTrailersConfig {
  /** How the client is connected; either way when absent. */
  readonly scheme?: 'http' | 'https';
  readonly hosts: readonly string[];
  readonly path: string;
  readonly exact: boolean;
  /** One of the three. */
  readonly upstream?: string;
  readonly redirect?: RedirectConfig;
  readonly answer?: FixedAnswerConfig;
  readonly rewrite?: string;
  readonly preserveHost: boolean;
  readonly sendHost?: string;
  readonly rewriteAnswers: boolean;
  readonly requestHeaders?: HeaderEditsConfig;
  readonly responseHeaders?: HeaderEditsConfig;
  readonly websocket: boolean;
  /** Everybody may have it when absent. */
  readonly auth?: RouteAuthConfig;
  readonly waf: WafMode;
  /** Name of a rule set; the rules of `rules` when absent. */
  readonly ruleSet?: string;
  readonly serverTiming: boolean;
  readonly inspect: InspectConfig;
  readonly maxBody?: number;
  readonly traffic: RouteTrafficConfig;
  /** Methods whose requests may have a body. */
  readonly bodyMethods: readonly string[];
}

export interface InspectConfig {
  readonly requestBody: boolean;
  readonly responseBody: boolean;
  /** What becomes of request bodies in a content coding. */
  readonly encodedBodies: 'refuse' | 'pass';
  /** Bytes of request body rules get to see; the rule set's own limit when absent. */
  readonly requestBodyLimit?: number;
}

export interface LimitsConfig {
  readonly targetLength: number;
  readonly headerSize: number;
  readonly headerCount: number;
  readonly body: number;
  readonly bodyInMemory: number;
  readonly bodiesInMemory: number;
  readonly parts: number;
  readonly connections: number;
  readonly requestsPerConnection: number;
  readonly upstreamQueue: number;
}

export interface TimeoutsConfig {
  readonly keepAlive: number;
  readonly bodyIdle: number;
  readonly linger: number;
  readonly tunnelIdle: number;
  readonly drain: number;
}

export interface RulesConfig {
  readonly files: readonly string[];
  readonly crs?: string;
  readonly paranoia?: number;
  readonly engine?: 'On' | 'DetectionOnly' | 'Off';
  readonly jsonNames: JsonNames;
  readonly proxyTargets: readonly string[];
  readonly unsafePassOnError: boolean;
}

/** Limits of the programs that rules run. */
export interface ProgramsConfig {
  readonly timeout: number;
  readonly running: number;
  readonly output: number;
}

/** Limits of the Lua scripts that rules run. */
export interface ScriptsConfig {
  readonly timeout: number;
  readonly memory: number;
}

/** Where the persistent collections of the rules are kept. */
export interface CollectionsConfig {
  /** `disk` where the rules name a `SecDataDir`, else `memory`, when absent. */
  readonly store?: 'memory' | 'disk' | 'redis';
  readonly path?: string;
  readonly maxSize: number;
  readonly url?: string;
  readonly prefix: string;
  readonly tls: CollectionsTlsConfig;
  readonly timeout: number;
  readonly whenAway: 'local' | 'refuse';
}

export interface CollectionsTlsConfig {
  readonly ca?: string;
  readonly serverName?: string;
  readonly certificate?: string;
  readonly key?: string;
}
