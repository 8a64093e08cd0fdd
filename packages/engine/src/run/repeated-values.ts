import type { ValueClass } from '../compile/prefilter/value-class.ts';
import type { Prospect } from './judgement.ts';

/** Longer values are not remembered, nor more than so many: both keep what a request can hold small. */
const MAX_LENGTH = 64;
const MAX_VALUES = 4096;

/**
 * What has been found out about the values of one request that has many: lists and tables repeat the same few words thousands
 * of times. Of one class of values at a time, since neighbours mostly are of the same.
 */
export class RepeatedValues {
  readonly #known = new Map<string, readonly Prospect[]>();
  #valueClass: ValueClass | undefined;

  /** What was noted about the value; undefined when nothing was. */
  recall(value: string, valueClass: ValueClass): readonly Prospect[] | undefined {
    return valueClass === this.#valueClass ? this.#known.get(value) : undefined;
  }

  /** Notes the slots that may match a value, without those that are known not to. */
  note(value: string, valueClass: ValueClass, prospects: readonly Prospect[]): void {
    if (value.length > MAX_LENGTH) return;
    if (valueClass !== this.#valueClass || this.#known.size >= MAX_VALUES) this.#known.clear();
    this.#valueClass = valueClass;
    this.#known.set(value, prospects);
  }
}
