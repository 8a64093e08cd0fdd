import { lowerCase } from '../bytes/ascii.ts';
import type { PhasePlan, Slot, TxProbe } from '../compile/prefilter/phase-plan.ts';
import type { ValueClass } from '../compile/prefilter/source.ts';
import type { TransformationSettings } from '../registry/transformation.ts';
import type { Item } from './collect-targets.ts';

/** A value that a slot has to be asked about, because it meets the condition. */
export interface Prospect {
  readonly slot: Slot;
  readonly value: string;
  /**
   * The value after the transformations of the slot; undefined with `multiMatch`, where each step is tested, and as long as
   * nobody has needed it.
   */
  transformed: string | undefined;
  /** Whether the link matches; undefined until somebody has asked. Depends on nothing but the value. */
  verdict: boolean | undefined;
}

/** What a rule said of the variable of TX it looks at. */
interface TxVerdict {
  readonly value: string;
  readonly key: string | undefined;
  /** What matched; undefined when nothing did. */
  readonly item: Item | undefined;
}

/** Longer values are not remembered. */
const MAX_REMEMBERED_LENGTH = 256;
/** Values remembered for one phase, about a megabyte; those with many prospects count for more. */
const MAX_REMEMBERED = 2048;
const PROSPECTS_PER_VALUE = 4;
/** Variables of TX that rules turn on are numbers and short words. */
const MAX_REMEMBERED_TX_LENGTH = 32;

const NOBODY: readonly Prospect[] = [];

/**
 * Finds out which slots have to be asked about a value: transforms it as the chains of its class want, scans each distinct
 * result once, and names the slots whose condition is met. Judgements of values that recur (header values, names) are kept
 * for later requests; they are functions of the class and the bytes.
 */
export class Judge {
  readonly #plan: PhasePlan;
  /** By number of the class. */
  readonly #remembered: (Map<string, readonly Prospect[]> | undefined)[] = [];
  #rememberedCount = 0;
  /** By position of the rule: the verdict given last. Most exchanges have the same values there. */
  readonly #txVerdicts: (TxVerdict | undefined)[];
  /** Steps the judgements took since they were last asked for. */
  #steps = 0;

  /** The distinct values of the item at hand: the first `#count` of these. */
  readonly #values: string[] = [];
  #count = 0;
  readonly #lowered: (string | undefined)[] = [];
  readonly #masks: number[] = [];
  /** Where the conditions each of them meets end in `#met`; those of the next one begin there. */
  readonly #metEnds: number[] = [];
  readonly #met: number[] = [];
  /** By node: index of its value. */
  readonly #valueOf: Int32Array;
  /** By value and transformation: index of the result plus one, 0 while it is not known. */
  readonly #results: number[] = [];
  readonly #kindCount: number;

  constructor(plan: PhasePlan) {
    this.#plan = plan;
    this.#txVerdicts = plan.txProbes.map(() => undefined);
    this.#valueOf = new Int32Array(plan.trie.parents.length);
    this.#kindCount = plan.trie.kindCount;
  }

  /** The steps of all judgements since the last call. */
  takeSteps(): number {
    const steps = this.#steps;
    this.#steps = 0;
    return steps;
  }

  /** What the rule of a probe said of this value, if that was the last it was asked about. */
  recall(probe: TxProbe, value: string, key: string | undefined): TxVerdict | undefined {
    const last = this.#txVerdicts[probe.position];
    return last !== undefined && last.value === value && last.key === key ? last : undefined;
  }

  remember(probe: TxProbe, value: string, key: string | undefined, item: Item | undefined): void {
    if (!probe.isFixed || value.length > MAX_REMEMBERED_TX_LENGTH) return;
    this.#txVerdicts[probe.position] = { value, key, item };
  }

  judge(value: string, valueClass: ValueClass, settings: TransformationSettings): readonly Prospect[] {
    this.#steps++;
    if (!valueClass.isRecurring || value.length > MAX_REMEMBERED_LENGTH) {
      return this.#judge(value, valueClass, settings);
    }
    let known = this.#remembered[valueClass.number];
    const earlier = known?.get(value);
    if (earlier !== undefined) return earlier;
    const prospects = this.#judge(value, valueClass, settings);
    if (this.#rememberedCount >= MAX_REMEMBERED) {
      this.#remembered.length = 0;
      this.#rememberedCount = 0;
      known = undefined;
    }
    if (known === undefined) {
      known = new Map();
      this.#remembered[valueClass.number] = known;
    }
    known.set(value, prospects);
    this.#rememberedCount += 1 + Math.floor(prospects.length / PROSPECTS_PER_VALUE);
    return prospects;
  }

