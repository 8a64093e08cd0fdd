import type { Transformation } from '../../registry/transformation.ts';
import { maskWhere } from './byte-mask.ts';

/**
 * The transformation chains of many rules as one tree: rules that begin alike share the work. Node 0 is the value as it is;
 * every other node applies one transformation to the value of its parent, which has a lower number.
 */
export class ChainTrie {
  readonly parents: number[] = [0];
  readonly transformations: (Transformation | undefined)[] = [undefined];
  /** Bits of which a value must have one for the node to change it; `undefined` when it can change any value. */
  readonly triggers: (number | undefined)[] = [0];
  /** Number of each node's transformation; the same transformation has the same number everywhere. */
  readonly kinds: number[] = [0];
  readonly #kindOf = new Map<Transformation, number>();
  /** By number of the transformation. */
  readonly #triggersOf: (number | undefined)[] = [];
  readonly #children: Map<Transformation, number>[] = [new Map()];

  /** How many transformations there are. */
  get kindCount(): number {
    return this.#kindOf.size;
  }

  /** The node of a chain. */
  nodeOf(chain: readonly Transformation[]): number {
    let node = 0;
    for (const transformation of chain) {
      let child = this.#children[node]?.get(transformation);
      if (child === undefined) {
        child = this.parents.push(node) - 1;
        this.transformations.push(transformation);
        const kind = this.#kind(transformation);
        this.kinds.push(kind);
        this.triggers.push(this.#triggersOf[kind]);
        this.#children.push(new Map());
        this.#children[node]?.set(transformation, child);
      }
      node = child;
    }
    return node;
  }

  /** The nodes on the ways to `nodes`, parents first, node 0 left out. */
  closure(nodes: Iterable<number>): readonly number[] {
    const found = new Set<number>();
    for (const node of nodes) for (let at = node; at !== 0; at = this.parents[at] ?? 0) found.add(at);
    return [...found].sort((left, right) => left - right);
  }

  #kind(transformation: Transformation): number {
    const known = this.#kindOf.get(transformation);
    if (known !== undefined) return known;
    const kind = this.#triggersOf.push(transformation.triggers && maskWhere(transformation.triggers)) - 1;
    this.#kindOf.set(transformation, kind);
    return kind;
  }
}
