import type { Node } from '../seclang/ast.ts';

/** Rule ids: those the files give, and new ones from a base on that none of them has. */
export class Ids {
  readonly #used = new Set<number>();
  /** Ids that the rules of a filter got, by the id the file gave it. */
  readonly #byWrittenId = new Map<string, number[]>();
  #next: number;

  constructor(base: number) {
    this.#next = base;
  }

  /** Keeps the ids of today's rules from being given away. */
  reserve(nodes: readonly Node[]): void {
    for (const node of nodes) {
      if (node.kind === 'block') this.reserve(node.children);
      if (node.kind !== 'rule' && node.kind !== 'action') continue;
      for (const { name, argument } of node.actions) {
        if (name.toLowerCase() === 'id' && isId(argument)) this.#used.add(Number(argument));
      }
    }
  }

  /** The written id when it is one and free; undefined otherwise. */
  claim(written: string): number | undefined {
    if (!isId(written) || this.#used.has(Number(written))) return undefined;
    this.#used.add(Number(written));
    return Number(written);
  }

  /** The next free id. */
  generate(): number {
    while (this.#used.has(this.#next)) this.#next++;
    this.#used.add(this.#next);
    return this.#next++;
  }

  remember(written: string, ids: readonly number[]): void {
    this.#byWrittenId.set(written, [...(this.#byWrittenId.get(written) ?? []), ...ids]);
  }

  /** What `SecFilterRemove` of a written id must name today. */
  meantBy(written: string): readonly string[] {
    return this.#byWrittenId.get(written)?.map(String) ?? [written];
  }
}

function isId(text: string | undefined): text is string {
  return text !== undefined && /^[1-9]\d{0,9}$/.test(text);
}
