import { rarestStretch } from './benign-frequency.ts';
import { MASK_BITS } from './byte-mask.ts';
import { assignColumns } from './literal-columns.ts';
import { LiteralTrie, type States } from './literal-trie.ts';
import { MAX_STRETCH, TextSites } from './text-sites.ts';
import { type WholeText, WholeTexts } from './whole-texts.ts';

/** A text to look for, and the number of the bit that is set when it is found. Several texts may have the same. */
export interface Needle {
  /** Not empty, ASCII letters in lower case. */
  readonly text: string;
  readonly id: number;
}

/** If more texts with one id have the same stretch, it is enough that the stretch is there. */
const MAX_WHOLES = 32;
/** Bytes that whole texts may be compared on, besides one for each byte of the value, before stretches are enough. */
const COMPARED_BYTES = 256;
/** Longer values are read in several places at a time. */
const LONG = 2048;

/** How bytes are read: as they are, or some of them as if they were not there. Made by the automaton that reads so. */
export interface Reading {
  /** Byte to column. */
  readonly columnOf: Uint8Array;
  /** Byte to its bit in the mask; none where it is passed over. */
  readonly kinds: Int32Array;
  /** 1 for bytes that are passed over. */
  readonly isRemoved: Uint8Array;
}

/** The automaton as numbers; the fields are those of the class. */
interface Tables {
  readonly columnOf: Uint8Array;
  readonly columns: number;
  readonly table: States;
  readonly firstFinal: number;
  readonly findings: { readonly from: Int32Array; readonly all: Int32Array };
  readonly wholes: WholeTexts;
}

/**
 * Finds which of many texts may occur in a value, in one pass that also tells the kinds of its bytes: Aho-Corasick with all
 * transitions written out. Letters are caseless; control bytes are not told apart, nor are white space other than blanks and
 * bytes from 0x80 on: rules rarely turn on them, and the table, which has to stay in the processor's cache, is a third smaller.
 *
 * States are numbered so that those in which a text ends come last: one comparison per byte finds them. What ends there is set
 * at once, be it for the tenth time: most of these states have one id, and setting a bit is quicker than to find out that it is set.
 */
export class LiteralAutomaton {
  /** Bytes as they are: both cases of a letter have one column. */
  readonly #plain: Reading;
  /** `table[state * columns + column]` is the next state. */
  readonly #table: States;
  readonly #columns: number;
  /** Texts end in the states from here on. */
  readonly #firstFinal: number;
  /** Where the findings of the n-th of these begin; one more at the end. */
  readonly #findingsFrom: Int32Array;
  /** Ids, and behind them numbers of whole texts, as their complement. */
  readonly #findings: Int32Array;
  readonly #wholes: WholeTexts;
  /** Bytes that may still be compared in the value at hand. */
  #patience = 0;

  constructor({ columnOf, columns, table, firstFinal, findings, wholes }: Tables) {
    this.#plain = { columnOf, kinds: MASK_BITS, isRemoved: new Uint8Array(256) };
    this.#table = table;
    this.#columns = columns;
    this.#firstFinal = firstFinal;
    this.#findingsFrom = findings.from;
    this.#findings = findings.all;
    this.#wholes = wholes;
  }

  /** Bytes of the tables. */
  get byteLength(): number {
    const findings = this.#findings.byteLength + this.#findingsFrom.byteLength;
    return this.#table.byteLength + findings + this.#wholes.byteLength;
  }

  /** A way to read values without certain bytes. */
  without(isRemoved: (byte: number) => boolean): Reading {
    const columnOf = this.#plain.columnOf.slice();
    const kinds = MASK_BITS.slice();
    const removed = new Uint8Array(256);
    for (let byte = 0; byte < 256; byte++) {
      if (!isRemoved(byte)) continue;
      columnOf[byte] = this.#columns - 1;
      kinds[byte] = 0;
      removed[byte] = 1;
    }
    return { columnOf, kinds, isRemoved: removed };
  }

