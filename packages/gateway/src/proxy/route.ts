import type { RouteConfig } from '../config/config.ts';

/** Finds the route of a request: exact host before wildcard before any, then an exact path, then the longest one in whole segments. */
export interface Router<R> {
  match(host: string | undefined, path: string): R | undefined;
  /** Whether any path of the host has a route. */
  serves(host: string | undefined): boolean;
}

interface Candidate<R> {
  /** Without slashes at its end. */
  readonly path: string;
  readonly isExact: boolean;
  readonly route: R;
}

/** Per host, routes sorted longest path first. `R` carries whatever the caller prepared for the route. */
export function createRouter<R extends { readonly config: RouteConfig }>(routes: readonly R[]): Router<R> {
  const exact = new Map<string, Candidate<R>[]>();
  const wildcards = new Map<string, Candidate<R>[]>();
  const any: Candidate<R>[] = [];
  for (const route of routes) {
    const { path, exact: isExact } = route.config;
    const candidate = { path: isExact ? path : path.replace(/\/+$/, ''), isExact, route };
    if (route.config.hosts.length === 0) any.push(candidate);
    for (const host of route.config.hosts) {
      const name = host.toLowerCase();
      const table = name.startsWith('*.') ? wildcards : exact;
      const key = name.startsWith('*.') ? name.slice(1) : name;
      table.set(key, [...(table.get(key) ?? []), candidate]);
    }
  }
  const byLength = (a: Candidate<R>, b: Candidate<R>): number =>
    Number(b.isExact) - Number(a.isExact) || b.path.length - a.path.length;
  for (const list of [...exact.values(), ...wildcards.values(), any]) list.sort(byLength);

  return {
    match(host, path) {
      if (host !== undefined) {
        const name = host.endsWith('.') ? host.slice(0, -1) : host;
        const found = longest(exact.get(name), path);
        if (found !== undefined) return found;
        // Nearest wildcard first: `*.api.example.org` before `*.example.org`.
        if (wildcards.size > 0) {
          for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            const under = longest(wildcards.get(name.slice(dot)), path);
            if (under !== undefined) return under;
          }
        }
      }
      return longest(any, path);
    },
    serves(host) {
      if (any.length > 0 || host === undefined) return true;
      const name = host.endsWith('.') ? host.slice(0, -1) : host;
      if (exact.has(name)) return true;
      for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
        if (wildcards.has(name.slice(dot))) return true;
      }
      return false;
    },
  };
}

function longest<R>(candidates: readonly Candidate<R>[] | undefined, path: string): R | undefined {
  if (candidates === undefined) return undefined;
  for (const { path: prefix, isExact, route } of candidates) {
    if (!path.startsWith(prefix)) continue;
    if (isExact && prefix.length !== path.length) continue;
    if (prefix.length === path.length || path.charCodeAt(prefix.length) === 0x2f) return route;
  }
  return undefined;
}

/** The path and query for the upstream: the matched prefix replaced where the route says so. */
export function rewriteTarget(config: RouteConfig, pathAndQuery: string): string {
  if (config.rewrite === undefined) return pathAndQuery;
  const prefix = config.path.replace(/\/+$/, '');
  // A prefix that only matched after decoding cannot be cut off the raw text; the target then stays whole.
  if (!pathAndQuery.startsWith(prefix)) return pathAndQuery;
  const rest = pathAndQuery.slice(prefix.length);
  const base = config.rewrite.replace(/\/+$/, '');
  return rest.startsWith('/') ? base + rest : `${base}/${rest}`;
}
