import { Positions } from '../compile/prefilter/positions.ts';
import { type LinkProbe, lookedAt, type TxLook } from '../compile/prefilter/tx-probe.ts';
import type { TxSetting, TxStep } from '../compile/prefilter/tx-step.ts';
import type { Rule } from '../compile/program.ts';
import type { Member } from '../registry/member.ts';
import type { OperatorScope } from '../registry/operator.ts';
import { countItem, type Item, itemOf } from './collect-targets.ts';
import type { ExchangeState } from './exchange-state.ts';
import { positionBehind } from './rule-order.ts';
import { RemovalWatch } from './spared-rules.ts';
import type { TxOutcome, TxReading, TxStretch, TxStretches } from './tx-stretches.ts';
import type { VariableMap } from './variable-map.ts';

/** Rules of one stretch; a shorter one is met again more often. */
const MAX_STEPS = 24;

/** Passes rules that turn on nothing but TX, without the plain run of a phase. */
export class TxWalk {
  readonly #steps: readonly (TxStep | undefined)[];
  readonly #rules: readonly Rule[];
  readonly #stretches: TxStretches;
  readonly #state: ExchangeState;
  readonly #scope: OperatorScope;
  /** Whether matches are left to the plain run, as where somebody counts them. */
  readonly #leavesMatches: boolean;
  readonly #removals: RemovalWatch;

  /** Of the rule that has to be run, the values that are known to match; undefined when all have to be asked about. */
  found: readonly Item[] | undefined;
  /** What the rules passed last came to; undefined where that was not found out for all of them together. */
  stretch: TxStretch | undefined;

  constructor(
    steps: readonly (TxStep | undefined)[],
    stretches: TxStretches,
    {
      rules,
      state,
      leavesMatches,
    }: {
      readonly rules: readonly Rule[];
      readonly state: ExchangeState;
      readonly leavesMatches: boolean;
    },
  ) {
    this.#steps = steps;
    this.#rules = rules;
    this.#stretches = stretches;
    this.#state = state;
    this.#scope = state.scope;
    this.#leavesMatches = leavesMatches;
    this.#removals = new RemovalWatch(stretches.rules, state.removals);
  }

  /**
   * Passes the rule at this position and those behind it, for as long as they turn on TX alone. Gives the position to go on
   * from: the same one when its rule has to be run.
   */
  pass(position: number, prospective: Positions): number {
    const { tx, budget } = this.#state;
    this.found = undefined;
    this.stretch = undefined;
    if (budget.exceeded) return position;
    if (this.#leavesMatches || !this.#removals.areSpared) return this.#passOne(position);
    const known = this.#stretches.find(position, tx, prospective);
    if (known !== undefined) {
      this.leap(known);
      this.stretch = known;
      return known.to;
    }
    return this.#explore(position, prospective);
  }

  /** The values of a link that match, none when there are none; undefined when running the rule has to find out. */
  ask({ looks, matcher, isNegated }: LinkProbe): readonly Item[] | undefined {
    const { budget, tx } = this.#state;
    if (budget.exceeded) return undefined;
    const items: Item[] = [];
    try {
      for (const look of looks) {
        const member = tx.at(look.slot);
        const value = lookedAt(look, member);
        if (value === undefined || matcher.test(value, this.#scope) === isNegated) continue;
        items.push(txItem(look, member));
      }
    } catch {
      // Running the rule will meet the same error, where it belongs.
      return undefined;
    }
    if (!budget.exceeded) return items;
    budget.exceeded = false;
    return undefined;
  }

  /** The rule at this position alone, unless it matches. */
  #passOne(position: number): number {
    const [probe] = this.#steps[position]!.probes;
    this.found = probe && this.ask(probe);
    return this.found?.length === 0 ? position + 1 : position;
  }

  #explore(position: number, prospective: Positions): number {
    const report = new StretchReport(this.#rules.length, this.#state.tx);
    let to = position;
    for (let at = position, count = 0; count < MAX_STEPS; count++) {
      const step = this.#steps[at];
      if (step === undefined) break;
      report.reads(step.reads);
      const trial = this.#try(step);
      if (trial === undefined || (trial.isMatch && !step.isGate)) {
        if (at === position) this.found = trial?.first;
        break;
      }
      to = trial.isMatch ? this.#passGate(at, step, trial.last, report) : this.#passVain(at, trial.last, report);
      at = prospective.from(to);
      for (let passed = to; passed < at; passed++) if (this.#steps[passed] === undefined) report.passed.add(passed);
    }
    if (to !== position) {
      this.stretch = report.end(to);
      this.#stretches.remember(position, this.stretch);
    }
    return to;
  }

  /** Asks the links in turn, up to one that does not match; undefined when running the rule has to find out. */
  #try({ probes }: TxStep): Trial | undefined {
    let first: readonly Item[] | undefined;
    let last: readonly Item[] | undefined;
    for (const probe of probes) {
      const items = this.ask(probe);
      if (items === undefined) return undefined;
      if (items.length === 0) return { isMatch: false, first, last };
      first ??= items;
      last = items;
    }
    return { isMatch: true, first, last };
  }

  /** A rule that does not match; of a chain, links may have matched that do nothing. */
  #passVain(position: number, items: readonly Item[] | undefined, report: StretchReport): number {
    const last = items?.at(-1);
    if (last !== undefined) {
      this.#state.noteMatched(last, last.value);
      report.matched = { name: last.name, value: last.value };
    }
    return position + 1;
  }

  /** Does what a match of the rule does; `items` are the values that match, undefined for a SecAction. */
  #passGate(position: number, step: TxStep, items: readonly Item[] | undefined, report: StretchReport): number {
    const state = this.#state;
    const rule = this.#rules[position]!;
    state.ignoreChanges();
    if (items === undefined) this.#runEffects(rule);
    for (const item of items ?? []) {
      state.noteMatched(item, item.value);
      this.#runEffects(rule);
    }
    const last = items?.at(-1);
    if (last !== undefined) {
      report.matched = { name: last.name, value: last.value };
      if (rule.severity !== undefined) {
        report.highestSeverity = Math.min(report.highestSeverity, rule.severity);
        state.highestSeverity = Math.min(state.highestSeverity, rule.severity);
      }
    }
    report.sets(step.sets);
    return positionBehind(rule, position);
  }

