/** What a server, virtual host or location of Apache has said so far. Values that are missing come from around it. */
import type { Settings } from '../proxy/draft.ts';
import type { Statement } from '../proxy/statement.ts';
import type { Directive } from './parse.ts';

/** `ProxyPass` in any of its forms. */
export interface Pass {
  readonly at: Statement;
  readonly path: string;
  readonly exact?: boolean;
  /** Address as written; undefined for `!`. */
  readonly url: string | undefined;
  readonly options: ReadonlyMap<string, string>;
}

/** An answer without a backend: a redirection, a refusal. */
export interface OwnAnswer {
  readonly at: Statement;
  readonly path: string;
  readonly exact?: boolean;
  readonly scheme?: 'http' | 'https';
  readonly what: string;
  readonly more: Settings;
}

export interface Edits {
  readonly set: Map<string, string>;
  readonly remove: Set<string>;
}

/** Why nobody, or not everybody, may have what is in here. */
export interface Closed {
  readonly at: Statement;
  readonly note: string;
}

export class Scope {
  readonly kind: 'server' | 'site' | 'location';
  readonly at: Statement | undefined;
  readonly parent: Scope | undefined;
  /** Of a location. */
  readonly path: string | undefined;
  readonly passes: Pass[] = [];
  readonly answers: OwnAnswer[] = [];
  readonly locations: Scope[] = [];
  /** `RewriteCond`s that wait for their rule. */
  readonly conditions: Directive[] = [];
  readonly names: { readonly name: string; readonly at: Statement }[] = [];
  readonly requestHeaders: Edits = { set: new Map(), remove: new Set() };
  readonly responseHeaders: Edits = { set: new Map(), remove: new Set() };
  /** `SSLEngine`, `SSLCertificateFile` and the like: by lower-case name. */
  readonly tls = new Map<string, { readonly value: string; readonly at: Statement }>();
  /** `upstreams.<name>.tls`. */
  readonly upstreamTls: Settings = {};
  closed: Closed | undefined;
  waf: 'on' | 'detection' | 'off' | undefined;
  maxBody: number | undefined;
  #preservesHost: boolean | undefined;
  #timeout: number | undefined;

  constructor(kind: Scope['kind'], parent?: Scope, at?: Statement, path?: string) {
    this.kind = kind;
    this.parent = parent;
    this.at = at;
    this.path = path;
  }

  get preservesHost(): boolean {
    return this.#preservesHost ?? this.parent?.preservesHost ?? false;
  }

  set preservesHost(value: boolean) {
    this.#preservesHost = value;
  }

  /** Seconds an application has for its answer. */
  get timeout(): number {
    return this.#timeout ?? this.parent?.timeout ?? 60;
  }

  set timeout(seconds: number) {
    this.#timeout = seconds;
  }

  /** Whether it changes anything for the requests in it. */
  get hasSettings(): boolean {
    const edits = [this.requestHeaders, this.responseHeaders];
    return (
      this.waf !== undefined ||
      this.maxBody !== undefined ||
      this.#preservesHost !== undefined ||
      edits.some(({ set, remove }) => set.size + remove.size > 0)
    );
  }

  tlsValue(name: string): { readonly value: string; readonly at: Statement } | undefined {
    return this.tls.get(name) ?? this.parent?.tlsValue(name);
  }

  /** Settings of routes, those around it included. */
  get routeSettings(): Settings {
    const request = this.#edits('requestHeaders');
    const response = this.#edits('responseHeaders');
    const waf = this.#inherited('waf');
    const maxBody = this.#inherited('maxBody');
    return {
      preserve_host: this.preservesHost,
      ...(waf !== undefined && { waf }),
      ...(maxBody !== undefined && { max_body: maxBody }),
      ...(request !== undefined && { request_headers: request }),
      ...(response !== undefined && { response_headers: response }),
    };
  }

  #inherited<K extends 'waf' | 'maxBody'>(key: K): Scope[K] {
    return this[key] ?? (this.parent === undefined ? undefined : this.parent.#inherited(key));
  }

  #edits(key: 'requestHeaders' | 'responseHeaders'): Settings | undefined {
    const set: Record<string, string> = {};
    const remove: string[] = [];
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      for (const [name, value] of scope[key].set) set[name] ??= value;
      for (const name of scope[key].remove) if (set[name] === undefined) remove.push(name);
    }
    if (Object.keys(set).length + remove.length === 0) return undefined;
    return { ...(Object.keys(set).length > 0 && { set }), ...(remove.length > 0 && { remove }) };
  }
}
