import { frequencyInPages, rarestStretch } from './benign-frequency.ts';
import { MASK_BITS } from './byte-mask.ts';

/** Of longer texts an automaton knows a stretch of this length. */
export const MAX_STRETCH = 6;
/** A window of so many bytes has a whole word in it, or two, wherever in the value it begins. */
const WINDOW_OF_ONE = 7;
const WINDOW_OF_TWO = 11;
/** Where more of the pairs of bytes lead to a place than this, it is quicker to read everything. */
const TOO_MANY = 0.04;
/** What it costs to look at a third byte, in places. */
const COST_OF_THIRD = 0.2;
const THREES_BITS = 16;
/** What is to be done at a pair of bytes: look whether it is part of three that are looked for, or take it for a place. */
const PART_OF_THREE = 1;
const PLACE = 2;
/** Of a set of hashes a table has so many bits for each. */
const BITS_FOR_HASH = 64;
/** Bytes of a value that are taken apart at a time. */
const BLOCK = 1 << 16;
/** Sets the bit that tells a small ASCII letter from its capital; other bytes fall together in pairs. */
const FOLD = 0x20202020;
const MULTIPLIER = 0x9e3779b1 | 0;
const MULTIPLIER_BEFORE = 0x85ebca6b | 0;
const MULTIPLIER_AGAIN = 0xc2b2ae35 | 0;

/**
 * Finds the places of a long value where one of many texts may be, four bytes at a time. Where the value is cut into words of four bytes,
 * every text of eleven bytes has two words one behind the other in it, those of seven bytes have one, and shorter texts have one of a few
 * pairs of bytes. Whoever asks has to look at `BEFORE` bytes before such a place and `BEHIND` behind it.
 */
export class TextSites {
  static readonly BEFORE = 7;
  static readonly BEHIND = 9;

  /** Kinds of the bytes that have been passed. */
  mask = 0;
  readonly #singles: HashBits;
  readonly #doubles: HashBits;
  /** By folded pair of bytes: 0, or what is to be done there. */
  readonly #pairs: Uint8Array;
  /** 1 for three folded bytes in a row, by hash. */
  readonly #threes: Uint8Array;
  readonly #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(BLOCK);
  readonly #view: Int32Array = new Int32Array(this.#bytes.buffer);
  readonly #encoder = new TextEncoder();
  #value = '';
  /** Where the block in `#bytes` begins and ends. */
  #from = 0;
  #to = 0;
  /** The folded word before the block. */
  #before = 0;

  private constructor(singles: ReadonlySet<number>, doubles: ReadonlySet<number>, { what, threes }: Pairs) {
    this.#singles = new HashBits(singles);
    this.#doubles = new HashBits(doubles);
    this.#pairs = what;
    this.#threes = threes;
  }

  /** Texts are not empty, ASCII letters in lower case. Undefined where ordinary values are full of such places. */
  static of(lists: readonly (readonly string[])[]): TextSites | undefined {
    if (!isLittleEndian()) return undefined;
    const pairs = new Pairs();
    for (const texts of lists) {
      for (const text of texts) if (text.length < WINDOW_OF_ONE) pairs.add(text);
      if (pairs.expectedPlaces > TOO_MANY) return undefined;
    }
    const singles = new Set<number>();
    const doubles = new Set<number>();
    for (const texts of lists) {
      for (const text of texts) {
        if (text.length >= WINDOW_OF_TWO) addDoubles(text, doubles);
        else if (text.length >= WINDOW_OF_ONE) addSingles(text, singles);
      }
    }
    return new TextSites(singles, doubles, pairs);
  }

  /** Begins with a value, whose places `next` gives. */
  begin(value: string): void {
    this.#value = value;
    this.#from = 0;
    this.#to = 0;
    this.#before = 0;
    this.mask = 0;
  }