  #runEffects({ id, links }: Rule): void {
    for (const effect of links.at(-1)?.effects ?? []) {
      if (effect(this.#state) !== undefined) throw new Error(`rule ${id} waits although its actions stay within TX`);
    }
  }

  /** Does what passing a stretch comes to. */
  leap({ outcomes, matched, highestSeverity }: TxStretch): void {
    const state = this.#state;
    state.ignoreChanges();
    for (const { slot, key, value } of outcomes) state.tx.setAt(slot, key, value);
    if (matched === undefined) return;
    state.noteMatched(matched, matched.value);
    state.highestSeverity = Math.min(state.highestSeverity, highestSeverity);
  }
}

/** What the links of a rule said. */
interface Trial {
  readonly isMatch: boolean;
  /** The values that match, of the first link, and of the last one that matched; undefined where none did. */
  readonly first: readonly Item[] | undefined;
  readonly last: readonly Item[] | undefined;
}

/** What is found out on the first way through a stretch. */
class StretchReport {
  readonly passed: Positions;
  matched: TxStretch['matched'];
  highestSeverity = 255;
  readonly #tx: VariableMap;
  readonly #readings = new Map<number, TxReading>();
  readonly #settings = new Map<number, TxSetting>();

  constructor(size: number, tx: VariableMap) {
    this.passed = Positions.none(size);
    this.#tx = tx;
  }

  /** To be called before the rule does anything. What the stretch has set itself says nothing about what it found. */
  reads(slots: readonly number[]): void {
    for (const slot of slots) {
      if (this.#readings.has(slot) || this.#settings.has(slot)) continue;
      this.#readings.set(slot, { slot, member: this.#tx.at(slot) });
    }
  }

  sets(settings: readonly TxSetting[]): void {
    for (const setting of settings) if (!this.#settings.has(setting.slot)) this.#settings.set(setting.slot, setting);
  }

  end(to: number): TxStretch {
    const outcomes: TxOutcome[] = [];
    for (const { slot, key } of this.#settings.values()) {
      const member = this.#tx.at(slot);
      if (member !== undefined) outcomes.push({ slot, key, value: member.value });
    }
    const { passed, matched, highestSeverity } = this;
    return { readings: [...this.#readings.values()], outcomes, passed, matched, highestSeverity, to };
  }
}

function txItem({ target, isCount }: TxLook, member: Member | undefined): Item {
  return member === undefined || isCount
    ? countItem(target, member === undefined ? 0 : 1, true)
    : itemOf(target, member, member.value, true);
}
