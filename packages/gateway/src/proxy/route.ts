import type { RouteConfig } from '../config/config.ts';
import type { PathPattern } from './path-pattern.ts';

type Scheme = 'http' | 'https';

/**
 * Finds the route of a request: exact host before wildcard before any; of the routes of that host an exact path, then patterns in
 * the order they are written, then the longest prefix in whole segments. Where the longest prefix is `over_patterns`, it comes
 * before patterns (as `^~` of nginx does).
 */
export interface Router<R> {
  /** `scheme`: how the client is connected. */
  match(scheme: Scheme, host: string | undefined, path: string): R | undefined;
  /** Whether any path of the host has a route. */
  serves(scheme: Scheme, host: string | undefined): boolean;
}

/** What a router looks at; the rest of `R` is whatever the caller prepared for the route. */
interface Routable {
  readonly config: RouteConfig;
  readonly pattern: PathPattern | undefined;
}

/** Tables are made per scheme and host, once. */
export function createRouter<R extends Routable>(routes: readonly R[]): Router<R> {
  const tableFor = (scheme: Scheme): HostTable<R> =>
    new HostTable(routes.filter(({ config }) => config.scheme === undefined || config.scheme === scheme));
  const tables = { http: tableFor('http'), https: tableFor('https') };
  return {
    match: (scheme, host, path) => tables[scheme].match(host, path),
    serves: (scheme, host) => tables[scheme].serves(host),
  };
}

class HostTable<R extends Routable> {
  readonly #exact = new Map<string, PathTable<R>>();
  readonly #wildcards = new Map<string, PathTable<R>>();
  readonly #any: PathTable<R> | undefined;

  constructor(routes: readonly R[]) {
    const ofHost = new Map<string, R[]>();
    for (const route of routes) {
      const { hosts } = route.config;
      for (const host of hosts.length === 0 ? ['*'] : hosts) {
        const name = host.toLowerCase();
        ofHost.set(name, [...(ofHost.get(name) ?? []), route]);
      }
    }
    for (const [name, own] of ofHost) {
      if (name === '*') this.#any = new PathTable(own);
      else if (name.startsWith('*.')) this.#wildcards.set(name.slice(1), new PathTable(own));
      else this.#exact.set(name, new PathTable(own));
    }
  }

  match(host: string | undefined, path: string): R | undefined {
    if (host !== undefined) {
      const name = host.endsWith('.') ? host.slice(0, -1) : host;
      const found = this.#exact.get(name)?.match(path);
      if (found !== undefined) return found;
      // Nearest wildcard first: `*.api.example.org` before `*.example.org`.
      if (this.#wildcards.size > 0) {
        for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
          const under = this.#wildcards.get(name.slice(dot))?.match(path);
          if (under !== undefined) return under;
        }
      }
    }
    return this.#any?.match(path);
  }

  serves(host: string | undefined): boolean {
    if (this.#any !== undefined || host === undefined) return true;
    const name = host.endsWith('.') ? host.slice(0, -1) : host;
    if (this.#exact.has(name)) return true;
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      if (this.#wildcards.has(name.slice(dot))) return true;
    }
    return false;
  }
}

interface Candidate<R> {
  /** Without slashes at its end. */
  readonly path: string;
  readonly isExact: boolean;
  readonly route: R;
}

/** The routes of one host. */
class PathTable<R extends Routable> {
  /** Exact paths first, then prefixes, longest first. */
  readonly #plain: readonly Candidate<R>[];
  /** In the order they are written. */
  readonly #patterns: readonly Candidate<R>[];

  constructor(routes: readonly R[]) {
    const all = routes.map((route): Candidate<R> => {
      const { path, exact: isExact } = route.config;
      return { path: isExact ? path : path.replace(/\/+$/, ''), isExact, route };
    });
    this.#patterns = all.filter(({ route }) => route.pattern !== undefined);
    this.#plain = all
      .filter(({ route }) => route.pattern === undefined)
      .sort((a, b) => Number(b.isExact) - Number(a.isExact) || b.path.length - a.path.length);
  }

  match(path: string): R | undefined {
    let found: Candidate<R> | undefined;
    for (const one of this.#plain) {
      if (!takes(one, path)) continue;
      found = one;
      break;
    }
    if (found !== undefined && (found.isExact || found.route.config.overPatterns)) return found.route;
    for (const one of this.#patterns) {
      if (takes(one, path) && one.route.pattern?.matches(path)) return one.route;
    }
    return found?.route;
  }
}

function takes<R>({ path: prefix, isExact }: Candidate<R>, path: string): boolean {
  if (!path.startsWith(prefix)) return false;
  if (prefix.length === path.length) return true;
  return !isExact && path.charCodeAt(prefix.length) === 0x2f;
}

/** Whether a path is at or below another one, in whole segments. */
export function isBelow(path: string, prefix: string): boolean {
  const base = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  if (!path.startsWith(base)) return false;
  return path.length === base.length || path.charCodeAt(base.length) === 0x2f;
}

/**
 * The path and query for the upstream: the matched prefix, or the whole path, replaced where the route says so. `pathAndQuery` is
 * what the client sent, `path` the decoded form the route was found by.
 */
export function rewriteTarget({ config, pattern }: Routable, pathAndQuery: string, path: string): string {
  const { rewriteWhole, rewrite } = config;
  if (rewriteWhole !== undefined) {
    const mark = pathAndQuery.indexOf('?');
    const whole = pattern === undefined ? rewriteWhole : pattern.fill(rewriteWhole, path);
    return mark < 0 ? whole : whole + pathAndQuery.slice(mark);
  }
  if (rewrite === undefined) return pathAndQuery;
  const prefix = config.path.replace(/\/+$/, '');
  // A prefix that only matched after decoding cannot be cut off the raw text; the target then stays whole.
  if (!pathAndQuery.startsWith(prefix)) return pathAndQuery;
  const rest = pathAndQuery.slice(prefix.length);
  const base = rewrite.replace(/\/+$/, '');
  if (rest.startsWith('/')) return base + rest;
  return base === rewrite && base !== '' ? base + rest : `${base}/${rest}`;
}
