/** What http, server and location blocks of nginx have said. What a block does not say comes from around it. */
import type { Statement } from '../proxy/statement.ts';
import type { NginxItem } from './parse.ts';

/** What a location is for. */
export interface NginxPlace {
  readonly path: string;
  readonly exact: boolean;
  readonly pattern: string | undefined;
  readonly overPatterns: boolean;
}

export class NginxScope {
  readonly parent: NginxScope | undefined;
  readonly at: Statement | undefined;
  /** Of a location. */
  readonly path: string | undefined;
  readonly exact: boolean;
  /** Of a location given by a regular expression; its path is `/` then. */
  readonly pattern: string | undefined;
  /** `^~`, here or around: the patterns of the server are not asked. */
  readonly overPatterns: boolean;
  readonly #own = new Map<string, NginxItem[]>();
  readonly #written: NginxItem[] = [];
  readonly locations: NginxScope[] = [];

  constructor(parent?: NginxScope, at?: Statement, place: Partial<NginxPlace> = {}) {
    this.parent = parent;
    this.at = at;
    this.path = place.path;
    this.exact = place.exact === true;
    this.pattern = place.pattern;
    this.overPatterns = place.overPatterns === true;
  }

  /** The server a location stands in; the scope itself outside of locations. */
  get server(): NginxScope {
    let scope: NginxScope = this;
    while (scope.path !== undefined && scope.parent !== undefined) scope = scope.parent;
    return scope;
  }

  add(item: NginxItem): void {
    this.#written.push(item);
    this.#own.set(item.name, [...(this.#own.get(item.name) ?? []), item]);
  }

  /** Said in this very block. */
  own(name: string): readonly NginxItem[] {
    return this.#own.get(name) ?? [];
  }

  /** Said here, or else around it: lists of one name are never joined with those around. */
  all(name: string): readonly NginxItem[] {
    return this.#own.get(name) ?? this.parent?.all(name) ?? [];
  }

  /** Said here under any of these names, in the order it is written; or else around. */
  joint(names: readonly string[]): readonly NginxItem[] {
    const own = this.#written.filter(({ name }) => names.includes(name));
    return own.length > 0 ? own : (this.parent?.joint(names) ?? []);
  }

  /** The last word of that name, here or around. */
  last(name: string): NginxItem | undefined {
    return this.all(name).at(-1);
  }
}
