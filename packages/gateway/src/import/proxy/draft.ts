/** The configuration while it is being made of another one: keys as they are written in `sallyport.yaml`. */
import { Document } from 'yaml';

export type Settings = Record<string, unknown>;

export interface DraftRoute {
  readonly scheme?: 'http' | 'https';
  readonly hosts: readonly string[];
  readonly path: string;
  readonly exact?: boolean;
  readonly pattern?: readonly string[];
  /** Everything else a route has. */
  readonly more: Settings;
}

export interface DraftListener {
  readonly address: string;
  readonly port: number;
  readonly tls?: Settings;
}

/** Words that name the host in an upstream's name. */
const MAX_NAME = 60;

export class Draft {
  readonly #listeners = new Map<string, DraftListener>();
  readonly #upstreams = new Map<string, Settings>();
  readonly #upstreamKeys = new Map<string, string>();
  readonly #routes: DraftRoute[] = [];
  readonly #places = new Set<string>();
  readonly #sections = new Map<string, Settings>();
  /** Providers of `auth` by name. They are written if a route asks them. */
  readonly #providers = new Map<string, { readonly kind: 'basic' | 'forward'; readonly settings: Settings | string }>();

  /** The place is taken only once; false when it was. `::` is every address, those of IPv4 included. */
  listen(listener: DraftListener): boolean {
    const isEvery = listener.address === '::' || listener.address === '0.0.0.0';
    const place = `${isEvery ? '*' : listener.address}:${listener.port}`;
    const known = this.#listeners.get(place);
    if (known === undefined) this.#listeners.set(place, listener);
    else {
      const tls = withCertificate(known.tls, listener.tls);
      const address = listener.address === '::' ? '::' : known.address;
      this.#listeners.set(place, { address, port: known.port, ...(tls && { tls }) });
    }
    return known === undefined;
  }

  /** The name of the upstream with these settings: a new one, or the one that has them already. */
  upstream(wish: string, settings: Settings): string {
    const key = JSON.stringify(settings);
    const known = this.#upstreamKeys.get(key);
    if (known !== undefined) return known;
    const base =
      wish
        .replace(/[^\w-]+/g, '-')
        .replace(/^-+|-+$/g, '')
        .slice(0, MAX_NAME) || 'app';
    let name = base;
    for (let count = 2; this.#upstreams.has(name); count++) name = `${base}-${count}`;
    this.#upstreams.set(name, settings);
    this.#upstreamKeys.set(key, name);
    return name;
  }

  /** The name of the provider with these settings: a new one, or the one that has them already. It is written if a route asks it. */
  provider(kind: 'basic' | 'forward', wish: string, settings: Settings | string): string {
    for (const [name, known] of this.#providers)
      if (known.kind === kind && JSON.stringify(known.settings) === JSON.stringify(settings)) return name;
    const base =
      wish
        .replace(/^\.+|[^\w-]+/g, '-')
        .replace(/^-+|-+$/g, '')
        .slice(0, MAX_NAME) || 'users';
    let name = base;
    for (let count = 2; this.#providers.has(name); count++) name = `${base}-${count}`;
    this.#providers.set(name, { kind, settings });
    return name;
  }

  /** False when another route has the same place, which then stays. */
  route(route: DraftRoute): boolean {
    const schemes = route.scheme === undefined ? ['http', 'https'] : [route.scheme];
    const hosts = route.hosts.length === 0 ? ['*'] : route.hosts;
    const places = schemes.flatMap((scheme) =>
      hosts.map(
        (host) =>
          `${scheme} ${host} ${route.exact === true ? '=' : ''}${route.path} ${(route.pattern ?? []).join(' ')}`,
      ),
    );
    if (places.some((place) => this.#places.has(place))) return false;
    for (const place of places) this.#places.add(place);
    this.#routes.push(route);
    return true;
  }

  /** Tags that routes have. */
  get tags(): ReadonlySet<string> {
    return new Set(this.#routes.flatMap(({ more: { tag } }) => (typeof tag === 'string' ? [tag] : [])));
  }

  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  get hasRoutes(): boolean {
    return this.#routes.length > 0;
  }

  /** Sets a key of a top-level section; the last one counts. */
  set(section: string, key: string, value: unknown): void {
    const settings = this.#sections.get(section) ?? {};
    settings[key] = value;
    this.#sections.set(section, settings);
  }

  get(section: string, key: string): unknown {
    return this.#sections.get(section)?.[key];
  }

  /** The file. `$` before a brace is doubled: it stands for itself, not for a variable of the environment. */
  toYaml(comment: string): string {
    this.#writeProviders();
    const content: Settings = {
      ...(this.#listeners.size > 0 && { listeners: [...this.#listeners.values()] }),
      ...(this.#upstreams.size > 0 && { upstreams: Object.fromEntries(this.#upstreams) }),
      ...(this.#routes.length > 0 && { routes: this.#routes.map(writeRoute) }),
      ...Object.fromEntries(this.#sections),
    };
    const document = new Document(escaped(content), { aliasDuplicateObjects: false });
    document.commentBefore = comment;
    return document.toString({ lineWidth: 0 });
  }

  #writeProviders(): void {
    const asked = new Set(
      this.#routes.flatMap(({ more }) => [(more['auth'] as Settings | undefined)?.['providers'] ?? []].flat()),
    );
    for (const kind of ['basic', 'forward'] as const) {
      const own = [...this.#providers].filter(([name, one]) => one.kind === kind && asked.has(name));
      if (own.length > 0)
        this.set('auth', kind, Object.fromEntries(own.map(([name, { settings }]) => [name, settings])));
    }
  }
}

/** A place has a first certificate, and others for further names. */
function withCertificate(first: Settings | undefined, other: Settings | undefined): Settings | undefined {
  if (first === undefined || other === undefined) return first;
  const { certificate, key } = other;
  const more = (first['certificates'] ?? []) as readonly Settings[];
  const isKnown = [first, ...more].some((one) => one['certificate'] === certificate);
  return isKnown ? first : { ...first, certificates: [...more, { certificate, key }] };
}

function writeRoute({ scheme, hosts, path, exact, pattern, more }: DraftRoute): Settings {
  return {
    ...(scheme && { scheme }),
    ...(hosts.length > 0 && { hosts }),
    ...((path !== '/' || pattern === undefined || pattern.length === 0) && { path }),
    ...(exact && { exact }),
    ...(pattern !== undefined && pattern.length > 0 && { pattern: pattern.length === 1 ? pattern[0] : pattern }),
    ...more,
  };
}

function escaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('${', () => '$${');
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, escaped(one)]));
  }
  return value;
}
