import { lowerCase } from '../../bytes/ascii.ts';

/** Names of variables known at load, as small numbers: a map that knows them keeps their values in an array. */
export class KnownNames {
  readonly #slots = new Map<string, number>();
  readonly size: number;

  /** Spellings that differ in case share a slot. */
  constructor(names: Iterable<string>) {
    let size = 0;
    for (const name of names) {
      const lower = lowerCase(name);
      let slot = this.#slots.get(lower);
      if (slot === undefined) {
        slot = size++;
        this.#slots.set(lower, slot);
      }
      // The spelling of the rules, so that most look-ups need not fold it.
      this.#slots.set(name, slot);
    }
    this.size = size;
  }

  /** The number of a name in any case; undefined for names that come up while rules run. */
  slotOf(name: string): number | undefined {
    if (this.size === 0) return undefined;
    const slot = this.#slots.get(name);
    if (slot !== undefined) return slot;
    const lower = lowerCase(name);
    return lower === name ? undefined : this.#slots.get(lower);
  }
}
