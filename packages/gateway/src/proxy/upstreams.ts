import { isDeepStrictEqual } from 'node:util';
import type { UpstreamConfig } from '../config/sections/upstream.ts';
import { type Reporter, Upstream } from './upstream.ts';

/** All upstreams of a configuration; those of `earlier` that did not change keep connections and state. */
export function createUpstreams(
  configs: ReadonlyMap<string, UpstreamConfig>,
  report: Reporter,
  earlier?: ReadonlyMap<string, Upstream>,
): ReadonlyMap<string, Upstream> {
  const upstreams = new Map<string, Upstream>();
  for (const [name, config] of configs) {
    const kept = earlier?.get(name);
    const canKeep = kept !== undefined && isDeepStrictEqual(kept.config, config) && !usesFiles(config);
    upstreams.set(name, canKeep ? kept : new Upstream(name, config, report));
  }
  return upstreams;
}

/** Certificate files may have changed although their names have not. */
function usesFiles({ tls }: UpstreamConfig): boolean {
  return tls.ca !== undefined || tls.certificate !== undefined || tls.key !== undefined;
}
