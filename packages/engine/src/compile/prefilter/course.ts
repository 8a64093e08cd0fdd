import type { ChainTrie } from './chain-trie.ts';

/**
 * Where a judgement stands: at a transformation to apply to one of the distinct values found so far, or at the end. Where it goes
 * on to depends on what comes of it alone, so values that fare alike go the same way without a look at the trie.
 */
export class Station {
  /** Index of the distinct value, and a node with the transformation; the node is 0 at the end. */
  readonly from: number;
  readonly node: number;
  /** At the end: by distinct value, the conditions that are tested on it, as bits. */
  readonly tested: Int32Array;
  /** At the end: by node, the index of its value; less than 0 where that was not made. */
  readonly indexAt: Int32Array;
  /** By index of a result that was known before. */
  readonly #known: (Station | undefined)[] = [];
  /** By kinds of bytes in a result that is new. */
  readonly #new = new Map<number, Station>();
  /** What `#new` was asked for last: values of one request are alike. */
  #lastKinds = 0;
  #last: Station | undefined;

  constructor(from: number, node: number, tested: Int32Array, indexAt: Int32Array) {
    this.from = from;
    this.node = node;
    this.tested = tested;
    this.indexAt = indexAt;
  }

  get isEnd(): boolean {
    return this.node === 0;
  }

  /** Behind a result that is one of the values known before; undefined where nobody has come by yet. */
  behindKnown(index: number): Station | undefined {
    return this.#known[index];
  }

  /** Behind a new result with these kinds of bytes. */
  behindNew(kinds: number): Station | undefined {
    if (kinds === this.#lastKinds && this.#last !== undefined) return this.#last;
    this.#lastKinds = kinds;
    this.#last = this.#new.get(kinds);
    return this.#last;
  }

  /** The next station on a way that is gone for the first time; `kinds` is undefined where the result was known before. */
  lead(index: number, kinds: number | undefined, next: Station): void {
    if (kinds === undefined) {
      while (this.#known.length <= index) this.#known.push(undefined);
      this.#known[index] = next;
    } else {
      this.#new.set(kinds, next);
    }
  }
}

const NOTHING = new Int32Array(0);

/** What is known of a value when the last node of a course has been visited. */
export interface Outcome {
  readonly count: number;
  /** By distinct value: the kinds of bytes in it. */
  readonly masks: Int32Array;
  readonly tested: Int32Array;
  readonly indexAt: Int32Array;
}

/** The fields of a course. */
type CourseParts = Pick<Course, 'plain' | 'nodes' | 'indexAt' | 'triggers'>;

/** Which values there are to look at for a value with certain kinds of bytes. */
export class Course {
  /** Conditions that are tested on the value as it is, as bits. */
  readonly plain: Int32Array;
  /** Nodes that may change it, as far as a condition can be met there or behind them; parents first. */
  readonly nodes: Int32Array;
  /** Bits of a mask on which it depends whether a node has to be visited. */
  readonly triggers: number;
  /** By node: 0 where its value is the value as it is, less where it is another, which may have to be made. */
  readonly indexAt: Int32Array;
  readonly #trie: ChainTrie;
  /** Undefined until a value has gone all the way. */
  #start: Station | undefined;

  constructor(trie: ChainTrie, { plain, nodes, indexAt, triggers }: CourseParts) {
    this.#trie = trie;
    this.indexAt = indexAt;
    this.plain = plain;
    this.nodes = nodes;
    this.triggers = triggers;
    if (nodes.length === 0) this.#start = new Station(0, 0, plain, indexAt);
  }

  get start(): Station | undefined {
    return this.#start;
  }

  /** Lays the way of a value that has been followed node by node; returns its end, and how many stations are new. */
  lay({ count, masks, tested, indexAt }: Outcome): { readonly end: Station; readonly added: number } {
    const { parents, triggers, kinds, kindCount } = this.#trie;
    const end = new Station(0, 0, tested.slice(0, (tested.length / masks.length) * count), indexAt.slice());
    const asked = new Set<number>();
    let added = 1;
    let known = 1;
    let enter = (station: Station): void => {
      this.#start = station;
    };
    let station = this.#start;
    for (const node of this.nodes) {
      const from = indexAt[parents[node]!]!;
      const trigger = triggers[node];
      if (trigger !== undefined && (masks[from]! & trigger) === 0) continue;
      const question = from * kindCount + kinds[node]!;
      if (asked.has(question)) continue;
      asked.add(question);
      if (station === undefined) {
        station = new Station(from, node, NOTHING, NOTHING);
        enter(station);
        added++;
      }
      const here = station;
      const result = indexAt[node]!;
      const isNew = result === known;
      if (isNew) known++;
      const found = isNew ? masks[result]! & this.triggers : undefined;
      station = found === undefined ? here.behindKnown(result) : here.behindNew(found);
      enter = (next) => here.lead(result, found, next);
    }
    enter(end);
    return { end, added };
  }
}
