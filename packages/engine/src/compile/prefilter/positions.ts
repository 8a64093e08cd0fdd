/** Positions of rules in a phase as a set of bits: the next one is found without looking at those between. */
export class Positions {
  readonly #size: number;
  readonly #words: Int32Array;

  private constructor(size: number, words: Int32Array) {
    this.#size = size;
    this.#words = words;
  }

  /** No position, of those below `size`. */
  static none(size: number): Positions {
    return new Positions(size, new Int32Array(Math.ceil(size / 32)));
  }

  /** Those below `size` that the predicate accepts. */
  static where(size: number, accepts: (position: number) => boolean): Positions {
    const positions = Positions.none(size);
    for (let position = 0; position < size; position++) if (accepts(position)) positions.add(position);
    return positions;
  }

  /** A set of its own with the same members. */
  copy(): Positions {
    return new Positions(this.#size, this.#words.slice());
  }

  /** The members that are not in the other set. */
  without(other: Positions): Positions {
    const words = new Int32Array(this.#words.length);
    for (let index = 0; index < words.length; index++) words[index] = this.#words[index]! & ~other.#words[index]!;
    return new Positions(this.#size, words);
  }

  has(position: number): boolean {
    return (this.#words[position >> 5]! & (1 << (position & 31))) !== 0;
  }

  add(position: number): void {
    this.#words[position >> 5]! |= 1 << (position & 31);
  }

  addAll(other: Positions): void {
    for (let index = 0; index < this.#words.length; index++) this.#words[index]! |= other.#words[index]!;
  }

  /** The first member of both sets from `position` on; the size when there is none. */
  firstInBoth(other: Positions, position: number): number {
    const words = this.#words;
    let mask = -1 << (position & 31);
    for (let index = position >> 5; index < words.length; index++) {
      const word = words[index]! & other.#words[index]! & mask;
      if (word !== 0) return (index << 5) + 31 - Math.clz32(word & -word);
      mask = -1;
    }
    return this.#size;
  }

  /** Whether the two sets have a member in common, as far as the numbers that hold the positions `from` to `to` go. */
  meets(other: Positions, from: number, to: number): boolean {
    const words = this.#words;
    const others = other.#words;
    const last = Math.min(to >> 5, words.length - 1);
    for (let index = from >> 5; index <= last; index++) if ((words[index]! & others[index]!) !== 0) return true;
    return false;
  }

  /** The first member from `position` on; the size when there is none. */
  from(position: number): number {
    const words = this.#words;
    let index = position >> 5;
    if (index >= words.length) return this.#size;
    let word = words[index]! & (-1 << (position & 31));
    while (word === 0) {
      if (++index === words.length) return this.#size;
      word = words[index]!;
    }
    return (index << 5) + 31 - Math.clz32(word & -word);
  }
}
