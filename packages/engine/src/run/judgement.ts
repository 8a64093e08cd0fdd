import { lowerCase } from '../bytes/ascii.ts';
import type { Course, ValueClass } from '../compile/prefilter/value-class.ts';
import type { Slot, ValuePlan } from '../compile/prefilter/value-plan.ts';
import type { TransformationSettings } from '../registry/transformation.ts';

/** A value that a slot has to be asked about, because it meets the condition. */
export interface Prospect {
  readonly slot: Slot;
  readonly value: string;
  /**
   * The value after the transformations of the slot; undefined with `multiMatch`, where each step is tested, and as long as
   * nobody has needed it.
   */
  transformed: string | undefined;
  /** With `multiMatch` the distinct values it tests, where they are known. */
  readonly steps: readonly string[] | undefined;
  /** Whether the link matches; undefined until somebody has asked. Depends on nothing but the value. */
  verdict: boolean | undefined;
}

/** Whether a slot may match its value, as far as can be said beforehand. */
export type MayMatch = (prospect: Prospect) => boolean;

/** One that is not handed out yet. */
type Candidate = { -readonly [Key in keyof Prospect]: Prospect[Key] };

export const NOBODY: readonly Prospect[] = [];

/**
 * Finds out which slots have to be asked about a value: transforms it as the chains of its class want, scans each distinct
 * result once, and names the slots whose condition is met. One value at a time; between two results it can be interrupted.
 */
export class Judgement {
  readonly #plan: ValuePlan;
  readonly #settings: TransformationSettings;
  /** Steps taken since they were last asked for. */
  #steps = 0;
  #valueClass: ValueClass | undefined;
  #course: Course | undefined;
  /** Index in the course of the node to come to next. */
  #next = 0;
  /** Prospects found so far; most values have none, and then it serves the next value. */
  #found: Prospect[] = [];
  /** A candidate that was turned down, for the next one. */
  #spare: Candidate | undefined;
  /** Slots with `multiMatch` that have been considered. */
  readonly #considered: Slot[] = [];

  /** The distinct values of the item at hand: the first `#count` of these. There are at most as many as nodes. */
  readonly #values: string[] = [];
  #count = 0;
  readonly #lowered: (string | undefined)[] = [];
  readonly #masks: Int32Array;
  /** By value: the conditions it meets, and those that are tested on it, as bits. */
  readonly #met: Int32Array;
  readonly #tested: Int32Array;
  readonly #words: number;
  /** By node: index of its value. */
  readonly #valueOf: Int32Array;
  /** By value and transformation: index of the result plus one, 0 while it is not known. */
  readonly #results: Int32Array;
  readonly #kindCount: number;

  constructor(plan: ValuePlan, settings: TransformationSettings) {
    const { scanner, trie } = plan;
    const size = trie.parents.length;
    this.#plan = plan;
    this.#settings = settings;
    this.#words = scanner.words;
    this.#kindCount = trie.kindCount;
    this.#valueOf = new Int32Array(size);
    this.#masks = new Int32Array(size);
    this.#met = new Int32Array(size * this.#words);
    this.#tested = new Int32Array(size * this.#words);
    this.#results = new Int32Array(size * this.#kindCount);
  }

  /** The steps taken since the last call. */
  takeSteps(): number {
    const steps = this.#steps;
    this.#steps = 0;
    return steps;
  }

