import { MASK_BITS } from './byte-mask.ts';

/** A text to look for, and the number reported when it is found. Several texts may report the same. */
export interface Needle {
  /** Not empty, ASCII letters in lower case. */
  readonly text: string;
  readonly id: number;
}

/** What a scan found, for as long as there is no next one. */
export interface Findings {
  /** Kinds of bytes in the value. */
  mask: number;
  /** The first `count` are the ids of the texts found, each at most once. */
  readonly ids: Int32Array;
  count: number;
}

/**
 * Finds which of many texts may occur in a value, in one pass that also tells the kinds of its bytes: Aho-Corasick with all
 * transitions written out. Letters are caseless; control bytes are not told apart, nor are white space other than blanks and
 * bytes from 0x80 on: rules rarely turn on them, and the table, which has to stay in the processor's cache, is a third smaller.
 *
 * States are numbered so that those in which a text ends come last: one comparison per byte finds them. Each of these states
 * is looked at once per scan, because prose is full of short texts.
 */
export class LiteralAutomaton {
  /** Byte to column, both cases of a letter alike. */
  readonly #columnOf = new Uint8Array(256);
  /** `table[row + column]` is the row of the next state. */
  readonly #table: Int32Array;
  readonly #columns: number;
  /** Rows from here on belong to states in which texts end. */
  readonly #firstFinal: number;
  /** Where the ids of the n-th of these begin; one more at the end. */
  readonly #idsFrom: Int32Array;
  readonly #ids: Int32Array;
  readonly #findings: Findings;
  /** The scan in which a final state, or an id, was seen last. */
  readonly #stateSeen: Int32Array;
  readonly #idSeen: Int32Array;
  #scan = 0;

  constructor(needles: readonly Needle[]) {
    this.#columns = assignColumns(needles, this.#columnOf);
    const trie = new Trie(needles, this.#columnOf);
    const { order, finalCount } = trie.finalStatesLast();
    const rowOf = new Int32Array(trie.size);
    for (let place = 0; place < order.length; place++) rowOf[order[place]!] = place * this.#columns;
    this.#table = trie.tableOf(rowOf, this.#columns);
    this.#firstFinal = (order.length - finalCount) * this.#columns;
    this.#idsFrom = new Int32Array(finalCount + 1);
    const ids: number[] = [];
    for (let final = 0; final < finalCount; final++) {
      for (const id of trie.idsOf(order[order.length - finalCount + final]!)) ids.push(id);
      this.#idsFrom[final + 1] = ids.length;
    }
    this.#ids = Int32Array.from(ids);
    const highest = needles.reduce((most, { id }) => Math.max(most, id), -1);
    this.#stateSeen = new Int32Array(finalCount);
    this.#idSeen = new Int32Array(highest + 1);
    this.#findings = { mask: 0, ids: new Int32Array(highest + 1), count: 0 };
  }

  /** Bytes of the tables. */
  get byteLength(): number {
    return this.#table.byteLength + this.#ids.byteLength + this.#idsFrom.byteLength;
  }

  /** The findings are overwritten by the next scan. */
  scan(value: string): Findings {
    const table = this.#table;
    const columnOf = this.#columnOf;
    const firstFinal = this.#firstFinal;
    const findings = this.#findings;
    findings.count = 0;
    this.#scan = (this.#scan + 1) | 0;
    let mask = 0;
    let state = 0;
    for (let at = 0; at < value.length; at++) {
      const byte = value.charCodeAt(at) & 0xff;
      mask |= MASK_BITS[byte]!;
      state = table[state + columnOf[byte]!]!;
      if (state >= firstFinal) this.#note(state);
    }
    findings.mask = mask;
    return findings;
  }

  #note(row: number): void {
    const final = (row - this.#firstFinal) / this.#columns;
    if (this.#stateSeen[final] === this.#scan) return;
    this.#stateSeen[final] = this.#scan;
    const findings = this.#findings;
    const to = this.#idsFrom[final + 1]!;
    for (let index = this.#idsFrom[final]!; index < to; index++) {
      const id = this.#ids[index]!;
      if (this.#idSeen[id] === this.#scan) continue;
      this.#idSeen[id] = this.#scan;
      findings.ids[findings.count++] = id;
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
  tableOf(rowOf: Int32Array, columns: number): Int32Array {
    const table = new Int32Array(this.size * columns);
    for (const state of this.#order) {
      const row = rowOf[state]!;
      const suffix = rowOf[this.#failure[state]!]!;
      if (state !== 0) table.copyWithin(row, suffix, suffix + columns);
      for (let child = this.#firstChild[state]!; child !== 0; child = this.#sibling[child]!) {
        table[row + this.#columnOf[child]!] = rowOf[child]!;
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
