import type { Transformation } from '../../registry/transformation.ts';
import { MASK_BITS, maskWhere } from './byte-mask.ts';

const KINDS = 32;
const ANY_KINDS = -1;

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
  /** By number of the transformation: by kind of bytes, the kinds these may bring in, and behind them what all others may. Undefined: any. */
  readonly #broughtBy: (Int32Array | undefined)[] = [];
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

  /** The kinds of bytes there may be in what a node makes of a value with these kinds; more kinds never make it fewer. */
  kindsBehind(node: number, kinds: number): number {
    const trigger = this.triggers[node];
    if (trigger !== undefined && (kinds & trigger) === 0) return kinds;
    const brought = this.#broughtBy[this.kinds[node]!];
    if (brought === undefined) return ANY_KINDS;
    let behind = kinds | brought[KINDS]!;
    for (let kind = 0; kind < KINDS; kind++) if ((kinds & (1 << kind)) !== 0) behind |= brought[kind]!;
    return behind;
  }

  /** The kinds of bytes of which it depends what `kindsBehind` says for a node. */
  kindsThatCount(node: number): number {
    const brought = this.#broughtBy[this.kinds[node]!];
    let all = this.triggers[node] ?? 0;
    for (let kind = 0; kind < KINDS; kind++) if (brought !== undefined && brought[kind] !== 0) all |= 1 << kind;
    return all;
  }

  #kind(transformation: Transformation): number {
    const known = this.#kindOf.get(transformation);
    if (known !== undefined) return known;
    const kind = this.#triggersOf.push(transformation.triggers && maskWhere(transformation.triggers)) - 1;
    this.#kindOf.set(transformation, kind);
    this.#broughtBy.push(broughtBy(transformation));
    return kind;
  }
}

function broughtBy({ brings, removes }: Transformation): Int32Array | undefined {
  if (removes !== undefined) return new Int32Array(KINDS + 1);
  if (brings === undefined) return undefined;
  const brought = new Int32Array(KINDS + 1);
  for (let byte = 0; byte < 256; byte++) {
    const bit = MASK_BITS[byte]!;
    const place = bit === 0 ? KINDS : 31 - Math.clz32(bit);
    for (const other of brings(byte)) brought[place]! |= MASK_BITS[other]!;
  }
  return brought;
}
