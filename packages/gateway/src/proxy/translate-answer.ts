/** Answers speak of the address and the paths the upstream knows; clients know others. Apache calls this ProxyPassReverse. */
import type { RouteConfig } from '../config/config.ts';
import { trimBlanks } from '../listener/header-text.ts';
import { headerOf } from '../listener/strict-http.ts';
import type { Place } from './balance/place.ts';
import type { Exchange } from './exchange.ts';

/** Changes Location, Content-Location and Set-Cookie in place. `list`: names and values in turn. */
export function translateAnswer(list: string[], exchange: Exchange, route: RouteConfig, place: Place): void {
  const translation = new Translation(exchange, route, place);
  for (let at = 0; at + 1 < list.length; at += 2) {
    const lower = (list[at] as string).toLowerCase();
    const value = list[at + 1] as string;
    if (lower === 'location' || lower === 'content-location') list[at + 1] = translation.address(value);
    else if (lower === 'set-cookie') list[at + 1] = translation.cookie(value);
  }
}

class Translation {
  readonly #origins: readonly string[];
  /** Names the upstream goes by. */
  readonly #hosts: readonly string[];
  readonly #clientOrigin: string;
  readonly #clientHost: string;
  /** What stands before a path in the upstream, and what the client has in its place; neither ends with a slash. */
  readonly #inner: string;
  readonly #outer: string;

  constructor({ head, scheme }: Exchange, route: RouteConfig, place: Place) {
    const hosts = [place.host, ...(route.sendHost === undefined ? [] : [route.sendHost.toLowerCase()])];
    this.#origins = [
      ...new Set([place.origin, place.url, ...hosts.flatMap((host) => [`http://${host}`, `https://${host}`])]),
    ];
    this.#hosts = hosts.map(withoutPort);
    const authority = head.target?.authority;
    const host = authority === undefined ? headerOf(head, 'host') : head.host?.host;
    this.#clientOrigin = host === undefined ? '' : `${scheme}://${host}`;
    this.#clientHost = head.host?.host ?? '';
    this.#outer = withoutSlashes(route.path);
    this.#inner = place.base + (route.rewrite === undefined ? this.#outer : withoutSlashes(route.rewrite));
  }

  /** An address or a path; anything else stays as it is. */
  address(value: string): string {
    const lower = value.toLowerCase();
    for (const origin of this.#origins) {
      if (!lower.startsWith(origin) || !isEnd(value, origin.length)) continue;
      const path = value.slice(origin.length);
      return this.#clientOrigin + (this.#toOuter(path === '' ? '/' : path) ?? path);
    }
    return value.startsWith('/') && !value.startsWith('//') ? this.#path(value) : value;
  }

  /** `Path` as above; a `Domain` that is the upstream's own goes, and the cookie belongs to the host the client asked. */
  cookie(value: string): string {
    if (!value.includes(';')) return value;
    const [pair = '', ...attributes] = value.split(';');
    const kept = attributes.flatMap((attribute) => {
      const equals = attribute.indexOf('=');
      const name = trimBlanks(attribute.slice(0, Math.max(equals, 0))).toLowerCase();
      const written = trimBlanks(attribute.slice(equals + 1));
      if (name === 'path' && written.startsWith('/'))
        return [`${attribute.slice(0, equals + 1)}${this.#path(written)}`];
      if (name === 'domain' && this.#isInnerDomain(written)) return [];
      return [attribute];
    });
    return [pair, ...kept].join(';');
  }

  /** A path without host. One below the prefix of the route comes from an upstream that knows its place. */
  #path(path: string): string {
    if (this.#inner === this.#outer) return path;
    const isInner = this.#inner.length > this.#outer.length && isUnder(path, this.#inner);
    if (!isInner && this.#outer !== '' && isUnder(path, this.#outer)) return path;
    return this.#toOuter(path) ?? path;
  }

  #toOuter(path: string): string | undefined {
    if (!isUnder(path, this.#inner)) return undefined;
    const rest = path.slice(this.#inner.length);
    return rest.startsWith('/') || this.#outer !== '' ? this.#outer + rest : `/${rest}`;
  }

  #isInnerDomain(domain: string): boolean {
    const name = domain.replace(/^\./, '').toLowerCase();
    return this.#hosts.includes(name) && name !== this.#clientHost && !this.#clientHost.endsWith(`.${name}`);
  }
}

/** `/blog` and what is below it, in whole segments. */
function isUnder(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && isEnd(path, prefix.length);
}

function isEnd(text: string, at: number): boolean {
  return at === text.length || text[at] === '/' || text[at] === '?' || text[at] === '#';
}

function withoutSlashes(path: string): string {
  return path.replace(/\/+$/, '');
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}
