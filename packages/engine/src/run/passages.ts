import type { PhasePlan } from '../compile/prefilter/phase-plan.ts';
import { Positions } from '../compile/prefilter/positions.ts';
import type { ProbeInputs } from '../compile/prefilter/probe-inputs.ts';
import type { Rule, Target } from '../compile/program.ts';
import { selectMembers } from './collect-targets.ts';
import type { ExchangeState } from './exchange-state.ts';
import { type Fact, Facts } from './facts.ts';
import { SparedRules } from './spared-rules.ts';
import { isAsRead, type TxOutcome, type TxReading, type TxStretch } from './tx-stretches.ts';
import type { SilentRepetition } from './vain-chains.ts';

/**
 * Neighbouring rules of a phase none of which had to be run, and what passing them came to. What it depends on are variables of TX and
 * facts that are the same for most requests; rules that look at other values are listed, and it is for whoever goes by it to ask them.
 */
export interface Passage extends TxStretch {
  readonly facts: Facts;
  /** How often nothing could be said of the rule behind it, either. */
  trials: number;
  /** Whether it goes as far as it will. */
  isFinal: boolean;
}

/** Passages remembered for one beginning: methods and kinds of bodies make some difference. */
const MAX_PASSAGES = 8;
/** Passages with more facts, or more text in them, are not remembered. */
const MAX_VALUES = 128;
const MAX_LENGTH = 1024;
/** Where what they depend on hardly ever comes again, passages are noted less and less. */
const MAX_MISSES = 64;
/** What ended a passage the first time, as a chain that had to be run, may be part of it the next times. */
const MAX_TRIALS = 8;

/** The passages of a phase, for all exchanges of a program. */
export class Passages {
  /** The rules a passage knows more of than their values. */
  readonly rules: SparedRules;
  /** By position of the first rule, the latest first. */
  readonly #known: (Passage[] | undefined)[] = [];
  /** By position: times since one was found that was known. */
  readonly #misses: Uint32Array;
  /** By position: 1 where the first rule cannot be part of a passage. */
  readonly #useless: Uint8Array;

  /** `rules`: those of the phase. */
  constructor(rules: readonly Rule[], { txSteps, chains }: PhasePlan) {
    this.rules = new SparedRules(
      rules.filter((_, position) => txSteps[position] !== undefined || chains[position] !== undefined),
    );
    this.#misses = new Uint32Array(rules.length);
    this.#useless = new Uint8Array(rules.length);
  }

  /** The passage from a position on whose inputs are as they are now. */
  find(position: number, state: ExchangeState): Passage | undefined {
    const known = this.#known[position];
    if (known === undefined) return undefined;
    for (const passage of known) {
      if (!isAsRead(passage.readings, state.tx) || !passage.facts.areSeen(state)) continue;
      this.#misses[position] = 0;
      return passage;
    }
    return undefined;
  }

  /** Whether the next passage from here on, which was not found, is to be noted. */
  isWanted(position: number): boolean {
    const misses = ++this.#misses[position]!;
    return misses <= MAX_MISSES || (misses & (misses - 1)) === 0;
  }

  /** Whether a passage can begin with the rule at a position. */
  canBegin(position: number): boolean {
    return this.#useless[position] === 0;
  }

  /** Notes what a report is of up to a position. */
  remember(report: PassageReport, to: number): void {
    const position = report.from;
    if (to === position) {
      if (report.isClosed) this.#useless[position] = 1;
      return;
    }
    const { beginning } = report;
    const passage = to === beginning?.to ? undefined : report.end(to);
    if (passage === undefined) {
      if (beginning !== undefined) beginning.isFinal = ++beginning.trials >= MAX_TRIALS;
      return;
    }
    const others = (this.#known[position] ?? []).filter((known) => known !== beginning);
    this.#known[position] = [passage, ...others.slice(0, MAX_PASSAGES - 1)];
  }
}

/** A passage on its way; to be told of each rule before the next one changes anything. */
export class PassageReport {
  /** Position of the first rule. */
  readonly from: number;
  /** What was known of the first rules. */
  readonly beginning: Passage | undefined;
  /** Whether the rule it was told of last cannot be part of a passage. */
  isClosed = false;
  readonly #state: ExchangeState;
  readonly #passed: Positions;
  readonly #facts: Fact[] = [];
  /** By slot. */
  readonly #readings = new Map<number, TxReading>();
  readonly #outcomes = new Map<number, TxOutcome>();
  #matched: Passage['matched'];
  #highestSeverity = 255;

