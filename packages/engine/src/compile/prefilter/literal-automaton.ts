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
    const trie = new Trie(needles, this.#columnOf);
    this.#columns = trie.columns;
    const order = trie.finalStatesLast();
    const rowOf = new Int32Array(trie.size);
    order.forEach((state, place) => {
      rowOf[state] = place * trie.columns;
    });
    this.#table = new Int32Array(trie.size * trie.columns);
    for (let state = 0; state < trie.size; state++) {
      for (let column = 0; column < trie.columns; column++) {
        this.#table[rowOf[state]! + column] = rowOf[trie.next[state * trie.columns + column]!]!;
      }
    }
    const finals = order.filter((state) => trie.isFinal(state));
    this.#firstFinal = (order.length - finals.length) * trie.columns;
    this.#idsFrom = new Int32Array(finals.length + 1);
    const ids: number[] = [];
    finals.forEach((state, index) => {
      ids.push(...trie.idsOf(state));
      this.#idsFrom[index + 1] = ids.length;
    });
    this.#ids = Int32Array.from(ids);
    const highest = needles.reduce((most, { id }) => Math.max(most, id), -1);
    this.#stateSeen = new Int32Array(finals.length);
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

const NONE = -1;
const INITIAL_STATES = 256;

/** The trie of the needles with its failure links followed once and for all. */
class Trie {
  readonly columns: number;
  size = 1;
  /** `next[state * columns + column]`, complete once built. */
  next: Int32Array;
  readonly #own: (number[] | undefined)[] = [];
  /** The longest proper suffix that is a state. */
  #failure: Int32Array;
  #isFinal: Uint8Array;
  /** States by length, shortest first. */
  readonly #order: number[] = [0];

  constructor(needles: readonly Needle[], columnOf: Uint8Array) {
    this.columns = assignColumns(needles, columnOf);
    this.next = new Int32Array(INITIAL_STATES * this.columns).fill(NONE);
    for (const needle of needles) this.#add(needle, columnOf);
    this.#failure = new Int32Array(this.size);
    this.#isFinal = Uint8Array.from({ length: this.size }, (_, state) => (this.#own[state] === undefined ? 0 : 1));
    this.#complete();
  }

  /** Whether a text ends in the state. */
  isFinal(state: number): boolean {
    return this.#isFinal[state] === 1;
  }

  /** Ids of all texts that end in the state. */
  idsOf(state: number): readonly number[] {
    const ids = new Set<number>();
    for (let suffix = state; suffix !== 0; suffix = this.#failure[suffix]!) {
      for (const id of this.#own[suffix] ?? []) ids.add(id);
    }
    return [...ids];
  }

  finalStatesLast(): readonly number[] {
    return [
      ...this.#order.filter((state) => !this.isFinal(state)),
      ...this.#order.filter((state) => this.isFinal(state)),
    ];
  }

  #add({ text, id }: Needle, columnOf: Uint8Array): void {
    let state = 0;
    for (let at = 0; at < text.length; at++) {
      const slot = state * this.columns + columnOf[text.charCodeAt(at) & 0xff]!;
      let child = this.next[slot]!;
      if (child === NONE) {
        child = this.size++;
        if (this.size * this.columns > this.next.length) this.#grow();
        this.next[slot] = child;
      }
      state = child;
    }
    const own = this.#own[state];
    if (own === undefined) this.#own[state] = [id];
    else if (!own.includes(id)) own.push(id);
  }

  #grow(): void {
    const larger = new Int32Array(this.next.length * 2).fill(NONE, this.next.length);
    larger.set(this.next);
    this.next = larger;
  }

  #complete(): void {
    for (let index = 0; index < this.#order.length; index++) {
      const state = this.#order[index]!;
      const failure = this.#failure[state]!;
      for (let column = 0; column < this.columns; column++) {
        const slot = state * this.columns + column;
        const inherited = state === 0 ? 0 : this.next[failure * this.columns + column]!;
        const child = this.next[slot]!;
        if (child === NONE) {
          this.next[slot] = inherited;
        } else {
          this.#failure[child] = inherited;
          this.#isFinal[child]! |= this.#isFinal[inherited]!;
          this.#order.push(child);
        }
      }
    }
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
