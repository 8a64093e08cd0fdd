import type { ValueClass } from '../compile/prefilter/value-class.ts';
import type { ValuePlan } from '../compile/prefilter/value-plan.ts';
import type { TransformationSettings } from '../registry/transformation.ts';
import { type Inquiry, Judgement, NOBODY, type Prospect } from './judgement.ts';
import { JudgementMemory } from './judgement-memory.ts';

/** Longer values are not remembered. */
const MAX_REMEMBERED_LENGTH = 256;

/**
 * Judges values one after the other. Judgements of values that recur (header values, names) are kept for later requests; they
 * are functions of the class and the bytes.
 */
export class Judge {
  readonly #plan: ValuePlan;
  readonly #settings: TransformationSettings;
  readonly #remembered = new JudgementMemory();
  readonly #judgement: Judgement;
  /** Values found in memory take a step as well. */
  #recalled = 0;

  constructor(plan: ValuePlan, settings: TransformationSettings) {
    this.#plan = plan;
    this.#settings = settings;
    this.#judgement = new Judgement(plan, settings);
  }

  /** The steps of all judgements since the last call. */
  takeSteps(): number {
    const steps = this.#recalled + this.#judgement.takeSteps();
    this.#recalled = 0;
    return steps;
  }

  /** The slots that have to be asked about a value; with an inquiry those it does not say no to. */
  judge(value: string, valueClass: ValueClass, inquiry?: Inquiry): readonly Prospect[] {
    if (!valueClass.isRecurring || value.length > MAX_REMEMBERED_LENGTH) {
      return this.#judge(value, valueClass, inquiry);
    }
    const prospects = this.#judgeRecurring(value, valueClass);
    if (inquiry === undefined || prospects.length === 0) return prospects;
    return prospects.filter((prospect) => inquiry.isInQuestion(prospect));
  }

  /** The same for a value that is one of so many that they would drive each other out of memory. */
  judgeOnce(value: string, valueClass: ValueClass, inquiry: Inquiry): readonly Prospect[] {
    return this.#judge(value, valueClass, inquiry);
  }

  /** A judgement with room of its own, for a value so long that others may be judged while it is under way. */
  begin(value: string, valueClass: ValueClass): Judgement {
    const judgement = new Judgement(this.#plan, this.#settings);
    judgement.begin(value, valueClass);
    return judgement;
  }

  #judgeRecurring(value: string, valueClass: ValueClass): readonly Prospect[] {
    const { number } = valueClass;
    const earlier = this.#remembered.recall(number, value);
    if (earlier !== undefined) {
      this.#recalled++;
      return earlier.length === 0 ? earlier : this.#open(earlier, number, value);
    }
    const prospects = this.#judge(value, valueClass);
    this.#remembered.remember(number, value, prospects);
    return prospects;
  }

  #judge(value: string, valueClass: ValueClass, inquiry?: Inquiry): readonly Prospect[] {
    const judgement = this.#judgement;
    judgement.begin(value, valueClass);
    judgement.proceed();
    const prospects = judgement.prospects(inquiry);
    if (value.length > MAX_REMEMBERED_LENGTH) judgement.forget();
    return prospects;
  }

  /** What is left of a remembered judgement: slots that have said no since are not asked again. */
  #open(prospects: readonly Prospect[], number: number, value: string): readonly Prospect[] {
    for (const { verdict } of prospects) if (verdict !== false) return prospects;
    this.#remembered.remember(number, value, NOBODY);
    return NOBODY;
  }
}
