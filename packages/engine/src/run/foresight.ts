import { GUARD, type PhasePlan, slotAt } from '../compile/prefilter/phase-plan.ts';
import type { Positions } from '../compile/prefilter/positions.ts';
import type { ValueClass } from '../compile/prefilter/value-class.ts';
import type { Link, Program, Rule, Target } from '../compile/program.ts';
import type { Member } from '../registry/member.ts';
import type { OperatorScope } from '../registry/operator.ts';
import type { TargetRemoval } from '../registry/transaction-state.ts';
import { type Item, isLeftOut, itemOf, picks, selectMembers } from './collect-targets.ts';
import type { ExchangeState } from './exchange-state.ts';
import type { Foregone } from './foregone.ts';
import { Judge } from './judge.ts';
import type { Judgement, MayMatch, Prospect } from './judgement.ts';
import type { Looks, Sighting } from './looks.ts';
import { RepeatedValues } from './repeated-values.ts';
import type { TxStretches } from './tx-stretches.ts';
import { TxWalk } from './tx-walk.ts';
import type { VainChainReport, VainChains } from './vain-chains.ts';

/** What is made at load for a phase, and what its judgements remember. */
export interface PreparedPhase {
  readonly plan: PhasePlan;
  /** By group of the plan, as far as their values have ever been looked at. */
  readonly judges: (Judge | undefined)[];
  readonly stretches: TxStretches;
  readonly chains: VainChains;
}

/**
 * With more values than this the rules are asked while the values are looked at: to note a million questions and ask them when
 * their rules are reached takes longer than to ask some in vain.
 */
const MANY_VALUES = 200;
/** Longer values are judged with pauses, where somebody waits for them. */
const LONG_VALUE = 4096;

/** How far the look at the values of a group has come: index of the next source, and of the next member in it. */
interface Look {
  source: number;
  member: number;
}

/**
 * What can be said of the rules of a phase before they are run: which ones cannot match, and of the others which values can
 * be left out. It never says that a rule matches; that is found out, with all its consequences, by running it.
 *
 * The values are looked at when the first rule of a group needs it. They stay the same for the whole phase (no `isVolatile` variable is
 * among them), and what rules remove meanwhile only makes fewer of them.
 */
export class Foresight {
  readonly #plan: PhasePlan;
  /** By group of the plan. */
  readonly #judges: (Judge | undefined)[];
  readonly #walk: TxWalk;
  readonly #chains: VainChains;
  /** The run of a chained rule that may turn out to be in vain. */
  #report: VainChainReport | undefined;
  readonly #program: Program;
  readonly #rules: readonly Rule[];
  readonly #state: ExchangeState;
  readonly #scope: OperatorScope;
  readonly #foregone: readonly Foregone[];
  /** Index of the first of them that has not been passed. */
  #nextForegone = 0;
  readonly #looks: Looks;
  /** By position of the rule, as far as values have been looked at. */
  readonly #sightings: ReadonlyMap<number, readonly Sighting[]>;
  /** Groups whose values have been looked at, as bits. */
  #lookedAt = 0;
  /** Rules that may match as far as is known. */
  #prospective: Positions;
  /** A look at the values of a group that was interrupted. */
  #look: Look | undefined;
  /** The judgement of the value it was interrupted at. */
  #judgement: Judgement | undefined;
  #repeated: RepeatedValues | undefined;
  #isInQuestion: MayMatch | undefined;
  /** Out of fuel before all values were looked at: from then on nothing is left out. */
  #isBlind = false;

  constructor(
    { plan, judges, stretches, chains }: PreparedPhase,
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
    this.#plan = plan;
    this.#looks = looks;
    this.#sightings = looks.of(plan.phase);
    this.#prospective = plan.all;
    this.#foregone = foregone;
    this.#judges = judges;
    this.#chains = chains;
    this.#walk = new TxWalk(plan.txSteps, stretches, { rules, state, leavesMatches });
    this.#program = program;
    this.#rules = rules;
    this.#state = state;
    this.#scope = { tx: state, budget: state.budget };
  }

  /** Whether the last look ended because it is somebody else's turn; asking again with its answer goes on with it. */
  isInterrupted = false;
  /** The values of the rule found last that are known to match, where it looks at variables of TX. */
  found: readonly Item[] | undefined;

