import { parseInteger } from '../bytes/integer.ts';
import type { Link, Program, Rule } from '../compile/program.ts';
import type { MatchedValue, Phase, VariableChange } from '../contract.ts';
import { type Member, NO_MEMBERS } from '../registry/member.ts';
import { OperatorError, type OperatorScope } from '../registry/operator.ts';
import type { TransformationSettings } from '../registry/transformation.ts';
import { collectItems, type Item, MatchedMember } from './collect-targets.ts';
import type { DebugTrace } from './debug-trace.ts';
import type { ExchangeState } from './exchange-state.ts';
import { endsByError, noteExhaustion } from './failed-rule.ts';
import type { Foresight } from './foresight.ts';
import { LinkMatch } from './link-match.ts';
import { operatorSentence, recordOf, verdictOf } from './match-record.ts';
import type { Costs } from './measure.ts';
import { positionBehind } from './rule-order.ts';

/** Log records of one transaction; an attacker must not be able to fill the disk with one request. */
const MAXIMUM_RECORDS = 500;

/** Longest `pause`, in milliseconds. */
const MAXIMUM_PAUSE = 60_000;

/**
 * One phase on its way. All progress is in fields, so that the run can stop where a rule must wait, or others are to have a
 * turn, and go on there: before a link's items are collected, at the verdict of a probe, behind each effect of a match, and
 * between items and rules.
 */
export class PhaseRun {
  readonly #program: Program;
  readonly #state: ExchangeState;
  readonly #phase: Phase;
  readonly #rules: readonly Rule[];
  readonly #scope: OperatorScope;
  readonly #settings: TransformationSettings;
  /** Lets rules and values be left out that cannot match; without it all are looked at. */
  #foresight: Foresight | undefined;
  /** Where somebody wants to know what conditions cost. */
  readonly #costs: Costs | undefined;
  readonly #trace: DebugTrace | undefined;

  /** Position of the rule to run next. */
  position = 0;
  #rule: Rule | undefined;
  /** When the rule began; only where SecRulePerfTime is set. */
  #ruleStart: number | undefined;
  #linkIndex = 0;
  #items: readonly Item[] | undefined;
  #itemIndex = 0;
  /** The current item after its transformations; several values with `multiMatch`. */
  #values: readonly string[] | undefined;
  readonly #single: [string] = [''];
  #valueIndex = 0;
  #verdict: boolean | undefined;
  #effectIndex = 0;
  #hasLinkMatched = false;
  #matchedMembers: Member[] = [];
  #matchedByEarlierLinks: LinkMatch[] = [];
  #matchedByLink: LinkMatch[] = [];
  #changes: readonly VariableChange[] = [];
  #sentence = '';

  constructor(program: Program, state: ExchangeState, phase: Phase, foresight?: Foresight, costs?: Costs) {
    this.#program = program;
    this.#state = state;
    this.#phase = phase;
    this.#rules = program.phases[phase] ?? [];
    this.#scope = state.scope;
    this.#settings = program.settings;
    this.#foresight = foresight;
    this.#costs = costs;
    this.#trace = state.trace;
    state.phase = phase;
    state.matchedVars = NO_MEMBERS;
    state.allowed = undefined;
    this.#trace?.beginPhase(phase, this.#rules.length);
  }

  proceed(): void | Promise<void> {
    for (;;) {
      if (this.#rule === undefined && !this.#startNextRule()) {
        return this.#foresight?.isInterrupted === true ? this.#giveWay() : undefined;
      }
      const waiting = this.#runRule();
      if (waiting !== undefined) return waiting.then(() => this.#goOn());
      if (this.#isOver()) {
        this.#endRule();
        return undefined;
      }
    }
  }

  #giveWay(): Promise<void> | undefined {
    return this.#state.turn?.giveWay().then(() => this.#measured(() => this.proceed()));
  }

  /** Behind a wait, which may have been the last thing to happen: `pause`, or an error that interrupts. */
  #goOn(): void | Promise<void> {
    if (!this.#isOver()) return this.#measured(() => this.proceed());
    this.#endRule();
    return undefined;
  }

