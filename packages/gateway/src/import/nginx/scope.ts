/** What http, server and location blocks of nginx have said. What a block does not say comes from around it. */
import type { Statement } from '../proxy/statement.ts';
import type { NginxItem } from './parse.ts';

export class NginxScope {
  readonly parent: NginxScope | undefined;
  readonly at: Statement | undefined;
  /** Of a location. */
  readonly path: string | undefined;
  readonly exact: boolean;
  readonly #own = new Map<string, NginxItem[]>();
  readonly locations: NginxScope[] = [];

  constructor(parent?: NginxScope, at?: Statement, path?: string, exact = false) {
    this.parent = parent;
    this.at = at;
    this.path = path;
    this.exact = exact;
  }

  add(item: NginxItem): void {
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

  /** The last word of that name, here or around. */
  last(name: string): NginxItem | undefined {
    return this.all(name).at(-1);
  }
}
