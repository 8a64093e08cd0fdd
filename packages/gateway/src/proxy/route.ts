import type { RouteConfig } from '../config/config.ts';

type Scheme = 'http' | 'https';

/** Finds the route of a request: exact host before wildcard before any, then an exact path, then the longest one in whole segments. */
export interface Router<R> {
  /** `scheme`: how the client is connected. */
  match(scheme: Scheme, host: string | undefined, path: string): R | undefined;
  /** Whether any path of the host has a route. */
  serves(scheme: Scheme, host: string | undefined): boolean;
}

interface Candidate<R> {
  /** Without slashes at its end. */
  readonly path: string;
  readonly isExact: boolean;
  readonly route: R;
}

/** Per scheme and host, routes sorted longest path first. `R` carries whatever the caller prepared for the route. */
export function createRouter<R extends { readonly config: RouteConfig }>(routes: readonly R[]): Router<R> {
  const tableFor = (scheme: Scheme): HostTable<R> =>
    new HostTable(routes.filter(({ config }) => config.scheme === undefined || config.scheme === scheme));
  const tables = { http: tableFor('http'), https: tableFor('https') };
  return {
    match: (scheme, host, path) => tables[scheme].match(host, path),
    serves: (scheme, host) => tables[scheme].serves(host),
  };
}

class HostTable<R extends { readonly config: RouteConfig }> {
  readonly #exact = new Map<string, Candidate<R>[]>();
  readonly #wildcards = new Map<string, Candidate<R>[]>();
  readonly #any: Candidate<R>[] = [];

  constructor(routes: readonly R[]) {
    for (const route of routes) {
      const { path, exact: isExact, hosts } = route.config;
      const candidate = { path: isExact ? path : path.replace(/\/+$/, ''), isExact, route };
      if (hosts.length === 0) this.#any.push(candidate);
      for (const host of hosts) {
        const name = host.toLowerCase();
        const table = name.startsWith('*.') ? this.#wildcards : this.#exact;
        const key = name.startsWith('*.') ? name.slice(1) : name;
        table.set(key, [...(table.get(key) ?? []), candidate]);
      }
    }
    const byLength = (a: Candidate<R>, b: Candidate<R>): number =>
      Number(b.isExact) - Number(a.isExact) || b.path.length - a.path.length;
    for (const list of [...this.#exact.values(), ...this.#wildcards.values(), this.#any]) list.sort(byLength);
  }

  match(host: string | undefined, path: string): R | undefined {
    if (host !== undefined) {
      const name = host.endsWith('.') ? host.slice(0, -1) : host;
      const found = longest(this.#exact.get(name), path);
      if (found !== undefined) return found;
      // Nearest wildcard first: `*.api.example.org` before `*.example.org`.
      if (this.#wildcards.size > 0) {
        for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
          const under = longest(this.#wildcards.get(name.slice(dot)), path);
          if (under !== undefined) return under;
        }
      }
    }
    return longest(this.#any, path);
  }

  serves(host: string | undefined): boolean {
    if (this.#any.length > 0 || host === undefined) return true;
    const name = host.endsWith('.') ? host.slice(0, -1) : host;
    if (this.#exact.has(name)) return true;
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      if (this.#wildcards.has(name.slice(dot))) return true;
    }
    return false;
  }
}

/** Whether a path is at or below another one, in whole segments. */
export function isBelow(path: string, prefix: string): boolean {
  const base = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  if (!path.startsWith(base)) return false;
  return path.length === base.length || path.charCodeAt(base.length) === 0x2f;
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
