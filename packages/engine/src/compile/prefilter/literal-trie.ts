import type { Needle } from './literal-automaton.ts';

/** Numbers of states; two bytes where that is enough, so that twice as many fit into the processor's cache. */
export type States = Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

const INITIAL_STATES = 1024;

/** The trie of the needles, with failure links. State 0 is the root, and as a child or sibling it stands for none. */
export class LiteralTrie {
  size = 1;
  #firstChild = new Int32Array(INITIAL_STATES);
  #sibling = new Int32Array(INITIAL_STATES);
  /** The column of the byte that leads to the state. */
  #columnOf = new Uint8Array(INITIAL_STATES);
  /** The longest proper suffix that is a state. */
  readonly #failure: Int32Array;
  /** The ids of the texts that are the state's. */
  readonly #own: (number[] | undefined)[] = [];
  /** Whether a text ends in the state, its own or that of a suffix. */
  readonly #isFinal: Uint8Array;
  /** States by length, shortest first. */
  readonly #order: Int32Array;

  constructor(needles: readonly Needle[], columnOf: Uint8Array) {
    for (let index = 0; index < needles.length; index++) this.#add(needles[index]!, columnOf);
    this.#failure = new Int32Array(this.size);
    this.#isFinal = new Uint8Array(this.size);
    this.#order = new Int32Array(this.size);
    this.#link();
  }

  /** Appends the ids of all texts that end in the state. */
  addIdsOf(state: number, ids: number[]): void {
    const from = ids.length;
    for (let suffix = state; suffix !== 0; suffix = this.#failure[suffix]!) {
      const own = this.#own[suffix];
      if (own === undefined) continue;
      for (let index = 0; index < own.length; index++) {
        const id = own[index]!;
        if (!ids.includes(id, from)) ids.push(id);
      }
    }
  }

  /** The states by length, but those in which a text ends behind all others. */
  finalStatesLast(): { readonly order: Int32Array; readonly finalCount: number } {
    const isFinal = this.#isFinal;
    let finalCount = 0;
    for (let state = 0; state < this.size; state++) finalCount += isFinal[state]!;
    const order = new Int32Array(this.size);
    let at = 0;
    let finalAt = this.size - finalCount;
    for (let index = 0; index < this.size; index++) {
      const state = this.#order[index]!;
      order[isFinal[state] === 1 ? finalAt++ : at++] = state;
    }
    return { order, finalCount };
  }

  /** All transitions: those of the longest suffix, with the state's own children over them. The last column stays where it is. */
  tableOf(numberOf: Int32Array, columns: number): States {
    const size = this.size * columns;
    const table = this.size <= 0x10000 ? new Uint16Array(size) : new Uint32Array(size);
    for (const state of this.#order) {
      const row = numberOf[state]! * columns;
      const suffix = numberOf[this.#failure[state]!]! * columns;
      if (state !== 0) table.copyWithin(row, suffix, suffix + columns);
      for (let child = this.#firstChild[state]!; child !== 0; child = this.#sibling[child]!) {
        table[row + this.#columnOf[child]!] = numberOf[child]!;
      }
      table[row + columns - 1] = numberOf[state]!;
    }
    return table;
  }

  #add({ text, id }: Needle, columnOf: Uint8Array): void {
    let state = 0;
    for (let at = 0; at < text.length; at++) {
      const column = columnOf[text.charCodeAt(at) & 0xff]!;
      state = this.#childOf(state, column) || this.#addChild(state, column);
    }
    const own = this.#own[state];
    if (own === undefined) this.#own[state] = [id];
    else if (!own.includes(id)) own.push(id);
  }

  #childOf(state: number, column: number): number {
    let child = this.#firstChild[state]!;
    while (child !== 0 && this.#columnOf[child] !== column) child = this.#sibling[child]!;
    return child;
  }

  #addChild(state: number, column: number): number {
    const child = this.size++;
    if (child === this.#columnOf.length) this.#grow(child * 2);
    this.#columnOf[child] = column;
    this.#sibling[child] = this.#firstChild[state]!;
    this.#firstChild[state] = child;
    return child;
  }

  #grow(capacity: number): void {
    const children = new Int32Array(capacity);
    children.set(this.#firstChild);
    this.#firstChild = children;
    const siblings = new Int32Array(capacity);
    siblings.set(this.#sibling);
    this.#sibling = siblings;
    const columns = new Uint8Array(capacity);
    columns.set(this.#columnOf);
    this.#columnOf = columns;
  }

  #link(): void {
    let count = 1;
    for (let index = 0; index < count; index++) {
      const state = this.#order[index]!;
      for (let child = this.#firstChild[state]!; child !== 0; child = this.#sibling[child]!) {
        this.#order[count++] = child;
        const failure = state === 0 ? 0 : this.#suffixBehind(state, this.#columnOf[child]!);
        this.#failure[child] = failure;
        this.#isFinal[child] = this.#own[child] === undefined ? this.#isFinal[failure]! : 1;
      }
    }
  }

  /** The longest proper suffix of the state that can go on over the column, one byte further. */
  #suffixBehind(state: number, column: number): number {
    let suffix = state;
    while (suffix !== 0) {
      suffix = this.#failure[suffix]!;
      const next = this.#childOf(suffix, column);
      if (next !== 0) return next;
    }
    return 0;
  }
}
