import { MASK_BITS } from './byte-mask.ts';

/** A text to look for, and the number of the bit that is set when it is found. Several texts may have the same. */
export interface Needle {
  /** Not empty, ASCII letters in lower case. */
  readonly text: string;
  readonly id: number;
}

/** Numbers of states; two bytes where that is enough, so that twice as many fit into the processor's cache. */
type States = Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/**
 * Finds which of many texts may occur in a value, in one pass that also tells the kinds of its bytes: Aho-Corasick with all
 * transitions written out. Letters are caseless; control bytes are not told apart, nor are white space other than blanks and
 * bytes from 0x80 on: rules rarely turn on them, and the table, which has to stay in the processor's cache, is a third smaller.
 *
 * States are numbered so that those in which a text ends come last: one comparison per byte finds them. What ends there is set
 * at once, be it for the tenth time: most of these states have one id, and setting a bit is quicker than to find out that it is set.
 */
export class LiteralAutomaton {
  /** Byte to column, both cases of a letter alike. */
  readonly #columnOf = new Uint8Array(256);
  /** `table[state * columns + column]` is the next state. */
  readonly #table: States;
  readonly #columns: number;
  /** Texts end in the states from here on. */
  readonly #firstFinal: number;
  /** Where the ids of the n-th of these begin; one more at the end. */
  readonly #idsFrom: Int32Array;
  readonly #ids: Uint16Array;

  /** Ids are to be below 65536. */
  constructor(needles: readonly Needle[]) {
    this.#columns = assignColumns(needles, this.#columnOf);
    const trie = new Trie(needles, this.#columnOf);
    const { order, finalCount } = trie.finalStatesLast();
    const numberOf = new Int32Array(trie.size);
    for (let place = 0; place < order.length; place++) numberOf[order[place]!] = place;
    this.#table = trie.tableOf(numberOf, this.#columns);
    this.#firstFinal = order.length - finalCount;
    this.#idsFrom = new Int32Array(finalCount + 1);
    const ids: number[] = [];
    for (let final = 0; final < finalCount; final++) {
      for (const id of trie.idsOf(order[this.#firstFinal + final]!)) ids.push(id);
      this.#idsFrom[final + 1] = ids.length;
    }
    this.#ids = Uint16Array.from(ids);
  }

  /** Bytes of the tables. */
  get byteLength(): number {
    return this.#table.byteLength + this.#ids.byteLength + this.#idsFrom.byteLength;
  }

  /** Sets the bits of the ids of all texts found, 32 in a number. Returns the kinds of bytes in the value. */
  scan(value: string, found: Int32Array): number {
    const table = this.#table;
    const columnOf = this.#columnOf;
    const columns = this.#columns;
    const firstFinal = this.#firstFinal;
    let mask = 0;
    let state = 0;
    for (let at = 0; at < value.length; at++) {
      const byte = value.charCodeAt(at) & 0xff;
      mask |= MASK_BITS[byte]!;
      state = table[state * columns + columnOf[byte]!]!;
      if (state >= firstFinal) this.#note(state - firstFinal, found);
    }
    return mask;
  }

  #note(final: number, found: Int32Array): void {
    const ids = this.#ids;
    const to = this.#idsFrom[final + 1]!;
    for (let index = this.#idsFrom[final]!; index < to; index++) {
      const id = ids[index]!;
      found[id >> 5]! |= 1 << (id & 31);
    }
  }
}

const INITIAL_STATES = 1024;

/** The trie of the needles, with failure links. State 0 is the root, and as a child or sibling it stands for none. */
class Trie {
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
    for (const needle of needles) this.#add(needle, columnOf);
    this.#failure = new Int32Array(this.size);
    this.#isFinal = new Uint8Array(this.size);
    this.#order = new Int32Array(this.size);
    this.#link();
  }

  /** Ids of all texts that end in the state. */
  idsOf(state: number): readonly number[] {
    const ids: number[] = [];
    for (let suffix = state; suffix !== 0; suffix = this.#failure[suffix]!) {
      for (const id of this.#own[suffix] ?? []) if (!ids.includes(id)) ids.push(id);
    }
    return ids;
  }

  /** The states by length, but those in which a text ends behind all others. */
  finalStatesLast(): { readonly order: Int32Array; readonly finalCount: number } {
    const finals = this.#order.filter((state) => this.#isFinal[state] === 1);
    const order = new Int32Array(this.size);
    order.set(this.#order.filter((state) => this.#isFinal[state] === 0));
    order.set(finals, this.size - finals.length);
    return { order, finalCount: finals.length };
  }

  /** All transitions: those of the longest suffix, with the state's own children over them. */
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

/** Bytes in the order of their columns: what is frequent shares few cache lines. */
const FREQUENT_FIRST = ' etaoinsrhldcumfpgwybvkxjqz0123456789/.-_=:,;%&?+"\'()<>*@!#$[]\\^`{|}~';

/** Gives every byte its column; the last one is for bytes no text contains. Returns the number of columns. */
function assignColumns(needles: readonly Needle[], columnOf: Uint8Array): number {
  const isUsed = new Uint8Array(256);
  for (const { text } of needles) {
    for (let at = 0; at < text.length; at++) isUsed[representative(text.charCodeAt(at) & 0xff)] = 1;
  }
  let columns = 0;
  for (let at = 0; at < FREQUENT_FIRST.length; at++) {
    const byte = FREQUENT_FIRST.charCodeAt(at);
    if (isUsed[byte] === 1) columnOf[byte] = columns++;
  }
  for (const byte of [CONTROL, NEWLINE, HIGH]) if (isUsed[byte] === 1) columnOf[byte] = columns++;
  for (let byte = 0; byte < 256; byte++) {
    const other = representative(byte);
    if (other !== byte) columnOf[byte] = isUsed[other] === 1 ? columnOf[other]! : columns;
    else if (isUsed[byte] === 0) columnOf[byte] = columns;
  }
  return columns + 1;
}

const CONTROL = 0x00;
const NEWLINE = 0x0a;
const HIGH = 0x80;

/** The byte that stands for all that are not told apart. */
function representative(byte: number): number {
  if (byte >= 0x80) return HIGH;
  if (byte >= 0x41 && byte <= 0x5a) return byte + 32;
  if (byte >= 0x09 && byte <= 0x0d) return NEWLINE;
  return byte < 0x20 || byte === 0x7f ? CONTROL : byte;
}