  /** `size`: how many rules the phase has; `beginning`: a passage that was gone through just now, to be continued. */
  constructor(from: number, size: number, state: ExchangeState, beginning?: Passage) {
    this.from = from;
    this.beginning = beginning;
    this.#passed = Positions.none(size);
    this.#state = state;
    if (beginning === undefined) return;
    this.noteStretch(beginning);
    this.#facts.push(...beginning.facts.all);
  }

  /** Rules from one position to another that look at other values, and do not match. */
  notePassed(from: number, to: number): void {
    for (let position = from; position < to; position++) this.#passed.add(position);
  }

  /** A rule that cannot be part of a passage. */
  close(): void {
    this.isClosed = true;
  }

  /** A rule that did not match; undefined where its inputs are not known. */
  noteProbe(inputs: ProbeInputs | undefined): void {
    // Of variables that were set on the way, nothing was there to be picked at the beginning: it would not be known again.
    const mayDiffer = (target: Target): boolean => this.#outcomes.size > 0 && target.variable.name === 'TX';
    if (inputs === undefined || inputs.facts.some(mayDiffer)) {
      this.isClosed = true;
      return;
    }
    const { tx } = this.#state;
    for (const slot of inputs.slots) this.#read({ slot, member: tx.at(slot) });
    for (const target of inputs.facts) this.#facts.push({ target, members: selectMembers(target, this.#state) });
  }

  /** A chained rule that did nothing but match a value with its first links; undefined where it did more. */
  noteChain(repetition: SilentRepetition | undefined): void {
    this.noteProbe(repetition?.inputs);
    if (!this.isClosed) this.#matched = repetition?.matched;
  }

  /** Rules that turn on TX alone; undefined where nothing is known of them together. */
  noteStretch(stretch: TxStretch | undefined): void {
    if (stretch === undefined) {
      this.isClosed = true;
      return;
    }
    const { readings, outcomes, passed, matched, highestSeverity } = stretch;
    for (const reading of readings) this.#read(reading);
    for (const outcome of outcomes) {
      // A variable keeps the spelling it was set with first.
      const { slot, key } = this.#outcomes.get(outcome.slot) ?? outcome;
      this.#outcomes.set(slot, { slot, key, value: outcome.value });
    }
    this.#passed.addAll(passed);
    this.#highestSeverity = Math.min(this.#highestSeverity, highestSeverity);
    if (matched !== undefined) this.#matched = matched;
  }

  /** The passage up to a position; undefined where it is too much to remember. */
  end(to: number): Passage | undefined {
    const readings = [...this.#readings.values()];
    const outcomes = [...this.#outcomes.values()];
    const facts = new Facts(this.#facts);
    const members = [...readings.map(({ member }) => member), ...facts.all.flatMap((fact) => fact.members)];
    const texts = [...members, ...outcomes].map((one) => one?.value ?? '');
    if (texts.length > MAX_VALUES || texts.join('').length > MAX_LENGTH) return undefined;
    const passed = this.#passed;
    return {
      readings,
      outcomes,
      facts,
      passed,
      matched: this.#matched,
      highestSeverity: this.#highestSeverity,
      to,
      trials: 0,
      isFinal: false,
    };
  }

  /** What the passage has set itself says nothing about what it found. */
  #read(reading: TxReading): void {
    const { slot } = reading;
    if (!this.#readings.has(slot) && !this.#outcomes.has(slot)) this.#readings.set(slot, reading);
  }
}
