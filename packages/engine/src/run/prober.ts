import type { Link, Rule, Target } from '../compile/program.ts';
import type { JointDfa } from '../regex/index.ts';
import type { OperatorScope } from '../registry/operator.ts';
import type { TransformationSettings } from '../registry/transformation.ts';
import { collectItems, type Item, selectMembers } from './collect-targets.ts';
import type { ExchangeState } from './exchange-state.ts';
import type { Inquiry, Prospect } from './judgement.ts';

/** Asks the operators of rules beforehand. Nothing comes of their answers: what a match does is done by running the rule. */
export class Prober implements Inquiry {
  readonly #settings: TransformationSettings;
  readonly #state: ExchangeState;
  readonly #scope: OperatorScope;

  constructor(settings: TransformationSettings, state: ExchangeState) {
    this.#settings = settings;
    this.#state = state;
    this.#scope = state.scope;
  }

  isInQuestion(prospect: Prospect): boolean {
    prospect.verdict ??= this.verdictOn(prospect);
    return prospect.verdict !== false;
  }

  matching(patterns: JointDfa, value: string): readonly number[] | undefined {
    const { budget } = this.#state;
    if (budget.exceeded) return undefined;
    const matching = patterns.matching(value, budget);
    // Whoever is asked next meets the same limit.
    budget.exceeded = false;
    return matching;
  }

  /** Undefined when there is none: the limits did not allow one, or the value cannot be judged. */
  verdictOn(prospect: Prospect): boolean | undefined {
    const { slot, value, steps } = prospect;
    const { budget } = this.#state;
    // Somebody else's limit: running the rule will note it.
    if (budget.exceeded) return undefined;
    try {
      const matches = slot.link.multiMatch
        ? (steps ?? this.#stepsOf(slot.link, value)).some(
            (step) => slot.matcher.test(step, this.#scope) !== slot.isNegated,
          )
        : slot.matcher.test((prospect.transformed ??= this.#transform(slot.link, value)), this.#scope) !==
          slot.isNegated;
      if (!budget.exceeded) return matches;
    } catch {
      // Running the rule will meet the same error, where it belongs.
      return undefined;
    }
    budget.exceeded = false;
    return undefined;
  }

  /**
   * Whether the first link of a rule may match the values as they are now. What is left out or removed is tried too: it can only
   * make the answer a vain yes.
   */
  mayMatch(rule: Rule): boolean {
    const { budget } = this.#state;
    this.#state.rule = rule;
    let mayMatch: boolean;
    try {
      mayMatch = this.#mayLinkMatch(rule.links[0]!);
    } catch {
      // Running the rule will meet the same error, where it belongs.
      mayMatch = true;
    }
    this.#state.rule = undefined;
    if (budget.exceeded) {
      budget.exceeded = false;
      return true;
    }
    return mayMatch;
  }

  /** The values that the first link of a rule without transformations matches; undefined when running it has to find out. */
  matchesOf({ links: [link] }: Rule): readonly Item[] | undefined {
    if (link === undefined || link.transformations.length > 0) return undefined;
    try {
      return collectItems(link.targets, undefined, this.#state).filter(({ value }) => this.#matches(link, value));
    } catch {
      // Running the rule will meet the same error, where it belongs.
      return undefined;
    }
  }

  #mayLinkMatch(link: Link): boolean {
    for (const target of link.targets) if (this.#mayTargetMatch(link, target)) return true;
    return false;
  }

  #mayTargetMatch(link: Link, target: Target): boolean {
    const members = selectMembers(target, this.#state);
    if (target.isCount) return this.#matches(link, String(members.length));
    for (const { value } of members) if (this.#matches(link, value)) return true;
    return false;
  }

  #matches(link: Link, value: string): boolean {
    return link.test.matcher.test(this.#transform(link, value), this.#scope) !== link.test.isNegated;
  }

  #transform({ transformations }: Link, value: string): string {
    let transformed = value;
    for (const transformation of transformations) transformed = transformation.apply(transformed, this.#settings);
    return transformed;
  }

  /** What a link with `multiMatch` tests. */
  #stepsOf({ transformations }: Link, value: string): readonly string[] {
    const steps = [value];
    let before = value;
    for (const transformation of transformations) {
      const after = transformation.apply(before, this.#settings);
      if (after !== before) steps.push(after);
      before = after;
    }
    return steps;
  }
}
