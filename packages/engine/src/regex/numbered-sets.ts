import type { ByteSet } from '../bytes/byte-set.ts';

/** The sets of a program, numbered in the order they are met; equal ones have one number. */
export class NumberedSets {
  readonly #sets: ByteSet[] = [];
  /** By a hash of their bytes. */
  readonly #alike = new Map<number, number[]>();
  readonly #known = new Map<ByteSet, number>();

  /** The distinct sets, by their number. */
  get all(): readonly ByteSet[] {
    return this.#sets;
  }

  /** The distinct sets as `Program` has them for its inner loops: eight words each. */
  words(): Int32Array {
    const words = new Int32Array(8 * this.#sets.length);
    this.#sets.forEach((set, number) => {
      words.set(set.words, 8 * number);
    });
    return words;
  }

  numberOf(set: ByteSet): number {
    let number = this.#known.get(set);
    if (number !== undefined) return number;
    const hash = hashOf(set);
    let alike = this.#alike.get(hash);
    if (alike === undefined) {
      alike = [];
      this.#alike.set(hash, alike);
    }
    number = alike.find((one) => this.#sets[one]!.equals(set));
    if (number === undefined) {
      number = this.#sets.push(set) - 1;
      alike.push(number);
    }
    this.#known.set(set, number);
    return number;
  }
}

/** The same for equal sets. */
function hashOf({ words }: ByteSet): number {
  let hash = 0;
  for (let index = 0; index < 8; index++) hash = (Math.imul(hash, 31) + words[index]!) | 0;
  return hash;
}