  /** Sets the bits of the ids of all texts found, 32 in a number. Returns the kinds of bytes in the value. */
  scan(value: string, found: Int32Array, reading: Reading = this.#plain): number {
    this.#patience = COMPARED_BYTES + value.length;
    if (value.length >= LONG) return this.#scanLong(value, found, reading);
    const { columnOf, kinds } = reading;
    const table = this.#table;
    const columns = this.#columns;
    const firstFinal = this.#firstFinal;
    let mask = 0;
    let state = 0;
    for (let at = 0; at < value.length; ) {
      // A loop without a call in it: what it needs of the tables stays in registers.
      do {
        const byte = value.charCodeAt(at++) & 0xff;
        mask |= kinds[byte]!;
        state = table[state * columns + columnOf[byte]!]!;
      } while (state < firstFinal && at < value.length);
      if (state >= firstFinal) this.#note(state - firstFinal, found, value, at, reading);
    }
    return mask;
  }

  /**
   * The same, but that only the places of the value are read where a text may be. `sites` are those of all texts that are asked for; of
   * others nothing is known.
   */
  scanSites(value: string, found: Int32Array, sites: TextSites): number {
    this.#patience = COMPARED_BYTES + value.length;
    const { columnOf } = this.#plain;
    const table = this.#table;
    const columns = this.#columns;
    const firstFinal = this.#firstFinal;
    const last = value.length & ~3;
    let state = 0;
    let at = 0;
    sites.begin(value);
    for (let site = 0; site <= last; site += 4) {
      site = sites.next(site);
      const from = site - TextSites.BEFORE;
      if (from > at) {
        at = from;
        state = 0;
      }
      const to = site === last ? value.length : Math.min(value.length, site + TextSites.BEHIND);
      while (at < to) {
        state = table[state * columns + columnOf[value.charCodeAt(at++) & 0xff]!]!;
        if (state >= firstFinal) this.#note(state - firstFinal, found, value, at, this.#plain);
      }
    }
    return sites.mask;
  }

  /**
   * As `scan`, for four quarters at a time: what takes longest is waiting for the next state, and these do not wait for each other.
   * Each begins so far before its quarter that no text is cut.
   */
  #scanLong(value: string, found: Int32Array, reading: Reading): number {
    const { columnOf, kinds } = reading;
    const table = this.#table;
    const columns = this.#columns;
    const firstFinal = this.#firstFinal;
    const quarter = value.length >>> 2;
    let at2 = quarter;
    let at3 = 2 * quarter;
    let at4 = 3 * quarter;
    let first = 0;
    let second = this.#stateAt(value, at2, reading);
    let third = this.#stateAt(value, at3, reading);
    let fourth = this.#stateAt(value, at4, reading);
    let mask = 0;
    for (let at1 = 0; at1 < quarter; ) {
      const byte1 = value.charCodeAt(at1++) & 0xff;
      const byte2 = value.charCodeAt(at2++) & 0xff;
      const byte3 = value.charCodeAt(at3++) & 0xff;
      const byte4 = value.charCodeAt(at4++) & 0xff;
      mask |= kinds[byte1]! | kinds[byte2]! | kinds[byte3]! | kinds[byte4]!;
      first = table[first * columns + columnOf[byte1]!]!;
      second = table[second * columns + columnOf[byte2]!]!;
      third = table[third * columns + columnOf[byte3]!]!;
      fourth = table[fourth * columns + columnOf[byte4]!]!;
      if (first >= firstFinal) this.#note(first - firstFinal, found, value, at1, reading);
      if (second >= firstFinal) this.#note(second - firstFinal, found, value, at2, reading);
      if (third >= firstFinal) this.#note(third - firstFinal, found, value, at3, reading);
      if (fourth >= firstFinal) this.#note(fourth - firstFinal, found, value, at4, reading);
    }
    while (at4 < value.length) {
      const byte = value.charCodeAt(at4++) & 0xff;
      mask |= kinds[byte]!;
      fourth = table[fourth * columns + columnOf[byte]!]!;
      if (fourth >= firstFinal) this.#note(fourth - firstFinal, found, value, at4, reading);
    }
    return mask;
  }

  /** The state before a byte of the value, as far as the bytes before it can matter to a text that ends behind it. */
  #stateAt(value: string, end: number, { columnOf, isRemoved }: Reading): number {
    let from = end;
    for (let bytes = 0; from > 0 && bytes < MAX_STRETCH; ) {
      bytes += 1 - isRemoved[value.charCodeAt(--from) & 0xff]!;
    }
    let state = 0;
    for (let at = from; at < end; at++) {
      state = this.#table[state * this.#columns + columnOf[value.charCodeAt(at) & 0xff]!]!;
    }
    return state;
  }

  /** `end`: behind the last byte of what was found. */
  #note(final: number, found: Int32Array, value: string, end: number, { isRemoved }: Reading): void {
    const findings = this.#findings;
    const to = this.#findingsFrom[final + 1]!;
    for (let index = this.#findingsFrom[final]!; index < to; index++) {
      const id = findings[index]!;
      if (id >= 0) found[id >> 5]! |= 1 << (id & 31);
      else this.#noteWhole(~id, found, value, end, isRemoved);
    }
  }

  #noteWhole(number: number, found: Int32Array, value: string, end: number, isRemoved: Uint8Array): void {
    const id = this.#wholes.idOf(number);
    const bit = 1 << (id & 31);
    if ((found[id >> 5]! & bit) !== 0) return;
    if (this.#patience > 0) {
      const compared = this.#wholes.compare(number, value, end, isRemoved);
      if (compared !== -1) {
        this.#patience -= compared + 1;
        return;
      }
    }
    found[id >> 5]! |= bit;
  }
}

