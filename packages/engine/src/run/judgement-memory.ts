import type { Prospect } from './judgement.ts';

/** Values of one generation, about a megabyte; those with many prospects count for more. */
export const MAX_REMEMBERED = 2048;
const PROSPECTS_PER_VALUE = 4;

type Generation = (Map<string, readonly Prospect[]> | undefined)[];

/**
 * Judgements of values, for later requests. There are two generations: what is asked for again moves into the younger one, and
 * when that is full, the older one is forgotten. So values that come once do not drive out those that come with every request.
 */
export class JudgementMemory {
  /** By number of the class. */
  #young: Generation = [];
  #old: Generation = [];
  #count = 0;

  recall(classNumber: number, value: string): readonly Prospect[] | undefined {
    const known = this.#young[classNumber]?.get(value);
    if (known !== undefined) return known;
    const earlier = this.#old[classNumber]?.get(value);
    if (earlier !== undefined) this.remember(classNumber, value, earlier);
    return earlier;
  }

  remember(classNumber: number, value: string, prospects: readonly Prospect[]): void {
    if (this.#count >= MAX_REMEMBERED) {
      this.#old = this.#young;
      this.#young = [];
      this.#count = 0;
    }
    let known = this.#young[classNumber];
    if (known === undefined) {
      known = new Map();
      this.#young[classNumber] = known;
    }
    known.set(value, prospects);
    this.#count += 1 + Math.floor(prospects.length / PROSPECTS_PER_VALUE);
  }
}
