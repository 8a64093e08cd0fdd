import { GUARD, type PhasePlan } from '../compile/prefilter/phase-plan.ts';
import type { Link, Program, Rule } from '../compile/program.ts';
import type { TargetRemoval } from '../registry/transaction-state.ts';
import type { Item } from './collect-targets.ts';
import type { ExchangeState } from './exchange-state.ts';
import type { Foregone } from './foregone.ts';
import type { Looks } from './looks.ts';
import { Prober } from './prober.ts';
import type { TxStretches } from './tx-stretches.ts';
import { TxWalk } from './tx-walk.ts';
import type { VainChainReport, VainChains } from './vain-chains.ts';
import { type SurveyedPhase, ValueSurvey } from './value-survey.ts';

/** What is made at load for a phase, and what its judgements remember. */
export interface PreparedPhase extends SurveyedPhase {
  readonly stretches: TxStretches;
  readonly chains: VainChains;
}

/**
 * What can be said of the rules of a phase before they are run: which ones cannot match, and of the others which values can
 * be left out. It never says that a rule matches; that is found out, with all its consequences, by running it.
 */
export class Foresight {
  readonly #plan: PhasePlan;
  readonly #survey: ValueSurvey;
  readonly #prober: Prober;
  readonly #walk: TxWalk;
  readonly #chains: VainChains;
  /** The run of a chained rule that may turn out to be in vain. */
  #report: VainChainReport | undefined;
  readonly #rules: readonly Rule[];
  readonly #state: ExchangeState;
  readonly #foregone: readonly Foregone[];
  /** Index of the first of them that has not been passed. */
  #nextForegone = 0;

  /** The values of the rule found last that are known to match, where it looks at variables of TX. */
  #found: readonly Item[] | undefined;

  constructor(
    phase: PreparedPhase,
    program: Program,
    rules: readonly Rule[],
    state: ExchangeState,
    {
      looks,
      foregone,
      leavesMatches,
    }: {
      readonly looks: Looks;
      readonly foregone: readonly Foregone[];
      readonly leavesMatches: boolean;
    },
  ) {
    const { plan, stretches, chains } = phase;
    this.#plan = plan;
    this.#prober = new Prober(program.settings, state);
    this.#survey = new ValueSurvey(phase, program.settings, state, this.#prober, looks);
    this.#walk = new TxWalk(plan.txSteps, stretches, { rules, state, leavesMatches });
    this.#chains = chains;
    this.#rules = rules;
    this.#state = state;
    this.#foregone = foregone;
  }

  /** Whether the last search ended because it is somebody else's turn; asking again with its answer goes on with it. */
  get isInterrupted(): boolean {
    return this.#survey.isInterrupted;
  }

  /**
   * Position of the first rule from `position` on that may match; the number of rules when there is none. Rules that turn on
   * TX alone are passed on the way, whatever they do to it.
   */
  next(position: number): number {
    this.#found = undefined;
    this.#report = undefined;
    this.#survey.isInterrupted = false;
    let at = position;
    for (;;) {
      const foregone = this.#foregone[this.#nextForegone];
      if (foregone === undefined) return this.#nextBefore(at, this.#rules.length);
      if (at <= foregone.from) {
        at = this.#nextBefore(at, foregone.from);
        if (at < foregone.from) return at;
        if (at === foregone.from && this.#pass(foregone)) at = foregone.to;
      }
      this.#nextForegone++;
    }
  }

  /** The first rule that may match; if there is none below `end`, where the search ended: at `end`, or where a jump led. */
  #nextBefore(position: number, end: number): number {
    const { guards, txSteps } = this.#plan;
    const survey = this.#survey;
    let at = survey.prospective.from(position);
    while (at < end) {
      const guard = guards[at];
      if (txSteps[at] !== undefined && !survey.isBlind) {
        const to = this.#walk.pass(at, survey.prospective);
        if (to === at) {
          this.#found = this.#walk.found;
          return at;
        }
        if (to >= end) return to;
        at = survey.prospective.from(to);
        continue;
      }
      if (guard === GUARD.none || survey.isBlind) return at;
      if ((guard === GUARD.foresee ? survey.mayMatch(at) : this.#probe(at)) && !this.#repeats(at)) return at;
      at = survey.prospective.from(at + 1);
    }
    return end;
  }

  /** Does to the exchange what foregone rules would do, unless something of it may make a difference to them. */
  #pass({ before, after, matched, highestSeverity }: Foregone): boolean {
    const state = this.#state;
    if (!state.tx.isAt(before) || state.removals.hasAny || state.budget.exceeded) return false;
    if (after !== before) {
      state.ignoreChanges();
      state.tx.restore(after);
    }
    if (matched === undefined) return true;
    state.ignoreChanges();
    state.noteMatched(matched, matched.value);
    state.highestSeverity = Math.min(state.highestSeverity, highestSeverity);
    return true;
  }

  /** Tries the first link of a rule. */
  #probe(position: number): boolean {
    if (this.#state.budget.exceeded) return true;
    const simple = this.#plan.txProbes[position];
    if (simple === undefined) return this.#prober.mayMatch(this.#rules[position]!);
    const items = this.#walk.ask(simple);
    if (items?.length === 0) return false;
    // What a match sets may turn the verdict on the values behind it.
    this.#found = simple.isFixed ? items : undefined;
    return true;
  }

  /** Whether a chained rule that has to be run would do what it is known to do, and that is done. */
  #repeats(position: number): boolean {
    if (this.#survey.isInterrupted || this.#survey.isBlind) return false;
    const { removals } = this.#state;
    const rule = this.#rules[position]!;
    if (removals.isRemoved(rule) || removals.targetsOf(rule) !== undefined) return false;
    if (this.#chains.repeat(position, this.#state)) {
      this.#found = undefined;
      return true;
    }
    this.#report = this.#chains.begin(position, this.#state);
    return false;
  }

  /** To be told when the rule found last has run, and a later link than the first did not match. */
  noteVain(): void {
    if (this.#report !== undefined) this.#chains.end(this.#report, this.#state);
  }

  /** The values of the first link of the rule found last that may match, transformed; undefined when all have to be asked about. */
  itemsOf(position: number, removals: readonly TargetRemoval[] | undefined): readonly Item[] | undefined {
    if (this.#found !== undefined && removals === undefined) return this.#found;
    return this.#survey.itemsOf(position, removals);
  }

  /** The same for a later link of that rule. */
  itemsOfLater(
    position: number,
    link: Link,
    removals: readonly TargetRemoval[] | undefined,
  ): readonly Item[] | undefined {
    return this.#survey.itemsOfLater(position, link, removals);
  }
}
