/** The configuration of a gate with the sites that are live now. */
import type { Config } from '../config/config.ts';
import { ROUTE_DEFAULTS } from '../config/sections/route.ts';
import { nameOf, type Site, siteRoute, siteUpstream } from './site.ts';

/** What is configured comes first: a site with the same host and path never gets a request. */
export function withSites(config: Config, sites: readonly Site[]): Config {
  const upstreams = new Map(config.upstreams);
  const [only] = config.upstreams.keys();
  // With one upstream and no routes everything goes there, and still does.
  const catchAll = config.routes.length === 0 && only !== undefined ? [{ ...ROUTE_DEFAULTS, upstream: only }] : [];
  const routes = [...config.routes, ...catchAll];
  for (const site of sites) {
    const deployment = config.deployments.get(site.deployment);
    const upstream = deployment && siteUpstream(site, deployment);
    if (deployment === undefined || upstream === undefined) continue;
    upstreams.set(nameOf(site), upstream);
    routes.push(siteRoute(site, deployment));
  }
  return { ...config, upstreams, routes };
}
