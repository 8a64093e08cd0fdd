/**
 * A map that remembers what was touched last: between half of its capacity and all of it. Two maps take turns, so that
 * forgetting costs nothing; deleting single entries of one map in the order of use would leave holes that each look for the
 * oldest has to step over.
 */
export class RecentMap<Value> {
  readonly #half: number;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  constructor(capacity: number) {
    this.#half = Math.max(1, Math.floor(capacity / 2));
  }

  get(key: string): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, value: Value): void {
    if (this.#young.size >= this.#half && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }

  delete(key: string): boolean {
    const wasYoung = this.#young.delete(key);
    return this.#old.delete(key) || wasYoung;
  }

  entries(): readonly (readonly [key: string, value: Value])[] {
    return [...[...this.#old].filter(([key]) => !this.#young.has(key)), ...this.#young];
  }
}