  #judge(value: string, valueClass: ValueClass, settings: TransformationSettings): readonly Prospect[] {
    this.#count = 0;
    this.#add(value);
    const isOneValue = !valueClass.changesAnything && (this.#masks[0]! & valueClass.triggers) === 0;
    if (!isOneValue) this.#transform(valueClass, settings);

    let prospects: Prospect[] | undefined;
    const { slotsOf } = valueClass;
    let at = 0;
    for (let index = 0; index < this.#count; index++) {
      for (const end = this.#metEnds[index]!; at < end; at++) {
        const slots = slotsOf[this.#met[at]!];
        if (slots === undefined) continue;
        for (const slot of slots) {
          if (!isOneValue && !this.#testsValue(slot, index)) continue;
          prospects ??= [];
          // With `multiMatch` several steps may meet the condition; the rule is asked about all of them together.
          if (slot.link.multiMatch && prospects.some((known) => known.slot === slot)) continue;
          prospects.push(this.#prospectOf(slot, index));
        }
      }
    }
    for (const slot of valueClass.always) {
      prospects ??= [];
      const node = slot.nodes.at(-1)!;
      // What no other slot scans is left undone: the rule may stand behind a jump.
      if (valueClass.isScanned[node] === 0) prospects.push({ slot, value, transformed: undefined, verdict: undefined });
      else prospects.push(this.#prospectOf(slot, isOneValue ? 0 : this.#valueOf[node]!));
    }
    if (value.length > MAX_REMEMBERED_LENGTH) this.#forgetValues();
    return prospects ?? NOBODY;
  }

  /** Walks the chains of the class; a transformation whose trigger bytes are absent is not even called. */
  #transform(valueClass: ValueClass, settings: TransformationSettings): void {
    const { parents, kinds, transformations, triggers } = this.#plan.trie;
    this.#valueOf[0] = 0;
    for (const node of valueClass.nodes) {
      const before = this.#valueOf[parents[node]!]!;
      const needed = triggers[node];
      let after = before;
      if (needed === undefined || (this.#masks[before]! & needed) !== 0) {
        const slot = before * this.#kindCount + kinds[node]!;
        after = this.#results[slot]! - 1;
        if (after === -1) {
          const value = this.#values[before]!;
          this.#steps += value.length;
          after = this.#add(transformations[node]!.apply(value, settings));
          this.#results[slot] = after + 1;
        }
      }
      this.#valueOf[node] = after;
    }
  }

  /** Index of a value among the distinct ones; a new one is scanned. */
  #add(value: string): number {
    for (let index = 0; index < this.#count; index++) if (this.#values[index] === value) return index;
    const { scanner } = this.#plan;
    scanner.scan(value);
    this.#steps += value.length;
    let end = this.#count === 0 ? 0 : this.#metEnds[this.#count - 1]!;
    for (let index = 0; index < scanner.count; index++) this.#met[end++] = scanner.met[index]!;
    this.#values[this.#count] = value;
    this.#lowered[this.#count] = undefined;
    this.#masks[this.#count] = scanner.mask;
    this.#results.fill(0, this.#count * this.#kindCount, (this.#count + 1) * this.#kindCount);
    while (this.#results.length < (this.#count + 1) * this.#kindCount) this.#results.push(0);
    this.#metEnds[this.#count] = end;
    return this.#count++;
  }

  /** Long values, such as bodies, must not outlive their request here. */
  #forgetValues(): void {
    this.#values.length = 0;
    this.#lowered.length = 0;
  }

  /** Whether a slot tests the distinct value of this index. */
  #testsValue({ nodes }: Slot, index: number): boolean {
    for (const node of nodes) if (this.#valueOf[node] === index) return true;
    return false;
  }

  #prospectOf(slot: Slot, index: number): Prospect {
    let transformed: string | undefined;
    if (slot.isLowered) transformed = this.#lowered[index] ??= lowerCase(this.#values[index]!);
    else transformed = this.#values[index]!;
    if (slot.link.multiMatch) transformed = undefined;
    return { slot, value: this.#values[0]!, transformed, verdict: undefined };
  }
}
