import { type PhasePlan, slotAt } from '../compile/prefilter/phase-plan.ts';
import type { Positions } from '../compile/prefilter/positions.ts';
import type { Source } from '../compile/prefilter/source.ts';
import type { ValueClass } from '../compile/prefilter/value-class.ts';
import type { Slot } from '../compile/prefilter/value-plan.ts';
import type { Link, Target } from '../compile/program.ts';
import type { Member } from '../registry/member.ts';
import type { TargetRemoval } from '../registry/transaction-state.ts';
import type { TransformationSettings } from '../registry/transformation.ts';
import { type Item, isLeftOut, itemOf, picks } from './collect-targets.ts';
import type { ExchangeState } from './exchange-state.ts';
import { Judge } from './judge.ts';
import type { Judgement, Prospect } from './judgement.ts';
import { MAX_REMEMBERED } from './judgement-memory.ts';
import type { KnownLooks } from './known-looks.ts';
import { Looks, type Sighting } from './looks.ts';
import type { Prober } from './prober.ts';
import { RepeatedValues } from './repeated-values.ts';

/** The rules of a phase whose values are looked at beforehand, and what judges the values. */
export interface SurveyedPhase {
  readonly plan: PhasePlan;
  /** By group of the plan, as far as their values have ever been looked at. */
  readonly judges: (Judge | undefined)[];
  readonly knownLooks: KnownLooks;
}

/**
 * With more values than this the rules are asked while the values are looked at: to note a million questions and ask them when
 * their rules are reached takes longer than to ask some in vain.
 */
const MANY_VALUES = 200;
/** Longer values are judged with pauses, where somebody waits for them. */
const LONG_VALUE = 4096;

/** Values are looked at in stretches of so many. */
const STRETCH = 64;

/** How far the look at the values of a group has come: index of the next source, and of the next member in it. */
interface Look {
  source: number;
  member: number;
  /** What was seen of the values of this source, where it is to be remembered. */
  noted: Sighting[] | undefined;
}

/**
 * What the values of an exchange say about the rules with the guard `foresee`: which of them may match, and on which values.
 *
 * The values are looked at when the first rule of a group needs it. They stay the same for the whole phase (no `isVolatile` variable is
 * among them), and what rules remove meanwhile only makes fewer of them.
 */
export class ValueSurvey {
  readonly #plan: PhasePlan;
  readonly #judges: (Judge | undefined)[];
  readonly #knownLooks: KnownLooks;
  readonly #settings: TransformationSettings;
  readonly #state: ExchangeState;
  readonly #prober: Prober;
  /** By group, once all of its values have been looked at: what has been seen of them. */
  readonly #looks: (Looks | undefined)[] = [];
  /** A look at the values of a group that was interrupted. */
  #look: Look | undefined;
  /** The judgement of the value it was interrupted at. */
  #judgement: Judgement | undefined;
  #repeated: RepeatedValues | undefined;

  /** Rules of the phase that may match as far as is known; those with other guards are among them. */
  prospective: Positions;
  /** Out of fuel before all values were looked at: from then on nothing is left out. */
  isBlind = false;
  /** Whether the last look ended because it is somebody else's turn; asking again goes on with it. */
  isInterrupted = false;

  constructor(
    { plan, judges, knownLooks }: SurveyedPhase,
    settings: TransformationSettings,
    state: ExchangeState,
    prober: Prober,
  ) {
    this.#plan = plan;
    this.#judges = judges;
    this.#knownLooks = knownLooks;
    this.#settings = settings;
    this.#state = state;
    this.#prober = prober;
    this.prospective = plan.all;
  }

