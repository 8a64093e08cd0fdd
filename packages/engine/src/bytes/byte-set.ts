/**
 * An immutable set of byte values 0-255: eight 32-bit words, one bit per byte.
 *
 * Every construct of a regular expression that consumes one byte (a literal, a class, a dot, a caseless letter) is one of
 * these, so nothing behind the parser has to know about escapes, classes or case.
 */
export class ByteSet {
  /** Bit `b & 31` of word `b >> 5` says whether byte `b` is a member. Never written after construction. */
  readonly words: Int32Array;

  private constructor(words: Int32Array) {
    this.words = words;
  }

  /** No byte. */
  static readonly NONE: ByteSet = new ByteSet(new Int32Array(8));
  /** Every byte. */
  static readonly ALL: ByteSet = new ByteSet(new Int32Array(8).fill(-1));

  /** The set with exactly one member; the same object for the same byte, so that literals cost no memory. */
  static of(byte: number): ByteSet {
    return SINGLE[byte & 0xff]!;
  }

  /** The bytes `from` to `to`, both included; empty when `from > to`. */
  static range(from: number, to: number): ByteSet {
    const words = new Int32Array(8);
    for (let byte = from; byte <= to; byte++) words[byte >> 5]! |= 1 << (byte & 31);
    return new ByteSet(words);
  }

  /** The union of ranges written as `[from, to]` pairs and single bytes. */
  static from(members: Iterable<number | readonly [number, number]>): ByteSet {
    const words = new Int32Array(8);
    for (const member of members) {
      const [from, to] = typeof member === 'number' ? [member, member] : member;
      for (let byte = from; byte <= to; byte++) words[byte >> 5]! |= 1 << (byte & 31);
    }
    return new ByteSet(words);
  }

  /** The bytes for which `accepts` answers true. */
  static where(accepts: (byte: number) => boolean): ByteSet {
    const words = new Int32Array(8);
    for (let byte = 0; byte < 256; byte++) if (accepts(byte)) words[byte >> 5]! |= 1 << (byte & 31);
    return new ByteSet(words);
  }

  has(byte: number): boolean {
    return ((this.words[byte >> 5]! >>> (byte & 31)) & 1) === 1;
  }

  get size(): number {
    let count = 0;
    for (let word of this.words) for (; word !== 0; word &= word - 1) count++;
    return count;
  }

  get isEmpty(): boolean {
    return this.#isAll(0);
  }

  get isFull(): boolean {
    return this.#isAll(-1);
  }

  #isAll(wanted: number): boolean {
    for (let index = 0; index < 8; index++) if (this.words[index] !== wanted) return false;
    return true;
  }

  /** The only member, or -1 when there is none or more than one. */
  get single(): number {
    let found = -1;
    for (let index = 0; index < 8; index++) {
      const word = this.words[index]!;
      if (word === 0) continue;
      if (found !== -1 || (word & (word - 1)) !== 0) return -1;
      found = index * 32 + (31 - Math.clz32(word));
    }
    return found;
  }

  // Rule sets are made of thousands of these when they are loaded; plain loops are several times as fast as callbacks.
  union(other: ByteSet): ByteSet {
    const words = new Int32Array(8);
    for (let index = 0; index < 8; index++) words[index] = this.words[index]! | other.words[index]!;
    return new ByteSet(words);
  }

  intersect(other: ByteSet): ByteSet {
    const words = new Int32Array(8);
    for (let index = 0; index < 8; index++) words[index] = this.words[index]! & other.words[index]!;
    return new ByteSet(words);
  }

  subtract(other: ByteSet): ByteSet {
    const words = new Int32Array(8);
    for (let index = 0; index < 8; index++) words[index] = this.words[index]! & ~other.words[index]!;
    return new ByteSet(words);
  }

  complement(): ByteSet {
    return new ByteSet(this.words.map((word) => ~word));
  }

  intersects(other: ByteSet): boolean {
    return this.words.some((word, index) => (word & other.words[index]!) !== 0);
  }

  equals(other: ByteSet): boolean {
    return this === other || this.words.every((word, index) => word === other.words[index]);
  }

  /** The set closed under ASCII case: with `a` comes `A` and the other way round. No other byte has a case (C locale). */
  foldCase(): ByteSet {
    const words = this.words.slice();
    // A-Z are bits 1-26 of word 2, a-z the same bits of word 3.
    const letters = (words[2]! | words[3]!) & 0x07fffffe;
    words[2]! |= letters;
    words[3]! |= letters;
    return new ByteSet(words);
  }

  *[Symbol.iterator](): Generator<number, void, undefined> {
    for (let byte = 0; byte < 256; byte++) if (this.has(byte)) yield byte;
  }
}

const SINGLE: readonly ByteSet[] = Array.from({ length: 256 }, (_, byte) => ByteSet.range(byte, byte));

/** All 256 bytes. */
export const ANY_BYTE: ByteSet = ByteSet.range(0, 255);
/** No byte at all: a position no text can pass. */
export const NO_BYTE: ByteSet = ByteSet.range(1, 0);
