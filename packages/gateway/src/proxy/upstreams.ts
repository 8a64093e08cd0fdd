import { isDeepStrictEqual } from 'node:util';
import type { ConfigurationFiles } from '../config/configuration-files.ts';
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
    const canKeep = kept !== undefined && isDeepStrictEqual(kept.config, config);
    upstreams.set(name, canKeep ? kept : new Upstream(name, config, report));
  }
  return upstreams;
}

/** With what stands in its certificate files, so that every connection to come uses the same. Throws when one cannot be read. */
export function withTlsFiles(config: UpstreamConfig, files: ConfigurationFiles): UpstreamConfig {
  const { ca, certificate, key } = config.tls;
  const contents = {
    ...(ca && { ca: files.read(ca) }),
    ...(certificate && { cert: files.read(certificate) }),
    ...(key && { key: files.read(key) }),
  };
  return { ...config, tls: { ...config.tls, contents } };
}