  /** Whether the rule at a position has to be run: not when it matches none of its values. */
  mayMatch(position: number): boolean {
    const group = this.#plan.groupOf[position]!;
    const looks = this.#looks[group] ?? this.#lookAtValues(group);
    if (looks === undefined || this.isBlind) return true;
    let mayMatch = false;
    for (const { prospect } of looks.of(this.#plan.phase, position)) {
      if (prospect.verdict === undefined) {
        prospect.verdict = this.#prober.verdictOn(prospect);
        // What cannot be judged beforehand the rule is run for, whatever comes of the other values.
        if (prospect.verdict === undefined || this.#isTurnOver(prospect.value.length)) return true;
      }
      if (prospect.verdict !== false) mayMatch = true;
    }
    return mayMatch;
  }

  /** The values of a rule's first link that may match, transformed; undefined when all have to be asked about. */
  itemsOf(position: number, removals: readonly TargetRemoval[] | undefined): readonly Item[] | undefined {
    const looks = this.#looksFor(position);
    const slot = looks && slotAt(this.#plan, position);
    return slot && this.#itemsOf(slot, looks, removals);
  }

  /** The same for a later link of the rule; also undefined where nobody has looked at its values yet. */
  itemsOfLater(
    position: number,
    link: Link,
    removals: readonly TargetRemoval[] | undefined,
  ): readonly Item[] | undefined {
    const looks = this.#looksFor(position);
    const slot = looks && this.#plan.group(this.#plan.groupOf[position]!).laterSlots.get(link);
    return slot && this.#itemsOf(slot, looks, removals);
  }

  /** What has been seen of the values of a rule's group; undefined where there is nothing to go by. */
  #looksFor(position: number): Looks | undefined {
    return this.isBlind ? undefined : this.#looks[this.#plan.groupOf[position]!];
  }

  #itemsOf(slot: Slot, looks: Looks, removals: readonly TargetRemoval[] | undefined): readonly Item[] {
    const items: Item[] = [];
    const sightings = looks.of(this.#plan.phase, slot.position);
    slot.link.targets.forEach((target, index) => {
      const source = slot.sources[index];
      for (const { member, prospect, source: origin } of sightings) {
        if (origin !== source || prospect.verdict === false) continue;
        if (!isPicked(member, target, this.#state)) continue;
        if (isLeftOut(member, target, removals, this.#state)) continue;
        const { transformed, verdict } = prospect;
        items.push(itemOf(target, member, transformed, transformed !== undefined && verdict === true));
      }
    });
    return items;
  }

  /** Looks at the values of a group, from where the last look was interrupted; undefined when it did not come to the end. */
  #lookAtValues(group: number): Looks | undefined {
    const plan = this.#plan.group(group);
    const { phase, groupOf } = this.#plan;
    const sources = plan.sources[phase]!;
    const judge = (this.#judges[group] ??= new Judge(plan, this.#settings));
    const looks = (this.#state.looks[group] ??= new Looks(plan.sourceCount));
    const look = this.#look ?? { source: 0, member: 0, noted: undefined };
    this.#look = undefined;
    for (; look.source < sources.length; look.source++, look.member = 0) {
      const source = sources[look.source]!;
      const members = source.read(this.#state);
      const isBeginning = look.member === 0 && this.#judgement === undefined;
      if (isBeginning && looks.hasSeen(source, members)) continue;
      const mayRecur = isBeginning && members.length <= MANY_VALUES && source.isCollection;
      const isRecurring = mayRecur && this.#state.request.recurring.includes(members);
      if (isRecurring && this.#recallLook(source, members, looks)) continue;
      look.noted = isRecurring ? [] : undefined;
      while (look.member < members.length) {
        if (this.#lookAtStretch(look, source, members, { judge, looks })) continue;
        if (!this.isBlind) this.#look = look;
        return undefined;
      }
      looks.end(source, members);
      if (look.noted !== undefined) this.#knownLooks.remember(source, members, look.noted);
    }
    this.prospective = this.prospective.without(plan.positions[phase]!);
    for (const position of looks.positionsIn(phase)) if (position < groupOf.length) this.prospective.add(position);
    this.#looks[group] = looks;
    return looks;
  }

  /**
   * Looks at the next values; false when it was interrupted, or the fuel came to its end. A stretch at a time, because V8 compiles a loop
   * that is entered once for many values while it runs, with all that is called in it, worse than a function that is called often.
   */
  #lookAtStretch(
    look: Look,
    source: Source,
    members: readonly Member[],
    { judge, looks }: { readonly judge: Judge; readonly looks: Looks },
  ): boolean {
    const { phase } = this.#plan;
    const end = Math.min(members.length, look.member + STRETCH);
    for (; look.member < end; look.member++) {
      const member = members[look.member]!;
      const valueClass = source.classOf(member.key);
      if (valueClass === undefined) continue;
      const prospects = this.#prospectsOf(member.value, valueClass, judge, members.length);
      if (prospects === undefined) return false;
      if (!valueClass.isRecurring) look.noted = undefined;
      for (const prospect of prospects) {
        if (prospect.verdict === false) continue;
        const sighting: Sighting = { prospect, member, source };
        look.noted?.push(sighting);
        // What is seen here is seen for the phases to come, but not for those that are over.
        if (prospect.slot.phase >= phase) looks.note(sighting);
      }
      if (!this.#state.budget.spend(judge.takeSteps())) {
        this.isBlind = true;
        return false;
      }
      if (this.#isTurnOver(member.value.length)) {
        look.member++;
        return false;
      }
    }
    return true;
  }

  /** Whether an earlier request had these very values, and what was seen of them is noted. */
  #recallLook(source: Source, members: readonly Member[], looks: Looks): boolean {
    const known = this.#knownLooks.recall(source, members);
    if (known === undefined || !this.#state.budget.spend(members.length)) return false;
    for (const rule of known) if (rule.phase >= this.#plan.phase) looks.noteAll(rule);
    looks.end(source, members);
    return true;
  }

  /** `bytes`: length of what was just worked on. */
  #isTurnOver(bytes: number): boolean {
    this.isInterrupted = this.#state.turn?.isOverBehind(bytes) === true;
    return this.isInterrupted;
  }

  /** The slots that may match one of `count` values; undefined when the turn, or the fuel, came to its end before that was known. */
  #prospectsOf(value: string, valueClass: ValueClass, judge: Judge, count: number): readonly Prospect[] | undefined {
    if (value.length > LONG_VALUE) return this.#judgeLong(value, valueClass, judge);
    if (count <= MANY_VALUES) return judge.judge(value, valueClass);
    return this.#judgeOneOfMany(value, valueClass, judge, count);
  }

  #judgeLong(value: string, valueClass: ValueClass, judge: Judge): readonly Prospect[] | undefined {
    const isBeginning = this.#judgement === undefined;
    const judgement = (this.#judgement ??= judge.begin(value, valueClass));
    const isOutOfFuel = (): boolean => {
      this.isBlind = !this.#state.budget.spend(judgement.takeSteps());
      return this.isBlind;
    };
    const isInterrupted = (): boolean => isOutOfFuel() || this.#isTurnOver(value.length);
    // It has been scanned as it is.
    if (isBeginning && isInterrupted()) return undefined;
    if (!judgement.proceed(isInterrupted) || isOutOfFuel()) return undefined;
    this.#judgement = undefined;
    return judgement.prospects();
  }

  /** The slots that may match a value, each asked already. */
  #judgeOneOfMany(value: string, valueClass: ValueClass, judge: Judge, count: number): readonly Prospect[] {
    this.#repeated ??= new RepeatedValues();
    const known = this.#repeated.recall(value, valueClass);
    if (known !== undefined) return known;
    const prospects =
      count > MAX_REMEMBERED
        ? judge.judgeOnce(value, valueClass, this.#prober)
        : judge.judge(value, valueClass, this.#prober);
    this.#repeated.note(value, prospects);
    return prospects;
  }
}

/** Whether the selector of a target picks the member; members of a source with a selector of its own are picked already. */
function isPicked(member: Member, target: Target, state: ExchangeState): boolean {
  const { selector } = target;
  if (selector.kind === 'custom') return true;
  if (selector.kind === 'key' && member.key === undefined) return false;
  return picks(selector, member, target, state);
}