  /** The value as it is; `proceed` does the rest. */
  begin(value: string, valueClass: ValueClass): void {
    this.#steps++;
    this.#count = 0;
    this.#next = 0;
    this.#valueClass = valueClass;
    this.#course = undefined;
    if (!valueClass.hasConditions) {
      this.#values[0] = value;
      this.#lowered[0] = undefined;
      return;
    }
    this.#add(value);
    this.#course = valueClass.courseFor(this.#masks[0]!);
    for (let word = 0; word < this.#words; word++) this.#tested[word] = this.#course.plain[word]!;
    if (this.#course.nodes.length > 0) this.#valueOf.fill(0);
  }

  /** Goes on to the end, or to where `isInterrupted` says so behind a result that took work. True when it is complete. */
  proceed(isInterrupted?: () => boolean): boolean {
    const course = this.#course;
    if (course === undefined) return true;
    const { nodes } = course;
    while (this.#next < nodes.length) {
      const before = this.#steps;
      this.#visit(nodes[this.#next++]!);
      if (isInterrupted !== undefined && this.#steps !== before && isInterrupted()) return false;
    }
    return true;
  }

  /**
   * The slots to ask, once it is complete. With `mayMatch` they are asked at once, and those are left out for which it says no:
   * where values are many, most prospects would be made to be thrown away.
   */
  prospects(mayMatch?: MayMatch): readonly Prospect[] {
    const valueClass = this.#valueClass!;
    const isOneValue = this.#isOneValue;
    const found = this.#found;
    if (this.#considered.length > 0) this.#considered.length = 0;
    if (this.#course !== undefined) this.#meetConditions(valueClass, isOneValue, found, mayMatch);
    for (const slot of valueClass.always) {
      const node = slot.nodes.at(-1)!;
      // What no other slot scans is left undone: the rule may stand behind a jump.
      const index = valueClass.isScanned[node] === 0 ? -1 : isOneValue ? 0 : this.#valueOf[node]!;
      this.#consider(slot, index, found, mayMatch);
    }
    if (found.length === 0) return NOBODY;
    this.#found = [];
    return found;
  }

  /** Long values, such as bodies, must not outlive their request here. */
  forget(): void {
    this.#values.length = 0;
    this.#lowered.length = 0;
    this.#spare = undefined;
  }

  /** No transformation changes the value. */
  get #isOneValue(): boolean {
    return this.#course === undefined || this.#course.nodes.length === 0;
  }

  /** The slots whose condition is met by a value they test; most values meet none. */
  #meetConditions(valueClass: ValueClass, isOneValue: boolean, found: Prospect[], mayMatch?: MayMatch): void {
    const words = this.#words;
    for (let index = 0; index < this.#count; index++) {
      for (let word = 0; word < words; word++) {
        let conditions = this.#met[index * words + word]! & this.#tested[index * words + word]!;
        for (; conditions !== 0; conditions &= conditions - 1) {
          const condition = word * 32 + 31 - Math.clz32(conditions & -conditions);
          for (const slot of valueClass.slotsOf[condition]!) {
            if (!isOneValue && !this.#testsValue(slot, index)) continue;
            // With `multiMatch` several steps may meet the condition; the rule is asked about all of them together.
            if (slot.link.multiMatch) {
              if (this.#considered.includes(slot)) continue;
              this.#considered.push(slot);
            }
            this.#consider(slot, index, found, mayMatch);
          }
        }
      }
    }
  }

  /** The distinct values a slot with `multiMatch` tests; `lowercase` at the end of a chain has no node. */
  #stepsOf({ nodes, isLowered }: Slot): readonly string[] {
    const steps: string[] = [];
    const isOneValue = this.#isOneValue;
    for (const node of nodes) {
      const value = this.#values[isOneValue ? 0 : this.#valueOf[node]!]!;
      if (!steps.includes(value)) steps.push(value);
    }
    if (isLowered) steps.push(this.#loweredAt(isOneValue ? 0 : this.#valueOf[nodes.at(-1)!]!));
    return steps;
  }

  #loweredAt(index: number): string {
    return (this.#lowered[index] ??= lowerCase(this.#values[index]!));
  }

  /** Adds a slot and the distinct value it tests, -1 where that was not worked out, unless `mayMatch` says no. */
  #consider(slot: Slot, index: number, found: Prospect[], mayMatch?: MayMatch): void {
    let transformed: string | undefined;
    let steps: readonly string[] | undefined;
    if (index !== -1) {
      if (slot.link.multiMatch) steps = this.#stepsOf(slot);
      else transformed = slot.isLowered ? this.#loweredAt(index) : this.#values[index]!;
    }
    const candidate = this.#spare ?? { slot, value: '', transformed, steps, verdict: undefined };
    this.#spare = undefined;
    candidate.slot = slot;
    candidate.value = this.#values[0]!;
    candidate.transformed = transformed;
    candidate.steps = steps;
    candidate.verdict = undefined;
    if (mayMatch === undefined || mayMatch(candidate)) found.push(candidate);
    else this.#spare = candidate;
  }

  /** Works out the value of a node; a transformation whose trigger bytes are absent is not even called. */
  #visit(node: number): void {
    const { parents, kinds, transformations, triggers } = this.#plan.trie;
    const words = this.#words;
    const before = this.#valueOf[parents[node]!]!;
    const needed = triggers[node];
    let after = before;
    if (needed === undefined || (this.#masks[before]! & needed) !== 0) {
      const slot = before * this.#kindCount + kinds[node]!;
      after = this.#results[slot]! - 1;
      if (after === -1) {
        const value = this.#values[before]!;
        this.#steps += value.length;
        after = this.#add(transformations[node]!.apply(value, this.#settings));
        this.#results[slot] = after + 1;
      }
    }
    this.#valueOf[node] = after;
    const conditions = this.#valueClass!.conditionsAt[node];
    if (conditions === undefined) return;
    for (let word = 0; word < words; word++) this.#tested[after * words + word]! |= conditions[word]!;
  }

  /** Index of a value among the distinct ones; a new one is scanned. */
  #add(value: string): number {
    const index = this.#count;
    for (let known = 0; known < index; known++) if (this.#values[known] === value) return known;
    const { scanner } = this.#plan;
    const words = this.#words;
    scanner.scan(value, this.#met, index * words);
    this.#steps += value.length;
    this.#values[index] = value;
    this.#lowered[index] = undefined;
    this.#masks[index] = scanner.mask;
    const tested = this.#tested;
    for (let at = index * words; at < (index + 1) * words; at++) tested[at] = 0;
    const results = this.#results;
    for (let at = index * this.#kindCount; at < (index + 1) * this.#kindCount; at++) results[at] = 0;
    this.#count++;
    return index;
  }

  /** Whether a slot tests the distinct value of this index. */
  #testsValue({ nodes }: Slot, index: number): boolean {
    for (const node of nodes) if (this.#valueOf[node] === index) return true;
    return false;
  }
}
