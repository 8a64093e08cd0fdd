/** One folder that has gone live, and what becomes of it: an application, an upstream, a route. */
import { join } from 'node:path';
import type { ApplicationSpec } from '../applications/spec.ts';
import type { RouteConfig } from '../config/config.ts';
import type { DeployedRuntimeConfig, DeploymentConfig } from '../config/sections/deployments.ts';
import { ROUTE_DEFAULTS } from '../config/sections/route.ts';
import { plainUrl } from '../config/sections/upstream/url.ts';
import { UPSTREAM_DEFAULTS, type UpstreamConfig } from '../config/sections/upstream.ts';
import type { Account } from '../process/accounts.ts';

export interface Site {
  /** Name of the deployment in the configuration. */
  readonly deployment: string;
  /** Of the folder. */
  readonly name: string;
  /** File that says how it is run. */
  readonly marker: string;
  /** Whom the folder belongs to. */
  readonly account: Account;
  /** Changes whenever the application is to be started anew. */
  readonly revision: string;
}

/** A label of a host name (RFC 1123 §2.1), as it becomes one, in lower case: two folders must not be one name. */
export function isSiteName(name: string): boolean {
  return /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name);
}

/** What application and upstream of a site are called. */
export function nameOf({ deployment, name }: Site): string {
  return `${deployment}/${name}`;
}

function runtimeOf(site: Site, config: DeploymentConfig): DeployedRuntimeConfig | undefined {
  return config.runtimes.find(({ marker }) => marker === site.marker);
}

/** How it is run; undefined when the configuration has no way for it any more. */
export function siteSpec(site: Site, config: DeploymentConfig): ApplicationSpec | undefined {
  const runtime = runtimeOf(site, config);
  if (runtime === undefined) return undefined;
  const { marker, fastcgi: _, ...settings } = runtime;
  const root = join(config.folder, site.name);
  return {
    ...settings,
    name: nameOf(site),
    account: site.account,
    user: String(site.account.uid),
    root,
    directory: root,
    code: [join(root, marker)],
    revision: site.revision,
    skipped: new Set(),
  };
}

/** How requests reach it; undefined when the configuration has no way for it any more. */
export function siteUpstream(site: Site, config: DeploymentConfig): UpstreamConfig | undefined {
  const runtime = runtimeOf(site, config);
  if (runtime === undefined) return undefined;
  const { protocol, fastcgi } = runtime;
  const isScript = protocol === 'fastcgi' && fastcgi.scripts.some((suffix) => site.marker.endsWith(suffix));
  return {
    ...UPSTREAM_DEFAULTS,
    urls: [plainUrl(`app:${nameOf(site)}`)],
    fastcgi: isScript ? { ...fastcgi, root: join(config.folder, site.name) } : fastcgi,
  };
}

export function siteRoute(site: Site, { domain, prefix, hosts, waf, auth }: DeploymentConfig): RouteConfig {
  const common = { ...ROUTE_DEFAULTS, upstream: nameOf(site), waf, ...(auth && { auth }) };
  if (domain !== undefined) return { ...common, hosts: [`${site.name}.${domain}`] };
  return { ...common, hosts, path: `${(prefix ?? '/').replace(/\/+$/, '')}/${site.name}`, rewrite: '/' };
}
