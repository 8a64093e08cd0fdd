import type { PhasePlan } from '../compile/prefilter/phase-plan.ts';
import type { Rule } from '../compile/program.ts';
import { type Member, NO_MEMBERS } from '../registry/member.ts';
import { type Item, MatchedMember } from './collect-targets.ts';
import type { ExchangeState } from './exchange-state.ts';
import type { Prober } from './prober.ts';
import { positionBehind } from './rule-order.ts';
import type { ValueSurvey } from './value-survey.ts';

/** A rule that matches more values is run: there others may have a turn between two of them. */
const MAX_MATCHES = 16;

/** Does what rules do that match and leave no record of it, without the plain run of a phase. */
export class QuietMatches {
  readonly #plan: PhasePlan;
  readonly #rules: readonly Rule[];
  readonly #state: ExchangeState;
  readonly #survey: ValueSurvey;
  readonly #prober: Prober;

  /** `rules`: those of the phase. */
  constructor(
    plan: PhasePlan,
    rules: readonly Rule[],
    { state, survey, prober }: { readonly state: ExchangeState; readonly survey: ValueSurvey; readonly prober: Prober },
  ) {
    this.#plan = plan;
    this.#rules = rules;
    this.#state = state;
    this.#survey = survey;
    this.#prober = prober;
  }

  /**
   * Passes the rule at a position, whose first link may match and of which nothing is removed; gives the position to go on from: the
   * same one when the rule has to be run. `found`: the values of TX that match, where that is all it looks at.
   */
  pass(position: number, found?: readonly Item[]): number {
    if (this.#plan.isQuiet[position] === 0) return position;
    const rule = this.#rules[position]!;
    const { budget } = this.#state;
    const next = rule.links[1];
    // The values of a later link stay the same for the phase, whatever this one does.
    if (next !== undefined && this.#survey.itemsOfLater(position, next, undefined)?.length !== 0) return position;
    const items = found ?? this.#matchesOf(position, rule);
    if (budget.exceeded) {
      // Running the rule will note it.
      budget.exceeded = false;
      return position;
    }
    if (items === undefined || items.length > MAX_MATCHES) return position;
    if (items.length === 0) return position + 1;
    this.#match(rule, items);
    return next === undefined ? positionBehind(rule, position) : position + 1;
  }

  /** The values of the first link that match; undefined where running the rule has to find out. */
  #matchesOf(position: number, rule: Rule): readonly Item[] | undefined {
    const items = this.#survey.itemsOf(position, undefined);
    if (items === undefined) return this.#prober.matchesOf(rule);
    return items.every(({ isKnownToMatch }) => isKnownToMatch) ? items : undefined;
  }

  /** What matches of the first link do, in the order of the plain run. */
  #match(rule: Rule, items: readonly Item[]): void {
    const state = this.#state;
    const [link, next] = rule.links;
    const matched: Member[] = [];
    state.ignoreChanges();
    state.rule = rule;
    for (const item of items) {
      const value = item.transformed ?? item.value;
      state.noteMatched(item, value);
      matched.push(new MatchedMember(item, value));
      state.matchedVars = matched;
      if (next === undefined && rule.severity !== undefined) {
        state.highestSeverity = Math.min(state.highestSeverity, rule.severity);
      }
      for (const effect of link!.effects) {
        if (effect(state) !== undefined) throw new Error(`rule ${rule.id} waits although its actions are prompt`);
      }
    }
    state.matchedVars = NO_MEMBERS;
    state.rule = undefined;
  }
}
