import { GUARD, type PhasePlan } from '../compile/prefilter/phase-plan.ts';
import type { Link, Program, Rule } from '../compile/program.ts';
import type { TargetRemoval } from '../registry/transaction-state.ts';
import type { Item } from './collect-targets.ts';
import type { ExchangeState } from './exchange-state.ts';
import type { Foregone } from './foregone.ts';
import { type Passage, PassageReport, type Passages } from './passages.ts';
import { Prober } from './prober.ts';
import { QuietMatches } from './quiet-matches.ts';
import { RemovalWatch } from './spared-rules.ts';
import type { TxStretches } from './tx-stretches.ts';
import { TxWalk } from './tx-walk.ts';
import type { VainChainReport, VainChains } from './vain-chains.ts';
import { type SurveyedPhase, ValueSurvey } from './value-survey.ts';

/** What is made at load for a phase, and what its judgements remember. */
export interface PreparedPhase extends SurveyedPhase {
  readonly stretches: TxStretches;
  readonly chains: VainChains;
  /** Undefined where conditions are measured. */
  readonly passages: Passages | undefined;
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
  /** Undefined where matches are left to the plain run. */
  readonly #quiet: QuietMatches | undefined;
  readonly #chains: VainChains;
  readonly #passages: Passages | undefined;
  readonly #removals: RemovalWatch | undefined;
  /** The run of a chained rule that may turn out to be in vain. */
  #report: VainChainReport | undefined;
  readonly #rules: readonly Rule[];
  readonly #state: ExchangeState;
  readonly #foregone: readonly Foregone[];
  /** Index of the first of them that has not been passed. */
  #nextForegone = 0;

  /** Whether passages are noted and gone by: not behind one that did not hold, up to the next match. */
  #isNoting = true;
  /** The values of the rule found last that are known to match, where it looks at variables of TX. */
  #found: readonly Item[] | undefined;

  constructor(
    phase: PreparedPhase,
    program: Program,
    rules: readonly Rule[],
    state: ExchangeState,
    {
      foregone,
      leavesMatches,
    }: {
      readonly foregone: readonly Foregone[];
      readonly leavesMatches: boolean;
    },
  ) {
    const { plan, stretches, chains, passages } = phase;
    this.#plan = plan;
    this.#prober = new Prober(program.settings, state);
    this.#survey = new ValueSurvey(phase, program.settings, state, this.#prober);
    this.#walk = new TxWalk(plan.txSteps, stretches, { rules, state, leavesMatches });
    this.#quiet = leavesMatches
      ? undefined
      : new QuietMatches(plan, rules, { state, survey: this.#survey, prober: this.#prober });
    this.#chains = chains;
    this.#passages = passages;
    this.#removals = passages && new RemovalWatch(passages.rules, state.removals);
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
        if (at === foregone.from && this.#forego(foregone)) at = foregone.to;
      }
      this.#nextForegone++;
    }
  }

  /** The first rule that may match; if there is none below `end`, where the search ended: at `end`, or where a jump led. */
  #nextBefore(position: number, end: number): number {
    const survey = this.#survey;
    let at = survey.prospective.from(position);
    this.#isNoting = true;
    let report: PassageReport | undefined;
    while (at < end) {
      let passage: Passage | undefined;
      if (report === undefined && this.#canBeginPassage(at)) {
        passage = this.#findPassage(at);
        this.#isNoting = passage === undefined ? this.#passages!.isWanted(at) : this.#leap(passage, at);
        if (this.isInterrupted) return at;
        if (!this.#isNoting) passage = undefined;
        else if (passage?.isFinal !== true) report = new PassageReport(at, this.#rules.length, this.#state, passage);
      }
      const to = passage?.to ?? this.#pass(at, report);
      if (report?.isClosed === true) {
        this.#endReport(report, at);
        report = undefined;
      }
      if (to === at || to >= end) {
        this.#endReport(report, to);
        return to;
      }
      at = survey.prospective.from(to);
      report?.notePassed(to, Math.min(at, end));
    }
    this.#endReport(report, end);
    return end;
  }

  #canBeginPassage(at: number): boolean {
    if (!this.#isNoting || this.#passages?.canBegin(at) !== true) return false;
    return this.#removals!.areSpared && !this.#survey.isBlind && !this.#state.budget.exceeded;
  }

  #findPassage(from: number): Passage | undefined {
    const { budget } = this.#state;
    const passage = this.#passages!.find(from, this.#state);
    if (!budget.exceeded) return passage;
    // Running the rule will note it.
    budget.exceeded = false;
    return undefined;
  }

  /** Passes the rules from here on as they were passed before; false where one of them may match a value this time. */
  #leap(passage: Passage, from: number): boolean {
    const survey = this.#survey;
    const { passed, to } = passage;
    for (let at = from; ; at++) {
      at = passed.firstInBoth(survey.prospective, at);
      if (at >= to) break;
      if (survey.mayMatch(at)) return false;
    }
    this.#walk.leap(passage);
    return true;
  }

  #endReport(report: PassageReport | undefined, to: number): void {
    if (report === undefined || this.isInterrupted || this.#survey.isBlind || this.#state.budget.exceeded) return;
    this.#passages?.remember(report, to);
  }

  /** Passes the rule at a position, and those behind it that turn on TX alone; gives the same one when it has to be run. */
  #pass(at: number, report: PassageReport | undefined): number {
    const { guards, txSteps, probeInputs } = this.#plan;
    const survey = this.#survey;
    const guard = guards[at];
    if (txSteps[at] !== undefined && !survey.isBlind) {
      const to = this.#walk.pass(at, survey.prospective);
      if (to === at) return this.#passMatch(at, report, this.#walk.found);
      report?.noteStretch(this.#walk.stretch);
      return to;
    }
    if (guard === GUARD.none || survey.isBlind) return at;
    const mayMatch = guard === GUARD.foresee ? survey.mayMatch(at) : this.#probe(at);
    if (mayMatch) return this.#passMatch(at, report, this.#found);
    if (guard === GUARD.foresee) report?.notePassed(at, at + 1);
    else report?.noteProbe(probeInputs[at]);
    return at + 1;
  }

  /**
   * Does what the rule at a position does, whose first link may match, where that is known; gives the same position when it has to be
   * run. `found`: the values that match, where it looks at TX alone.
   */
  #passMatch(at: number, report: PassageReport | undefined, found: readonly Item[] | undefined): number {
    this.#found = found;
    if (this.#survey.isInterrupted || this.#survey.isBlind) return at;
    const { removals } = this.#state;
    const rule = this.#rules[at]!;
    if (removals.isRemoved(rule) || removals.targetsOf(rule) !== undefined) return at;
    const isRepeated = this.#chains.repeat(at, this.#state);
    const to = isRepeated ? at + 1 : (this.#quiet?.pass(at, found) ?? at);
    if (to === at) {
      this.#report = this.#chains.begin(at, this.#state);
      return at;
    }
    if (isRepeated) report?.noteChain(this.#chains.silentRepetition(at));
    else {
      report?.close();
      this.#isNoting = true;
    }
    this.#found = undefined;
    return to;
  }

  /** Does to the exchange what foregone rules would do, unless something of it may make a difference to them. */
  #forego({ before, after, matched, highestSeverity }: Foregone): boolean {
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
