import type { ValueClass } from '../compile/prefilter/value-class.ts';
import type { Prospect } from './judgement.ts';

/** Longer values are not remembered, nor more than so many: both keep what a request can hold small. */
const MAX_LENGTH = 64;
const MAX_VALUES = 4096;
/** After so many questions nothing more is noted unless one in eight had an answer. */
const ENOUGH = 1024;

/**
 * What has been found out about the values of one request that has many: lists and tables repeat the same few words thousands
 * of times. Of one class of values at a time, since neighbours mostly are of the same.
 */
export class RepeatedValues {
  readonly #known = new Map<string, readonly Prospect[]>();
  #valueClass: ValueClass | undefined;
  #asked = 0;
  #answered = 0;

  /** What was noted about the value; undefined when nothing was. */
  recall(value: string, valueClass: ValueClass): readonly Prospect[] | undefined {
    if (valueClass !== this.#valueClass) {
      this.#known.clear();
      this.#valueClass = valueClass;
      this.#asked = 0;
      this.#answered = 0;
    }
    if (value.length > MAX_LENGTH || this.#isInVain) return undefined;
    const known = this.#known.get(value);
    this.#asked++;
    if (known !== undefined) this.#answered++;
    return known;
  }

  /** Notes the slots that may match a value asked for just now, without those that are known not to. */
  note(value: string, prospects: readonly Prospect[]): void {
    if (value.length > MAX_LENGTH || this.#isInVain) return;
    if (this.#known.size >= MAX_VALUES) this.#known.clear();
    this.#known.set(value, prospects);
  }

  /** No value comes twice: to look each of them up takes longer than it saves. */
  get #isInVain(): boolean {
    return this.#asked >= ENOUGH && this.#answered * 8 < this.#asked;
  }
}
