/**
 * A map that keeps what was asked for of late. There are two generations: what is asked for again moves into the younger one, and when
 * that is full, the older one is forgotten. So keys that come once do not drive out those that come with every request.
 */
export class RecentMap<Key, Value> {
  #young = new Map<Key, Value>();
  #old = new Map<Key, Value>();
  readonly #size: number;

  /** `size`: entries of one generation. */
  constructor(size: number) {
    this.#size = size;
  }

  get(key: Key): Value | undefined {
    const known = this.#young.get(key);
    if (known !== undefined) return known;
    const earlier = this.#old.get(key);
    if (earlier !== undefined) this.set(key, earlier);
    return earlier;
  }

  set(key: Key, value: Value): void {
    if (this.#young.size >= this.#size) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }
}