  /**
   * Position of the first rule from `position` on that may match; the number of rules when there is none. Rules that turn on
   * TX alone are passed on the way, whatever they do to it.
   */
  next(position: number): number {
    this.found = undefined;
    this.#report = undefined;
    this.isInterrupted = false;
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
    let at = this.#prospective.from(position);
    while (at < end) {
      const guard = guards[at];
      if (txSteps[at] !== undefined && !this.#isBlind) {
        const to = this.#walk.pass(at, this.#prospective);
        if (to === at) {
          this.found = this.#walk.found;
          return at;
        }
        if (to >= end) return to;
        at = this.#prospective.from(to);
        continue;
      }
      if (guard === GUARD.none || this.#isBlind) return at;
      if ((guard === GUARD.foresee ? this.#isForeseen(at) : this.#probe(at)) && !this.#repeats(at)) return at;
      at = this.#prospective.from(at + 1);
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

  /** Whether a chained rule that has to be run would do what it is known to do, and that is done. */
  #repeats(position: number): boolean {
    if (this.isInterrupted || this.#isBlind) return false;
    const { removals } = this.#state;
    const rule = this.#rules[position]!;
    if (removals.isRemoved(rule) || removals.targetsOf(rule) !== undefined) return false;
    if (this.#chains.repeat(position, this.#state)) {
      this.found = undefined;
      return true;
    }
    this.#report = this.#chains.begin(position, this.#state);
    return false;
  }

  /** To be told when the rule found last has run, and a later link than the first did not match. */
  noteVain(): void {
    if (this.#report !== undefined) this.#chains.end(this.#report, this.#state);
  }

  /** The values of a rule's first link that may match, transformed; undefined when all have to be asked about. */
  itemsOf(position: number, removals: readonly TargetRemoval[] | undefined): readonly Item[] | undefined {
    if (this.found !== undefined && removals === undefined) return this.found;
    const slot = slotAt(this.#plan, position);
    if (slot === undefined || this.#isBlind) return undefined;
    const items: Item[] = [];
    slot.link.targets.forEach((target, index) => {
      const source = slot.sources[index];
      for (const { member, prospect, source: origin } of this.#sightings.get(position) ?? []) {
        if (origin !== source || prospect.verdict === false) continue;
        if (!isPicked(member, target, this.#state)) continue;
        if (isLeftOut(member, target, removals, this.#state)) continue;
        const { transformed, verdict } = prospect;
        items.push(itemOf(target, member, transformed, transformed !== undefined && verdict === true));
      }
    });
    return items;
  }

  #isForeseen(position: number): boolean {
    const group = this.#plan.groupOf[position]!;
    if ((this.#lookedAt & (1 << group)) === 0) this.#lookAtValues(group);
    if (this.#isBlind || this.isInterrupted) return true;
    const sightings = this.#sightings.get(position);
    if (sightings === undefined) return false;
    let mayMatch = false;
    for (const { prospect } of sightings) {
      if (prospect.verdict === undefined) {
        prospect.verdict = this.#verdictOn(prospect);
        // What cannot be judged beforehand the rule is run for, whatever comes of the other values.
        if (prospect.verdict === undefined || this.#isTurnOver(prospect.value.length)) return true;
      }
      if (prospect.verdict !== false) mayMatch = true;
    }
    return mayMatch;
  }

  /** Undefined when there is none: the limits did not allow one, or the value cannot be judged. */
  #verdictOn(prospect: Prospect): boolean | undefined {
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

  /** `bytes`: length of what was just worked on. */
  #isTurnOver(bytes: number): boolean {
    this.isInterrupted = this.#state.turn?.isOverBehind(bytes) === true;
    return this.isInterrupted;
  }

  #lookAtValues(group: number): void {
    const plan = this.#plan.group(group);
    const { phase, groupOf } = this.#plan;
    const sources = plan.sources[phase]!;
    const judge = (this.#judges[group] ??= new Judge(plan, this.#program.settings));
    const looks = this.#looks;
    const look = this.#look ?? { source: 0, member: 0 };
    this.#look = undefined;
    for (; look.source < sources.length; look.source++, look.member = 0) {
      const source = sources[look.source]!;
      const members = source.read(this.#state);
      if (look.member === 0 && this.#judgement === undefined && looks.hasSeen(source, members)) continue;
      const isLong = members.length > MANY_VALUES;
      for (; look.member < members.length; look.member++) {
        const member = members[look.member]!;
        const valueClass = source.classOf(member.key);
        if (valueClass === undefined) continue;
        const prospects = this.#prospectsOf(member.value, valueClass, judge, isLong);
        if (prospects === undefined) {
          if (!this.#isBlind) this.#look = look;
          return;
        }
        for (const prospect of prospects) {
          // What is seen here is seen for the phases to come, but not for those that are over.
          if (prospect.slot.phase >= phase && prospect.verdict !== false) looks.note({ prospect, member, source });
        }
        if (!this.#state.budget.spend(judge.takeSteps())) {
          this.#isBlind = true;
          return;
        }
        if (this.#isTurnOver(member.value.length)) {
          look.member++;
          this.#look = look;
          return;
        }
      }
      looks.end(source, members);
    }
    this.#lookedAt |= 1 << group;
    this.#prospective = this.#prospective.without(plan.positions[phase]!);
    for (const position of this.#sightings.keys()) if (groupOf[position] === group) this.#prospective.add(position);
  }

  /** The slots that may match a value; undefined when the turn, or the fuel, came to its end before that was known. */
  #prospectsOf(
    value: string,
    valueClass: ValueClass,
    judge: Judge,
    isOneOfMany: boolean,
  ): readonly Prospect[] | undefined {
    if (value.length > LONG_VALUE) return this.#judgeLong(value, valueClass, judge);
    return isOneOfMany ? this.#judgeOneOfMany(value, valueClass, judge) : judge.judge(value, valueClass);
  }

  #judgeLong(value: string, valueClass: ValueClass, judge: Judge): readonly Prospect[] | undefined {
    const judgement = (this.#judgement ??= judge.begin(value, valueClass));
    const isOutOfFuel = (): boolean => {
      this.#isBlind = !this.#state.budget.spend(judgement.takeSteps());
      return this.#isBlind;
    };
    if (!judgement.proceed(() => isOutOfFuel() || this.#isTurnOver(value.length)) || isOutOfFuel()) return undefined;
    this.#judgement = undefined;
    return judgement.prospects();
  }

  /** The slots that may match a value, each asked already. */
  #judgeOneOfMany(value: string, valueClass: ValueClass, judge: Judge): readonly Prospect[] {
    this.#repeated ??= new RepeatedValues();
    const known = this.#repeated.recall(value, valueClass);
    if (known !== undefined) return known;
    this.#isInQuestion ??= (prospect) => {
      prospect.verdict ??= this.#verdictOn(prospect);
      return prospect.verdict !== false;
    };
    const prospects = judge.judge(value, valueClass, this.#isInQuestion);
    this.#repeated.note(value, prospects);
    return prospects;
  }

  /** Tries the first link of a rule. What is left out or removed is tried too: it can only make the answer a vain yes. */
  #probe(position: number): boolean {
    const { budget } = this.#state;
    if (budget.exceeded) return true;
    const simple = this.#plan.txProbes[position];
    if (simple !== undefined) {
      const items = this.#walk.ask(simple);
      if (items?.length === 0) return false;
      // What a match sets may turn the verdict on the values behind it.
      this.found = simple.isFixed ? items : undefined;
      return true;
    }
    const rule = this.#rules[position]!;
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

  #mayLinkMatch(link: Link): boolean {
    for (const target of link.targets) if (this.#mayMatch(link, target)) return true;
    return false;
  }

  #mayMatch(link: Link, target: Target): boolean {
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
    for (const transformation of transformations) {
      transformed = transformation.apply(transformed, this.#program.settings);
    }
    return transformed;
  }

  /** What a link with `multiMatch` tests. */
  #stepsOf({ transformations }: Link, value: string): readonly string[] {
    const steps = [value];
    let before = value;
    for (const transformation of transformations) {
      const after = transformation.apply(before, this.#program.settings);
      if (after !== before) steps.push(after);
      before = after;
    }
    return steps;
  }
}

/** Whether the selector of a target picks the member; members of a source with a selector of its own are picked already. */
function isPicked(member: Member, target: Target, state: ExchangeState): boolean {
  const { selector } = target;
  if (selector.kind === 'custom') return true;
  if (selector.kind === 'key' && member.key === undefined) return false;
  return picks(selector, member, target, state);
}
