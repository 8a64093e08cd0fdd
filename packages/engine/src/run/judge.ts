import { lowerCase } from '../bytes/ascii.ts';
import type { PhasePlan, Slot } from '../compile/prefilter/phase-plan.ts';
import type { ValueClass } from '../compile/prefilter/source.ts';
import type { TransformationSettings } from '../registry/transformation.ts';

/** A value that a slot has to be asked about, because it meets the condition. */
export interface Prospect {
  readonly slot: Slot;
  /** The value after the transformations of the slot. */
  readonly value: string;
  /** Whether the link matches; undefined until somebody has asked. Depends on nothing but the value. */
  verdict: boolean | undefined;
}

/** Longer values are not remembered. */
const MAX_REMEMBERED_LENGTH = 256;
/** Values remembered for one phase: about a megabyte. */
const MAX_REMEMBERED = 2048;

const NOBODY: readonly Prospect[] = [];

/**
 * Finds out which slots have to be asked about a value: transforms it as the chains of its class want, scans each distinct
 * result once, and names the slots whose condition is met. Judgements of values that recur (header values, names) are kept
 * for later requests; they are functions of the class and the bytes.
 */
export class Judge {
  readonly #plan: PhasePlan;
  readonly #remembered = new Map<ValueClass, Map<string, readonly Prospect[]>>();
  #rememberedCount = 0;
  /** Steps the judgements took since they were last asked for. */
  #steps = 0;

  /** The distinct values of the item at hand, and for each where the conditions it meets begin in `#met`. */
  readonly #values: string[] = [];
  readonly #masks: number[] = [];
  readonly #metFrom: number[] = [];
  readonly #met: number[] = [];
  /** By node: index of its value. */
  readonly #valueOf: Int32Array;

  constructor(plan: PhasePlan) {
    this.#plan = plan;
    this.#valueOf = new Int32Array(plan.trie.parents.length);
  }

  /** The steps of all judgements since the last call. */
  takeSteps(): number {
    const steps = this.#steps;
    this.#steps = 0;
    return steps;
  }

  judge(value: string, valueClass: ValueClass, settings: TransformationSettings): readonly Prospect[] {
    this.#steps++;
    if (!valueClass.isRecurring || value.length > MAX_REMEMBERED_LENGTH) {
      return this.#judge(value, valueClass, settings);
    }
    let known = this.#remembered.get(valueClass);
    const earlier = known?.get(value);
    if (earlier !== undefined) return earlier;
    const prospects = this.#judge(value, valueClass, settings);
    if (this.#rememberedCount >= MAX_REMEMBERED) {
      this.#remembered.clear();
      this.#rememberedCount = 0;
      known = undefined;
    }
    if (known === undefined) {
      known = new Map();
      this.#remembered.set(valueClass, known);
    }
    known.set(value, prospects);
    this.#rememberedCount++;
    return prospects;
  }

  #judge(value: string, valueClass: ValueClass, settings: TransformationSettings): readonly Prospect[] {
    this.#values.length = 0;
    this.#masks.length = 0;
    this.#metFrom.length = 0;
    this.#met.length = 0;
    this.#add(value);
    const isOneValue = !valueClass.changesAnything && (this.#masks[0]! & valueClass.triggers) === 0;
    if (!isOneValue) this.#transform(valueClass, settings);

    let prospects: Prospect[] | undefined;
    const { slotsOfCondition } = this.#plan;
    for (let index = 0; index < this.#values.length; index++) {
      const end = this.#metFrom[index + 1] ?? this.#met.length;
      for (let at = this.#metFrom[index]!; at < end; at++) {
        for (const slot of slotsOfCondition[this.#met[at]!]!) {
          if (valueClass.has[slot.number] === 0) continue;
          if (isOneValue ? index !== 0 : this.#valueOf[slot.node] !== index) continue;
          prospects ??= [];
          prospects.push(prospectOf(slot, this.#values[index]!));
        }
      }
    }
    for (const slot of valueClass.always) {
      prospects ??= [];
      prospects.push(prospectOf(slot, this.#values[isOneValue ? 0 : this.#valueOf[slot.node]!]!));
    }
    return prospects ?? NOBODY;
  }

  /** Walks the chains of the class; a transformation whose trigger bytes are absent is not even called. */
  #transform(valueClass: ValueClass, settings: TransformationSettings): void {
    const { parents, transformations, triggers } = this.#plan.trie;
    this.#valueOf[0] = 0;
    for (const node of valueClass.nodes) {
      const before = this.#valueOf[parents[node]!]!;
      const needed = triggers[node];
      let after = before;
      if (needed === undefined || (this.#masks[before]! & needed) !== 0) {
        const value = this.#values[before]!;
        this.#steps += value.length;
        const changed = transformations[node]!.apply(value, settings);
        if (changed !== value) after = this.#add(changed);
      }
      this.#valueOf[node] = after;
    }
  }

  /** Index of a value among the distinct ones; a new one is scanned. */
  #add(value: string): number {
    const known = this.#values.indexOf(value);
    if (known !== -1) return known;
    const { scanner } = this.#plan;
    scanner.scan(value);
    this.#steps += value.length;
    this.#masks.push(scanner.mask);
    this.#metFrom.push(this.#met.length);
    for (let index = 0; index < scanner.count; index++) this.#met.push(scanner.met[index]!);
    return this.#values.push(value) - 1;
  }
}

function prospectOf(slot: Slot, value: string): Prospect {
  return { slot, value: slot.isLowered ? lowerCase(value) : value, verdict: undefined };
}