/** Builds the automaton of texts whose ids are below 65536, with a pause behind each step. */
export function* automatonOf(needles: readonly Needle[]): Generator<void, LiteralAutomaton> {
  const { stretches, wholes } = cut(needles);
  yield;
  const columnOf = new Uint8Array(256);
  const columns = assignColumns(stretches, columnOf);
  const trie = new LiteralTrie(stretches, columnOf);
  yield;
  const { order, finalCount } = trie.finalStatesLast();
  const numberOf = new Int32Array(trie.size);
  for (let place = 0; place < order.length; place++) numberOf[order[place]!] = place;
  const table = trie.tableOf(numberOf, columns);
  yield;
  const firstFinal = order.length - finalCount;
  const findings = findingsOf(trie, order.subarray(firstFinal));
  yield;
  return new LiteralAutomaton({ columnOf, columns, table, firstFinal, findings, wholes: new WholeTexts(wholes) });
}

/** What is found in each of the states in which texts end: ids first, numbers of whole texts behind them. */
function findingsOf(trie: LiteralTrie, finals: Int32Array): Tables['findings'] {
  const from = new Int32Array(finals.length + 1);
  const all: number[] = [];
  const own: number[] = [];
  for (let final = 0; final < finals.length; final++) {
    own.length = 0;
    trie.addIdsOf(finals[final]!, own);
    for (let index = 0; index < own.length; index++) if (own[index]! >= 0) all.push(own[index]!);
    for (let index = 0; index < own.length; index++) if (own[index]! < 0) all.push(own[index]!);
    from[final + 1] = all.length;
  }
  return { from, all: Int32Array.from(all) };
}

/**
 * What the automaton is made of: short texts, and the rarest stretches of long ones, whose ids are the complement of their numbers. It stays
 * small in this way, and hardly ever finds another text.
 */
function cut(needles: readonly Needle[]): {
  readonly stretches: readonly Needle[];
  readonly wholes: readonly WholeText[];
} {
  const stretches: Needle[] = [];
  const wholes: WholeText[] = [];
  const sharers = new Map<string, number>();
  for (const needle of needles) {
    const { text, id } = needle;
    if (text.length <= MAX_STRETCH) {
      stretches.push(needle);
      continue;
    }
    const stretch = rarestStretch(text, MAX_STRETCH);
    const key = `${id} ${stretch}`;
    const count = (sharers.get(key) ?? 0) + 1;
    sharers.set(key, count);
    if (count > MAX_WHOLES) stretches.push({ text: stretch, id });
    else
      stretches.push({
        text: stretch,
        id: ~(wholes.push({ text, stretchEnd: text.indexOf(stretch) + MAX_STRETCH, id }) - 1),
      });
  }
  return { stretches, wholes };
}