  /**
   * The first place from `at` on, which is a multiple of four, and four behind the one given before. The bytes behind the last whole
   * word are one in any case, and the last.
   */
  next(at: number): number {
    const end = this.#value.length & ~3;
    for (let from = at; from < end; from = this.#to) {
      if (from >= this.#to) this.#load(from, Math.min(end, from + BLOCK));
      const found = this.#search((from - this.#from) >>> 2, (this.#to - this.#from) >>> 2);
      if (found !== -1) return this.#from + found * 4;
    }
    for (let rest = end; rest < this.#value.length; rest++)
      this.mask |= MASK_BITS[this.#value.charCodeAt(rest) & 0xff]!;
    this.#value = '';
    return end;
  }

  #search(from: number, to: number): number {
    const view = this.#view;
    const { bits: singles, shift } = this.#singles;
    const { bits: doubles, shift: shiftOfDoubles } = this.#doubles;
    const pairs = this.#pairs;
    const kinds = MASK_BITS;
    let before = from === 0 ? this.#before : view[from - 1]! | FOLD;
    let mask = 0;
    let at = from;
    for (; at < to; at++) {
      const word = view[at]!;
      mask |= kinds[word & 0xff]! | kinds[(word >>> 8) & 0xff]! | kinds[(word >>> 16) & 0xff]! | kinds[word >>> 24]!;
      const folded = word | FOLD;
      const hash = Math.imul(folded, MULTIPLIER);
      const hashOfTwo = (hash + Math.imul(before, MULTIPLIER_BEFORE)) | 0;
      const double = hashOfTwo >>> shiftOfDoubles;
      const single = hash >>> shift;
      before = folded;
      if ((((doubles[double >>> 5]! >>> double) | (singles[single >>> 5]! >>> single)) & 1) !== 0) {
        if (this.#doubles.has(hashOfTwo) || this.#singles.has(hash)) break;
      }
      const first = pairs[folded & 0xffff]!;
      const second = pairs[folded >>> 16]!;
      if ((first | second) === 0) continue;
      if (first !== 0 && this.#isPlace(first, at * 4)) break;
      if (second !== 0 && this.#isPlace(second, at * 4 + 2)) break;
    }
    this.mask |= mask;
    return at < to ? at : -1;
  }

  #isPlace(what: number, at: number): boolean {
    // What stands on the other side of a block is not known.
    if (what !== PART_OF_THREE || at === 0 || at + 2 >= this.#to - this.#from) return true;
    const bytes = this.#bytes;
    const first = bytes[at]!;
    const second = bytes[at + 1]!;
    const threes = this.#threes;
    return (
      threes[hashOfThree(bytes[at - 1]!, first, second)] === 1 ||
      threes[hashOfThree(first, second, bytes[at + 2]!)] === 1
    );
  }

  /** Bytes of ASCII are copied by the platform; it would write others as UTF-8. */
  #load(from: number, to: number): void {
    const value = this.#value;
    const bytes = this.#bytes;
    this.#before = from === 0 ? 0 : this.#view[((this.#to - this.#from) >>> 2) - 1]! | FOLD;
    const part = from === 0 && to === value.length ? value : value.slice(from, to);
    const { read, written } = this.#encoder.encodeInto(part, bytes);
    if (read !== part.length || written !== part.length)
      for (let at = 0; at < part.length; at++) bytes[at] = part.charCodeAt(at);
    this.#from = from;
    this.#to = to;
  }
}

/** A set of hashes with few others in it (Bloom): the upper bits of a hash are one place, those of the same hashed again another. */
class HashBits {
  readonly bits: Int32Array;
  readonly shift: number;

  constructor(hashes: ReadonlySet<number>) {
    const size = Math.max(5, Math.ceil(Math.log2(hashes.size * BITS_FOR_HASH + 1)));
    this.shift = 32 - size;
    this.bits = new Int32Array(1 << (size - 5));
    for (const hash of hashes) {
      this.#set(hash);
      this.#set(Math.imul(hash, MULTIPLIER_AGAIN));
    }
  }

  has(hash: number): boolean {
    return this.#isSet(hash) && this.#isSet(Math.imul(hash, MULTIPLIER_AGAIN));
  }

  #set(hash: number): void {
    const place = hash >>> this.shift;
    this.bits[place >>> 5]! |= 1 << (place & 31);
  }

  #isSet(hash: number): boolean {
    const place = hash >>> this.shift;
    return ((this.bits[place >>> 5]! >>> (place & 31)) & 1) !== 0;
  }
}

/** Where in a text the stretch stands that an automaton knows, with as many bytes around it as a window has. */
function windowIn(text: string, length: number): number {
  const stretch = text.indexOf(rarestStretch(text, MAX_STRETCH));
  const before = (length - MAX_STRETCH) >> 1;
  return Math.min(Math.max(0, stretch - before), text.length - length);
}

function addSingles(text: string, singles: Set<number>): void {
  const from = windowIn(text, WINDOW_OF_ONE);
  for (let at = from; at + 4 <= from + WINDOW_OF_ONE; at++) singles.add(Math.imul(foldedWord(text, at), MULTIPLIER));
}

function addDoubles(text: string, doubles: Set<number>): void {
  const from = windowIn(text, WINDOW_OF_TWO);
  for (let at = from; at + 8 <= from + WINDOW_OF_TWO; at++) {
    const before = Math.imul(foldedWord(text, at), MULTIPLIER_BEFORE);
    doubles.add((Math.imul(foldedWord(text, at + 4), MULTIPLIER) + before) | 0);
  }
}

function foldedWord(text: string, at: number): number {
  const low = (text.charCodeAt(at) & 0xff) | ((text.charCodeAt(at + 1) & 0xff) << 8);
  const high = (text.charCodeAt(at + 2) & 0xff) | ((text.charCodeAt(at + 3) & 0xff) << 8);
  return low | (high << 16) | FOLD;
}

/** The pairs of bytes at which short texts are noticed. */
class Pairs {
  /** By folded pair: 0, or what is to be done there. */
  readonly what: Uint8Array = new Uint8Array(1 << 16);
  /** 1 for three folded bytes in a row, by hash. */
  readonly threes: Uint8Array = new Uint8Array(1 << THREES_BITS);
  /** The places in an ordinary page, by pair of its bytes. */
  expectedPlaces = 0;

  /** Of three bytes in a row two begin at an even place; two may not, and whether one byte does is unknown. */
  add(text: string): void {
    const folded = Array.from(text, (char) => (char.charCodeAt(0) & 0xff) | 0x20);
    if (folded.length > 2) {
      const [first, second, third] = rarestThree(folded);
      this.#note(first, second, PART_OF_THREE);
      this.#note(second, third, PART_OF_THREE);
      this.threes[hashOfThree(first, second, third)] = 1;
      return;
    }
    const [first = 0, second = first] = folded;
    const isAlone = folded.length === 1;
    if (!isAlone) this.#note(first, second, PLACE);
    const isFirstRarer = frequencyInPages(first) < frequencyInPages(second);
    for (let other = 0; other < 256; other++) {
      if (isAlone || isFirstRarer) this.#note(other, first, PLACE);
      if (isAlone || !isFirstRarer) this.#note(second, other, PLACE);
    }
  }

  #note(first: number, second: number, what: number): void {
    const pair = first | (second << 8);
    const known = this.what[pair]!;
    if (known >= what) return;
    this.what[pair] = what;
    const cost = costOf(what) - costOf(known);
    this.expectedPlaces += cost * frequencyInPages(first) * frequencyInPages(second);
  }
}

function costOf(what: number): number {
  if (what === 0) return 0;
  return what === PART_OF_THREE ? COST_OF_THIRD : 1;
}

function rarestThree(bytes: readonly number[]): readonly [number, number, number] {
  let best: readonly [number, number, number] = [bytes[0]!, bytes[1]!, bytes[2]!];
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at + 3 <= bytes.length; at++) {
    const [first, second, third] = [bytes[at]!, bytes[at + 1]!, bytes[at + 2]!];
    const expected = frequencyInPages(second) * (frequencyInPages(first) + frequencyInPages(third));
    if (expected >= least) continue;
    least = expected;
    best = [first, second, third];
  }
  return best;
}

function hashOfThree(first: number, second: number, third: number): number {
  return Math.imul(first | (second << 8) | (third << 16) | FOLD, MULTIPLIER) >>> (32 - THREES_BITS);
}

function isLittleEndian(): boolean {
  return new Uint8Array(new Int32Array([1]).buffer)[0] === 1;
}
