import type { PhasePlan } from '../compile/prefilter/phase-plan.ts';
import type { Source } from '../compile/prefilter/source.ts';
import type { Link, Program, Rule, Target } from '../compile/program.ts';
import type { Member } from '../registry/member.ts';
import type { OperatorScope } from '../registry/operator.ts';
import type { TargetRemoval } from '../registry/transaction-state.ts';
import { fullName, type Item, isLeftOut, picks, selectMembers } from './collect-targets.ts';
import type { ExchangeState } from './exchange-state.ts';
import type { Judge, Prospect } from './judge.ts';

/** A prospect among the values of this request; those of one slot form a list. */
interface Sighting {
  readonly prospect: Prospect;
  readonly member: Member;
  readonly source: Source;
  next: Sighting | undefined;
}

/**
 * What can be said of the rules of a phase before they are run: which ones cannot match, and of the others which values can
 * be left out. It never says that a rule matches; that is found out, with all its consequences, by running it.
 *
 * The values are looked at when the first rule needs it. They stay the same for the whole phase (no `isVolatile` variable is
 * among them), and what rules remove meanwhile only makes fewer of them.
 */
export class Foresight {
  readonly #plan: PhasePlan;
  readonly #judge: Judge;
  readonly #program: Program;
  readonly #rules: readonly Rule[];
  readonly #state: ExchangeState;
  readonly #scope: OperatorScope;
  /** By position of the rule: first and last of its sightings. Undefined until the values have been looked at. */
  #first: (Sighting | undefined)[] | undefined;
  #last: (Sighting | undefined)[] = [];
  /** Out of fuel before all values were looked at: from then on nothing is left out. */
  #isBlind = false;

  constructor(plan: PhasePlan, judge: Judge, program: Program, rules: readonly Rule[], state: ExchangeState) {
    this.#plan = plan;
    this.#judge = judge;
    this.#program = program;
    this.#rules = rules;
    this.#state = state;
    this.#scope = { tx: state, budget: state.budget };
  }

  /** Position of the first rule from `position` on that may match; the number of rules when there is none. */
  next(position: number): number {
    const { guards } = this.#plan;
    for (let at = position; at < guards.length; at++) {
      const guard = guards[at];
      if (guard === 'none' || this.#isBlind) return at;
      if (guard === 'foresee' ? this.#isForeseen(at) : this.#probe(this.#rules[at]!)) return at;
    }
    return guards.length;
  }

  /** The values of a rule's first link that may match, transformed; undefined when all have to be asked about. */
  itemsOf(position: number, removals: readonly TargetRemoval[] | undefined): readonly Item[] | undefined {
    const slot = this.#plan.slots[position];
    if (slot === undefined || this.#isBlind) return undefined;
    const items: Item[] = [];
    slot.link.targets.forEach((target, index) => {
      const source = slot.sources[index];
      for (let one = this.#first?.[position]; one !== undefined; one = one.next) {
        if (one.source !== source || one.prospect.verdict === false) continue;
        const { member, prospect } = one;
        if (!isPicked(member, target, this.#state)) continue;
        if (isLeftOut(member, target, removals, this.#state)) continue;
        const name = fullName(target.name, member);
        items.push({ name, requiredName: name, key: member.key, value: member.value, transformed: prospect.value });
      }
    });
    return items;
  }

  #isForeseen(position: number): boolean {
    if (this.#first === undefined) this.#lookAtValues();
    let mayMatch = this.#isBlind;
    for (let one = this.#first?.[position]; one !== undefined; one = one.next) {
      const { prospect } = one;
      prospect.verdict ??= this.#verdictOn(prospect);
      if (prospect.verdict !== false) mayMatch = true;
    }
    return mayMatch;
  }

  /** Undefined when there is none: the limits did not allow one, or the value cannot be judged. */
  #verdictOn({ slot, value }: Prospect): boolean | undefined {
    const { budget } = this.#state;
    // Somebody else's limit: running the rule will note it.
    if (budget.exceeded) return undefined;
    try {
      const matches = slot.matcher.test(value, this.#scope);
      if (!budget.exceeded) return matches !== slot.isNegated;
    } catch {
      // Running the rule will meet the same error, where it belongs.
      return undefined;
    }
    budget.exceeded = false;
    return undefined;
  }

  #lookAtValues(): void {
    this.#first = new Array(this.#rules.length);
    this.#last = new Array(this.#rules.length);
    const { settings } = this.#program;
    const { budget } = this.#state;
    for (const source of this.#plan.sources) {
      for (const member of source.read(this.#state)) {
        const valueClass = source.classOf(member.key);
        if (valueClass === undefined) continue;
        for (const prospect of this.#judge.judge(member.value, valueClass, settings)) {
          if (prospect.verdict !== false) this.#enter({ prospect, member, source, next: undefined });
        }
        if (budget.spend(this.#judge.takeSteps())) continue;
        this.#isBlind = true;
        return;
      }
    }
  }

  #enter(sighting: Sighting): void {
    const { position } = sighting.prospect.slot;
    const last = this.#last[position];
    if (last === undefined) this.#first![position] = sighting;
    else last.next = sighting;
    this.#last[position] = sighting;
  }

  /** Tries the first link of a rule. What is left out or removed is tried too: it can only make the answer a vain yes. */
  #probe(rule: Rule): boolean {
    const link = rule.links[0]!;
    const { budget } = this.#state;
    if (budget.exceeded) return true;
    this.#state.rule = rule;
    try {
      for (const target of link.targets) if (this.#mayMatch(link, target)) return true;
      return budget.exceeded;
    } catch {
      // Running the rule will meet the same error, where it belongs.
      return true;
    } finally {
      budget.exceeded = false;
      this.#state.rule = undefined;
    }
  }

  #mayMatch(link: Link, target: Target): boolean {
    const members = selectMembers(target, this.#state);
    if (target.isCount) return this.#matches(link, String(members.length));
    for (const { value } of members) if (this.#matches(link, value)) return true;
    return false;
  }

  #matches({ test, transformations }: Link, value: string): boolean {
    let transformed = value;
    for (const transformation of transformations) {
      transformed = transformation.apply(transformed, this.#program.settings);
    }
    return test.matcher.test(transformed, this.#scope) !== test.isNegated;
  }
}

/** Whether the selector of a target picks the member; members of a source with a selector of its own are picked already. */
function isPicked(member: Member, target: Target, state: ExchangeState): boolean {
  const { selector } = target;
  if (selector.kind === 'custom') return true;
  if (selector.kind === 'key' && member.key === undefined) return false;
  return picks(selector, member, target, state);
}