  /** What the phase does before its first wait is counted where the phase is begun. */
  #measured(proceed: () => void | Promise<void>): void | Promise<void> {
    const start = performance.now();
    try {
      return proceed();
    } finally {
      this.#state.timings.work += (performance.now() - start) * 1000;
    }
  }

  /** An interruption of an earlier phase does not keep phase 5 from running to its end. */
  #isOver(): boolean {
    return this.#phase !== 5 && (this.#state.interruption !== undefined || this.#state.allowed !== undefined);
  }

  #startNextRule(): boolean {
    const state = this.#state;
    while (this.position < this.#rules.length) {
      if (state.settings.engineMode === 'Off') return false;
      if (this.#trace?.showsRules === true) this.#foresight = undefined;
      if (this.#foresight !== undefined) {
        this.position = this.#foresight.next(this.position);
        if (this.#foresight.isInterrupted) return false;
      }
      const rule = this.#rules[this.position];
      if (rule === undefined) return false;
      if (state.removals.isRemoved(rule)) {
        this.#trace?.removedRule(rule);
        this.position++;
        continue;
      }
      this.#rule = rule;
      state.rule = rule;
      if (this.#program.settings.rulePerfTime > 0) this.#ruleStart = performance.now();
      this.#linkIndex = 0;
      if (this.#matchedByEarlierLinks.length > 0) this.#matchedByEarlierLinks = [];
      this.#startLink();
      return true;
    }
    return false;
  }

  #startLink(): void {
    this.#items = undefined;
    this.#itemIndex = 0;
    this.#values = undefined;
    this.#hasLinkMatched = false;
    if (this.#matchedByLink.length > 0) this.#matchedByLink = [];
  }

  #endRule(): void {
    if (this.#ruleStart !== undefined && this.#rule !== undefined) this.#noteTime(this.#rule, this.#ruleStart);
    this.#rule = undefined;
    this.#state.rule = undefined;
    if (this.#matchedMembers.length === 0) return;
    this.#matchedMembers = [];
    this.#state.matchedVars = NO_MEMBERS;
  }

  #noteTime(rule: Rule, start: number): void {
    const { rules } = this.#state.timings;
    const time = Math.round((performance.now() - start) * 1000);
    rules.set(rule.id, (rules.get(rule.id) ?? 0) + time);
  }

  /** Runs the links of the current rule; leaves it when the chain ends, one way or the other. */
  #runRule(): Promise<void> | undefined {
    const rule = this.#rule;
    if (rule === undefined) return undefined;
    for (;;) {
      const link = rule.links[this.#linkIndex];
      if (link === undefined) throw new Error(`rule ${rule.id} has no link ${this.#linkIndex}`);
      let waiting: Promise<void> | undefined;
      try {
        waiting = this.#costs === undefined ? this.#runLink(rule, link) : this.#measureLink(this.#costs, rule, link);
      } catch (cause) {
        if (!(cause instanceof OperatorError)) throw cause;
        this.#failRule(rule, cause);
        return undefined;
      }
      if (waiting !== undefined) {
        return waiting.catch((cause: unknown) => {
          if (!(cause instanceof OperatorError)) throw cause;
          this.#failRule(rule, cause);
        });
      }
      if (this.#isOver()) return undefined;
      if (!this.#hasLinkMatched) {
        if (this.#linkIndex > 0) this.#foresight?.noteVain();
        this.position++;
        this.#endRule();
        return undefined;
      }
      if (this.#linkIndex === rule.links.length - 1) {
        this.position = positionBehind(rule, this.position);
        this.#endRule();
        return undefined;
      }
      this.#matchedByEarlierLinks.push(...this.#matchedByLink);
      this.#linkIndex++;
      this.#startLink();
    }
  }

  /** An operator could not judge a value: on to the next rule, unless that ends the request. */
  #failRule(rule: Rule, cause: OperatorError): void {
    if (endsByError(rule, cause, this.#program.settings.interceptOnError, this.#phase, this.#state)) return;
    this.position++;
    this.#endRule();
  }

  #runLink(rule: Rule, link: Link): Promise<void> | undefined {
    if (this.#items === undefined) {
      this.#trace?.beginLink(rule, link);
      this.#items = this.#itemsOf(rule, link);
    }
    while (this.#itemIndex < this.#items.length) {
      const item = this.#items[this.#itemIndex];
      if (item === undefined) break;
      if (this.#values === undefined) {
        this.#values = this.#valuesOf(item, link);
        this.#valueIndex = 0;
      }
      while (this.#valueIndex < this.#values.length) {
        const value = this.#values[this.#valueIndex];
        if (value === undefined) break;
        const waiting = this.#tryValue(rule, link, item, value);
        if (waiting !== undefined) return waiting;
        if (this.#isOver()) return undefined;
        this.#valueIndex++;
      }
      this.#values = undefined;
      this.#itemIndex++;
      if (this.#state.turn?.isOverBehind(item.value.length) === true) return this.#state.turn.giveWay();
    }
    return undefined;
  }

  /** Waiting is not counted: what comes behind it is measured when the link goes on. */
  #measureLink(costs: Costs, rule: Rule, link: Link): Promise<void> | undefined {
    const cost = costs.get(link);
    if (cost === undefined) return this.#runLink(rule, link);
    const isBeginning = this.#items === undefined;
    const before = cost.operatorTime;
    const start = performance.now();
    try {
      return this.#runLink(rule, link);
    } finally {
      cost.otherTime += (performance.now() - start) * 1000 - (cost.operatorTime - before);
      if (isBeginning) {
        cost.runs++;
        cost.values += this.#items?.length ?? 0;
      }
    }
  }

  #itemsOf(rule: Rule, link: Link): readonly Item[] {
    if (link.isUnconditional) return unconditionalItems;
    const removals = this.#state.removals.targetsOf(rule);
    const foreseen =
      this.#linkIndex === 0
        ? this.#foresight?.itemsOf(this.position, removals)
        : this.#foresight?.itemsOfLater(this.position, link, removals);
    return foreseen ?? collectItems(link.targets, removals, this.#state);
  }

  /** The transformed value; with `multiMatch` the original and the value after each transformation that changed it. */
  #valuesOf(item: Item, link: Link): readonly string[] {
    if (item.transformed !== undefined) return this.#onlyValue(item.transformed);
    let value = item.value;
    const values: string[] = link.multiMatch ? [value] : NO_VALUES;
    for (const transformation of link.transformations) {
      const after = transformation.apply(value, this.#settings);
      this.#trace?.transformed(transformation.name, after);
      if (link.multiMatch && after !== value) values.push(after);
      value = after;
    }
    return link.multiMatch ? values : this.#onlyValue(value);
  }

  /** The list of one value; the same list each time, as no two are needed at once. */
  #onlyValue(value: string): readonly string[] {
    this.#single[0] = value;
    return this.#single;
  }

  #tryValue(rule: Rule, link: Link, item: Item, value: string): Promise<void> | undefined {
    if (this.#verdict === undefined) {
      const { matcher, isNegated } = link.test;
      this.#trace?.beginOperator(link, item, value);
      if (matcher.testLater !== undefined) {
        return matcher.testLater(value, this.#scope).then((matches) => {
          this.#verdict = matches !== isNegated;
        });
      }
      this.#verdict = item.isKnownToMatch || matcher.test(value, this.#scope) !== isNegated;
      if (this.#state.budget.exceeded) {
        noteExhaustion(rule, item.name, this.#phase, this.#state);
        if (this.#isOver()) return undefined;
      }
    }
    if (this.#effectIndex === 0) this.#trace?.endOperator(this.#verdict);
    if (this.#verdict) {
      if (this.#effectIndex === 0) this.#beginMatch(rule, link, item, value);
      const waiting = this.#runEffects(link);
      if (waiting !== undefined) return waiting;
      const pausing = this.#finishMatch(rule, link, item, value);
      this.#verdict = undefined;
      this.#effectIndex = 0;
      return pausing;
    }
    this.#verdict = undefined;
    return undefined;
  }

  /** What a match sets before its actions run: the MATCHED_ family, severity, captures. */
  #beginMatch(rule: Rule, link: Link, item: Item, value: string): void {
    const state = this.#state;
    const { matcher, isNegated } = link.test;
    this.#hasLinkMatched = true;
    const cost = this.#costs?.get(link);
    if (cost !== undefined) cost.matches++;
    const isRecorded = this.#isRecorded(rule);
    if (isRecorded) this.#changes = state.collectChanges();
    else state.ignoreChanges();
    const isLastLink = this.#linkIndex === rule.links.length - 1;
    // Worded before the actions run: they may change what a macro in the argument expands to.
    this.#sentence =
      isLastLink && (isRecorded || this.#trace?.showsRules === true || this.#canDisrupt(rule))
        ? operatorSentence(link, value, item.name, item.requiredName, state)
        : '';
    if (link.isUnconditional) return;
    state.noteMatched(item, value);
    if (link.capture && !isNegated && matcher.captures !== undefined) {
      state.setCaptures(matcher.captures(value, this.#scope));
    }
    this.#matchedMembers.push(new MatchedMember(item, value));
    state.matchedVars = this.#matchedMembers;
    if (isLastLink && rule.severity !== undefined) {
      state.highestSeverity = Math.min(state.highestSeverity, rule.severity);
    }
  }

  #runEffects(link: Link): Promise<void> | undefined {
    while (this.#effectIndex < link.effects.length) {
      const effect = link.effects[this.#effectIndex++];
      const waiting = effect?.(this.#state);
      if (waiting !== undefined) return waiting;
    }
    return undefined;
  }

  /** Behind the actions of a match: the log record, and on the last link what the rule does to the exchange. */
  #finishMatch(rule: Rule, link: Link, item: Item, value: string): Promise<void> | undefined {
    const isLastLink = this.#linkIndex === rule.links.length - 1;
    const match = this.#isRecorded(rule) ? new LinkMatch(link, item, value, this.#changes, this.#scope) : undefined;
    if (isLastLink) return this.#concludeRule(rule, match?.describe());
    if (match !== undefined) this.#matchedByLink.push(match);
    return undefined;
  }

  /**
   * Whether a match is put into words. A rule that matches ten thousand values must not cost so many sentences; the match that ends
   * the request is told of in any case.
   */
  #isRecorded(rule: Rule): boolean {
    if (!rule.log && !rule.auditLog) return false;
    return this.#state.matches.length < MAXIMUM_RECORDS || this.#canDisrupt(rule);
  }

  /** Nothing is blocked in detection mode, nor once the response is out. */
  #canDisrupt(rule: Rule): boolean {
    return rule.disruption.kind !== 'pass' && this.#state.settings.engineMode === 'On' && this.#phase !== 5;
  }

  #concludeRule(rule: Rule, matched: MatchedValue | undefined): Promise<void> | undefined {
    const state = this.#state;
    const canDisrupt = this.#canDisrupt(rule);
    if (matched === undefined) this.#trace?.silentMatch(rule, this.#sentence);
    if (matched === undefined && !canDisrupt) return undefined;
    const text = this.#sentence;
    const verdict = verdictOf(rule, canDisrupt, this.#phase, text, state);
    if (matched !== undefined) {
      const chain = [...this.#matchedByEarlierLinks.map((match) => match.describe()), matched];
      state.recordMatch(
        recordOf(rule, this.#phase, verdict.action, text, chain, verdict.interruption !== undefined, state),
        rule,
      );
    }
    if (verdict.interruption !== undefined) state.interruption = verdict.interruption;
    if (!canDisrupt) return undefined;
    const { disruption } = rule;
    if (disruption.kind === 'allow') state.allowed = disruption.scope;
    if (disruption.kind === 'pause') {
      state.allowed = 'all';
      return pause(parseInteger(disruption.milliseconds.expand(state)));
    }
    return undefined;
  }
}

const NO_VALUES: string[] = [];

/** SecAction has one thing to look at: nothing. */
const unconditionalItems: readonly Item[] = [
  { name: '', requiredName: '', key: undefined, value: '', transformed: undefined, isKnownToMatch: false },
];

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.max(0, Math.min(milliseconds, MAXIMUM_PAUSE)));
  });
}
