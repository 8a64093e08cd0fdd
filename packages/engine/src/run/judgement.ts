import { type Course, Station } from '../compile/prefilter/course.ts';
import type { ValueClass } from '../compile/prefilter/value-class.ts';
import type { Slot, ValuePlan } from '../compile/prefilter/value-plan.ts';
import type { JointDfa } from '../regex/index.ts';
import type { TransformationSettings } from '../registry/transformation.ts';
import { DistinctValues } from './distinct-values.ts';
import { type Questionnaire, Questionnaires } from './questionnaires.ts';

/** A value that a slot has to be asked about, because it meets the condition. */
export interface Prospect {
  readonly slot: Slot;
  readonly value: string;
  /**
   * The value after the transformations of the slot; undefined with `multiMatch`, where each step is tested, and as long as
   * nobody has needed it.
   */
  transformed: string | undefined;
  /** With `multiMatch` the distinct values it tests, where they are known. */
  readonly steps: readonly string[] | undefined;
  /** Whether the link matches; undefined until somebody has asked. Depends on nothing but the value. */
  verdict: boolean | undefined;
}

/** Asks the rules. */
export interface Inquiry {
  /** Whether a slot may match its value, as far as can be said beforehand. */
  isInQuestion(prospect: Prospect): boolean;
  /** Numbers of the patterns that may match; undefined when each has to be asked. */
  matching(patterns: JointDfa, value: string): readonly number[] | undefined;
}

/** One that is not handed out yet. */
type Candidate = { -readonly [Key in keyof Prospect]: Prospect[Key] };

export const NOBODY: readonly Prospect[] = [];

/**
 * Finds out which slots have to be asked about a value: transforms it as the chains of its class want, scans each distinct
 * result once, and names the slots whose condition is met. One value at a time; between two results it can be interrupted.
 *
 * It goes from station to station as long as a value before it fared alike; else it visits the nodes one by one, and lays the way.
 */
export class Judgement {
  readonly #plan: ValuePlan;
  #valueClass: ValueClass | undefined;
  #course: Course | undefined;
  /** Where the value stands; undefined where it is the first to come here. */
  #station: Station | undefined;
  /** Index in the course of the node to visit next, without stations; -1 with them. */
  #next = -1;
  /** Prospects found so far; most values have none, and then it serves the next value. */
  #found: Prospect[] = [];
  /** A candidate that was turned down, for the next one. */
  #spare: Candidate | undefined;
  /** Slots with `multiMatch` that have been considered. */
  readonly #considered: Slot[] = [];

  readonly #values: DistinctValues;
  /** Made when the first value is judged whose slots are asked at once. */
  #questionnaires: Questionnaires | undefined;
  /** Without stations, by value: the conditions that are tested on it, as bits. */
  readonly #tested: Int32Array;
  readonly #words: number;
  /** Without stations, by node: index of its value. */
  readonly #indexAt: Int32Array;
  /** The end of a way that is not laid, good until the next value. */
  readonly #unlaid: Station;

  constructor(plan: ValuePlan, settings: TransformationSettings) {
    const { scanner, trie } = plan;
    const size = trie.parents.length;
    this.#plan = plan;
    this.#words = scanner.words;
    this.#values = new DistinctValues(plan, settings);
    this.#indexAt = new Int32Array(size);
    this.#tested = new Int32Array(size * this.#words);
    this.#unlaid = new Station(0, 0, this.#tested, this.#indexAt);
  }

  /** The steps taken since the last call. */
  takeSteps(): number {
    const { steps } = this.#values;
    this.#values.steps = 0;
    return steps;
  }

  /** The value as it is; `proceed` does the rest. */
  begin(value: string, valueClass: ValueClass): void {
    this.#values.steps++;
    this.#next = -1;
    this.#valueClass = valueClass;
    if (!valueClass.hasConditions) {
      this.#values.beginUnscanned(value);
      this.#course = undefined;
      this.#station = undefined;
      return;
    }
    this.#course = valueClass.courseFor(this.#values.begin(value, valueClass));
    this.#station = this.#course.start;
  }

