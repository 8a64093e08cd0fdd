/** What a server, virtual host or location of Apache has said so far. Values that are missing come from around it. */
import type { Settings } from '../proxy/draft.ts';
import type { OldAccessLog, OldErrorLog } from '../proxy/site-logs.ts';
import type { Statement } from '../proxy/statement.ts';
import { AccessRules } from './access.ts';
import type { Deed } from './destinations.ts';
import { FileSettings } from './file-settings.ts';
import type { Directive } from './parse.ts';

/** `ProxyPass` in any of its forms. */
export interface Pass {
  readonly at: Statement;
  readonly path: string;
  /** Of `ProxyPassMatch`; the path is `/` then. */
  readonly pattern?: string | undefined;
  /** Address as written; undefined for `!`. With a pattern it may have `$1` to `$9`. */
  readonly url: string | undefined;
  readonly options: ReadonlyMap<string, string>;
  /** mod_rewrite: asked before everything else. */
  readonly isEarly?: boolean;
}

/** An answer without a backend: a redirection, a refusal. */
export interface OwnAnswer {
  readonly at: Statement;
  readonly path: string;
  readonly exact?: boolean;
  /** The path is `/` then. */
  readonly pattern?: string | undefined;
  readonly scheme?: 'http' | 'https';
  readonly deed: Deed;
  /** mod_rewrite: asked before everything else. */
  readonly isEarly?: boolean;
}

export interface Edits {
  readonly set: Map<string, string>;
  readonly remove: Set<string>;
}

export interface Closed {
  readonly at: Statement;
  readonly note: string;
}

export class Scope {
  readonly kind: 'server' | 'site' | 'location';
  readonly at: Statement | undefined;
  readonly parent: Scope | undefined;
  /** Of a location; `/` where it is for a pattern. */
  readonly path: string | undefined;
  readonly pattern: string | undefined;
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
  /** `CustomLog` and `TransferLog`; the format may be a nickname. */
  readonly accessLogs: OldAccessLog[] = [];
  errorLog: OldErrorLog | undefined;
  readonly access = new AccessRules();
  readonly files = new FileSettings();
  /** Nobody may have anything in here. */
  closed: Closed | undefined;
  waf: 'on' | 'detection' | 'off' | undefined;
  maxBody: number | undefined;
  #preservesHost: boolean | undefined;
  #timeout: number | undefined;

  constructor(kind: Scope['kind'], parent?: Scope, at?: Statement, path?: string, pattern?: string) {
    this.kind = kind;
    this.parent = parent;
    this.at = at;
    this.path = path;
    this.pattern = pattern;
  }

  /** Undefined where nothing is said about it in this very place. */
  get preservesHost(): boolean | undefined {
    return this.#preservesHost;
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

  /** It says nothing about the requests in it. */
  get isEmpty(): boolean {
    const edits = [this.requestHeaders, this.responseHeaders];
    return (
      this.waf === undefined &&
      this.maxBody === undefined &&
      this.#preservesHost === undefined &&
      this.access.isSilent &&
      this.passes.length + this.answers.length === 0 &&
      edits.every(({ set, remove }) => set.size + remove.size === 0)
    );
  }

  /** Says here what another place says about requests. */
  takeFrom(said: Scope): void {
    this.access.takeFrom(said.access);
    for (const key of ['requestHeaders', 'responseHeaders'] as const) {
      for (const [name, value] of said[key].set) this[key].set.set(name, value);
      for (const name of said[key].remove) this[key].remove.add(name);
    }
    this.waf ??= said.waf;
    this.maxBody ??= said.maxBody;
  }

  tlsValue(name: string): { readonly value: string; readonly at: Statement } | undefined {
    return this.tls.get(name) ?? this.parent?.tlsValue(name);
  }
}

/** Settings of routes that lie in all of these places, the outer first. */
export function routeSettings(scopes: readonly Scope[]): Settings {
  const request = joinedEdits(scopes, 'requestHeaders');
  const response = joinedEdits(scopes, 'responseHeaders');
  const waf = scopes.findLast((one) => one.waf !== undefined)?.waf;
  const maxBody = scopes.findLast((one) => one.maxBody !== undefined)?.maxBody;
  return {
    preserve_host: scopes.findLast((one) => one.preservesHost !== undefined)?.preservesHost ?? false,
    ...(waf !== undefined && { waf }),
    ...(maxBody !== undefined && { max_body: maxBody }),
    ...(request !== undefined && { request_headers: request }),
    ...(response !== undefined && { response_headers: response }),
  };
}

function joinedEdits(scopes: readonly Scope[], key: 'requestHeaders' | 'responseHeaders'): Settings | undefined {
  const set: Record<string, string> = {};
  const remove = new Set<string>();
  for (const { [key]: edits } of scopes) {
    for (const name of edits.remove) {
      remove.add(name);
      delete set[name];
    }
    for (const [name, value] of edits.set) {
      set[name] = value;
      remove.delete(name);
    }
  }
  if (Object.keys(set).length + remove.size === 0) return undefined;
  return { ...(Object.keys(set).length > 0 && { set }), ...(remove.size > 0 && { remove: [...remove] }) };
}
