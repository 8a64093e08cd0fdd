import { lowerCase } from '../bytes/ascii.ts';
import type { TextSites } from '../compile/prefilter/text-sites.ts';
import type { ValueClass } from '../compile/prefilter/value-class.ts';
import type { ValuePlan } from '../compile/prefilter/value-plan.ts';
import type { TransformationSettings } from '../registry/transformation.ts';

/** Shorter values are transformed before they are scanned: many turn out to be one that is known. */
const LONG_VALUE = 2048;
/** Of longer ones that hardly ever come twice only the places are read where something may be. */
const VERY_LONG_VALUE = 4096;

/**
 * What the transformations of a plan make of one value, each distinct result once, with what a scan says of it. There are at most
 * as many as nodes; the value as it is has index 0.
 */
export class DistinctValues {
  /** How many there are. */
  count = 0;
  /** Steps taken; set back by whoever counts them. */
  steps = 0;
  /** By value: the kinds of bytes in it. */
  readonly masks: Int32Array;
  /** By value: the conditions it meets, as bits. */
  readonly met: Int32Array;

  readonly #plan: ValuePlan;
  readonly #settings: TransformationSettings;
  /** Where to look in the values at hand; undefined where they are read from end to end. */
  #sites: TextSites | undefined;
  readonly #words: number;
  readonly #kindCount: number;
  /** Undefined where a value was read without being made. */
  readonly #values: (string | undefined)[] = [];
  readonly #lowered: (string | undefined)[] = [];
  /** By value that was not made: the node it belongs to, and the value that node transforms. */
  readonly #madeAt: Int32Array;
  readonly #madeFrom: Int32Array;
  /** By value and transformation: index of the result plus one, 0 while it is not known. */
  readonly #results: Int32Array;

  constructor(plan: ValuePlan, settings: TransformationSettings) {
    const { scanner, trie } = plan;
    const size = trie.parents.length;
    this.#plan = plan;
    this.#settings = settings;
    this.#words = scanner.words;
    this.#kindCount = trie.kindCount;
    this.masks = new Int32Array(size);
    this.met = new Int32Array(size * this.#words);
    this.#madeAt = new Int32Array(size);
    this.#madeFrom = new Int32Array(size);
    this.#results = new Int32Array(size * this.#kindCount);
  }

  /** Forgets what was there and begins with a value as it is; returns the kinds of its bytes. */
  begin(value: string, valueClass: ValueClass): number {
    this.count = 0;
    const isBody = value.length > VERY_LONG_VALUE && !valueClass.isRecurring;
    this.#sites = isBody ? valueClass.sitesFor(this.#plan.scanner) : undefined;
    this.#add(value);
    return this.masks[0]!;
  }

  /** The same for a value that nothing is to be said of. */
  beginUnscanned(value: string): void {
    this.count = 0;
    this.#values[0] = value;
    this.#lowered[0] = undefined;
  }

  /** Long values, such as bodies, must not outlive their request here. */
  forget(): void {
    this.#values.length = 0;
    this.#lowered.length = 0;
  }

  /** A distinct value; made now if it was only read. */
  at(index: number): string {
    return this.#values[index] ?? this.#make(index);
  }

  loweredAt(index: number): string {
    return (this.#lowered[index] ??= lowerCase(this.at(index)));
  }

  /** Index of what a node makes of a value; it is `count` as it was before if that is a new one. */
  follow(before: number, node: number): number {
    const result = before * this.#kindCount + this.#plan.trie.kinds[node]!;
    let after = this.#results[result]! - 1;
    if (after === -1) {
      after = this.#transform(before, node);
      this.#results[result] = after + 1;
    }
    return after;
  }

  /** A long value that only loses bytes is read without them: hardly any rule asks for it. */
  #transform(before: number, node: number): number {
    const { scanner, trie } = this.#plan;
    const transformation = trie.transformations[node]!;
    const value = this.at(before);
    this.steps += value.length;
    if (transformation.removes === undefined || value.length < LONG_VALUE) {
      const result = transformation.apply(value, this.#settings);
      return result === value ? before : this.#add(result);
    }
    const index = this.count;
    scanner.scanWithout(value, this.masks[before]!, transformation, this.met, index * this.#words);
    this.#madeAt[index] = node;
    this.#madeFrom[index] = before;
    this.#enter(undefined, scanner.mask);
    return index;
  }

  #make(index: number): string {
    const before = this.at(this.#madeFrom[index]!);
    this.steps += before.length;
    const value = this.#plan.trie.transformations[this.#madeAt[index]!]!.apply(before, this.#settings);
    this.#values[index] = value;
    return value;
  }

  /** Index of a value among the distinct ones; a new one is scanned. */
  #add(value: string): number {
    const index = this.count;
    for (let known = 0; known < index; known++) if (this.#values[known] === value) return known;
    const { scanner } = this.#plan;
    if (this.#sites === undefined) scanner.scan(value, this.met, index * this.#words);
    else scanner.scanSites(value, this.met, index * this.#words, this.#sites);
    this.steps += value.length;
    this.#enter(value, scanner.mask);
    return index;
  }

  /** Takes a value that was scanned among the distinct ones. */
  #enter(value: string | undefined, mask: number): void {
    const index = this.count++;
    this.#values[index] = value;
    this.#lowered[index] = undefined;
    this.masks[index] = mask;
    const results = this.#results;
    for (let at = index * this.#kindCount; at < (index + 1) * this.#kindCount; at++) results[at] = 0;
  }
}