  /** Goes on to the end, or to where `isInterrupted` says so behind a result that took work. True when it is complete. */
  proceed(isInterrupted?: () => boolean): boolean {
    const course = this.#course;
    if (course === undefined) return true;
    return this.#travel(course, isInterrupted) && this.#explore(course, isInterrupted);
  }

  /** From station to station, as far as they go. False when it was interrupted. */
  #travel({ nodes, triggers }: Course, isInterrupted?: () => boolean): boolean {
    const values = this.#values;
    let station = this.#station;
    while (station !== undefined && !station.isEnd) {
      const known = values.count;
      const result = values.follow(station.from, station.node);
      station = result < known ? station.behindKnown(result) : station.behindNew(values.masks[result]! & triggers);
      this.#station = station;
      if (isInterrupted?.()) return false;
    }
    if (station !== undefined && nodes.length > 0) this.#valueClass!.noteKnown();
    return true;
  }

  /** From node to node, where no value has gone before. What has been worked out is not worked out again. */
  #explore(course: Course, isInterrupted?: () => boolean): boolean {
    if (this.#station !== undefined) return true;
    const { nodes, plain, indexAt } = course;
    if (this.#next === -1) {
      this.#next = 0;
      this.#indexAt.set(indexAt);
      // Values that are known already are entered as the nodes come to them.
      this.#tested.fill(0);
      this.#tested.set(plain);
    }
    while (this.#next < nodes.length) {
      const before = this.#values.steps;
      this.#visit(nodes[this.#next++]!);
      if (isInterrupted !== undefined && this.#values.steps !== before && isInterrupted()) return false;
    }
    const { count, masks } = this.#values;
    const outcome = { count, masks, tested: this.#tested, indexAt: this.#indexAt };
    this.#station = this.#valueClass!.lay(course, outcome) ?? this.#unlaid;
    return true;
  }

  /**
   * The slots to ask, once it is complete. With an inquiry they are asked at once, and those are left out of which it says no:
   * where values are many, most prospects would be made to be thrown away.
   */
  prospects(inquiry?: Inquiry): readonly Prospect[] {
    const valueClass = this.#valueClass!;
    const found = this.#found;
    if (this.#considered.length > 0) this.#considered.length = 0;
    const questionnaire = inquiry === undefined ? undefined : this.#questionnaire();
    if (questionnaire !== undefined) this.#ask(questionnaire, found, inquiry!);
    else if (this.#station !== undefined) this.#meetConditions(valueClass, this.#station, found, inquiry);
    for (const slot of valueClass.always) {
      if (questionnaire !== undefined && slot.denial === -1) continue;
      const node = slot.nodes.at(-1)!;
      // What no other slot scans is left undone: the rule may stand behind a jump.
      const index = valueClass.isScanned[node] === 0 ? -1 : this.#indexOf(node);
      this.#consider(slot, index, found, inquiry, this.#isDenied(slot, index));
    }
    if (found.length === 0) return NOBODY;
    this.#found = [];
    return found;
  }

  /** Whom to ask, where many values fared like this one. */
  #questionnaire(): Questionnaire | undefined {
    if (this.#station === undefined || this.#station === this.#unlaid) return undefined;
    this.#questionnaires ??= new Questionnaires(this.#plan);
    return this.#questionnaires.recall(this.#valueClass!, this.#station, this.#values);
  }

  #ask({ lots, singles }: Questionnaire, found: Prospect[], inquiry: Inquiry): void {
    for (const { index, isLowered, questions, automaton } of lots) {
      const matching = inquiry.matching(automaton, isLowered ? this.#values.loweredAt(index) : this.#values.at(index));
      if (matching === undefined) for (const { slot } of questions) this.#consider(slot, index, found, inquiry);
      else for (const number of matching) this.#consider(questions[number]!.slot, index, found, inquiry);
    }
    for (const { slot, index } of singles) this.#consider(slot, index, found, inquiry);
  }

  /** Long values, such as bodies, must not outlive their request here. */
  forget(): void {
    this.#values.forget();
    this.#spare = undefined;
  }

  /**
   * Index of the value a node stands for, less than 0 where that was not made. Where nothing has conditions only the value as it is can
   * be asked for.
   */
  #indexOf(node: number): number {
    return this.#station === undefined ? 0 : this.#station.indexAt[node]!;
  }

  /** The slots whose condition is met by a value they test; most values meet none. */
  #meetConditions(valueClass: ValueClass, { tested, indexAt }: Station, found: Prospect[], inquiry?: Inquiry): void {
    const words = this.#words;
    const { met, count } = this.#values;
    for (let index = 0; index < count; index++) {
      for (let word = 0; word < words; word++) {
        let conditions = met[index * words + word]! & tested[index * words + word]!;
        for (; conditions !== 0; conditions &= conditions - 1) {
          const condition = word * 32 + 31 - Math.clz32(conditions & -conditions);
          for (const slot of valueClass.slotsOf[condition]!) {
            if (!testsValue(slot, index, indexAt)) continue;
            // With `multiMatch` several steps may meet the condition; the rule is asked about all of them together.
            if (slot.link.multiMatch) {
              if (this.#considered.includes(slot)) continue;
              this.#considered.push(slot);
            }
            this.#consider(slot, index, found, inquiry);
          }
        }
      }
    }
  }

  /**
   * The distinct values a slot with `multiMatch` tests; `lowercase` at the end of a chain has no node. Undefined where not all of
   * them were made.
   */
  #stepsOf({ nodes, isLowered }: Slot): readonly string[] | undefined {
    const steps: string[] = [];
    for (const node of nodes) {
      const index = this.#indexOf(node);
      if (index < 0) return undefined;
      const value = this.#values.at(index);
      if (!steps.includes(value)) steps.push(value);
    }
    if (isLowered) steps.push(this.#values.loweredAt(this.#indexOf(nodes.at(-1)!)));
    return steps;
  }

  /** Whether the operator of a slot can only say no to the distinct value, which makes the link match. */
  #isDenied({ denial }: Slot, index: number): boolean {
    if (denial === -1 || index === -1) return false;
    return (this.#values.met[index * this.#words + (denial >> 5)]! & (1 << (denial & 31))) === 0;
  }

  /** Adds a slot and the distinct value it tests, -1 where that was not worked out, unless the inquiry says no. */
  #consider(slot: Slot, index: number, found: Prospect[], inquiry?: Inquiry, isDenied = false): void {
    let transformed: string | undefined;
    let steps: readonly string[] | undefined;
    if (index !== -1) {
      if (slot.link.multiMatch) steps = this.#stepsOf(slot);
      else transformed = slot.isLowered ? this.#values.loweredAt(index) : this.#values.at(index);
    }
    const candidate = this.#spare ?? { slot, value: '', transformed, steps, verdict: undefined };
    this.#spare = undefined;
    candidate.slot = slot;
    candidate.value = this.#values.at(0);
    candidate.transformed = transformed;
    candidate.steps = steps;
    candidate.verdict = isDenied ? true : undefined;
    if (inquiry === undefined || inquiry.isInQuestion(candidate)) found.push(candidate);
    else this.#spare = candidate;
  }

  /** Works out the value of a node; a transformation whose trigger bytes are absent is not even called. */
  #visit(node: number): void {
    const { parents, triggers } = this.#plan.trie;
    const words = this.#words;
    const values = this.#values;
    const before = this.#indexAt[parents[node]!]!;
    const needed = triggers[node];
    let after = before;
    if (needed === undefined || (values.masks[before]! & needed) !== 0) {
      after = values.follow(before, node);
    }
    this.#indexAt[node] = after;
    const conditions = this.#valueClass!.conditionsAt[node];
    if (conditions === undefined) return;
    for (let word = 0; word < words; word++) this.#tested[after * words + word]! |= conditions[word]!;
  }
}

/** Whether a slot tests the distinct value of this index. */
function testsValue({ nodes }: Slot, index: number, indexAt: Int32Array): boolean {
  for (const node of nodes) if (indexAt[node] === index) return true;
  return false;
}
