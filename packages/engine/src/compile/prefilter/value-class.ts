import type { ChainTrie } from './chain-trie.ts';
import type { ConditionScanner } from './condition-scanner.ts';
import { Course, type Outcome, type Station } from './course.ts';
import type { TextSites } from './text-sites.ts';
import type { Slot } from './value-plan.ts';

/** A client decides how many kinds of values there are; benign ones need some dozen courses. */
const MAX_COURSES = 256;
/** Stations of all courses, of some 500 bytes each; benign values need some dozens. */
const MAX_STATIONS = 1024;
/** Values that fared like none before, less those that did: behind so many, ways nobody comes by again are laid but for a few. */
const MAX_STRANGERS = 256;
const LAID_OF_STRANGERS = 16;
/** To find out what cannot be met takes as long as is gained by it for so many values; a client may send kinds that never come again. */
const HASTE_OF_SELECTION = 64;
const MAX_HASTE = HASTE_OF_SELECTION * MAX_COURSES;
/**
 * With so few conditions it pays to see which of them the kinds of bytes leave, in the value and in what can be made of it. With many there
 * is always one, and nearly every value would have a course of its own.
 */
const FEW_CONDITIONS = 16;
/** Index of a value that is not made, as it would meet no condition. */
const UNMADE = -1;

/** Values that the same slots look at, with everything needed to judge one. */
export class ValueClass {
  /** Number among the classes of its plan. */
  readonly number: number;
  /** By number of the condition: the slots with it that may look at values of this class, if there are any. */
  readonly slotsOf: readonly (readonly Slot[] | undefined)[];
  /** Slots of the class without a condition. */
  readonly always: readonly Slot[];
  /** By node: whether a slot that has a condition is on the way, or it is the value as it is. Its values are scanned. */
  readonly isScanned: Uint8Array;
  /** Kinds of bytes on which it depends whether the nodes change a value that are not scanned. */
  readonly unscannedTriggers: number;
  /** Whether any slot has a condition; else there is nothing to scan for. */
  readonly hasConditions: boolean;
  /** By node: the conditions tested on its value, as bits; undefined when there are none. */
  readonly conditionsAt: readonly (Int32Array | undefined)[];
  /** Whether judgements of its values are worth remembering: they come again with the next request. */
  readonly isRecurring: boolean;

  readonly #trie: ChainTrie;
  /** Every condition that may be asked for. */
  readonly #conditions: ReadonlySet<number>;
  /** Null where there are too many; undefined until a long value has come. */
  #sites: TextSites | null | undefined;
  readonly #nodes: readonly number[];
  readonly #words: number;
  /** Bits of the mask on which it depends which nodes change a value. */
  readonly #triggers: number;
  /** Whether the kinds of bytes are looked at for what they leave of the conditions. */
  readonly #isSelective: boolean;
  /** Bits of the mask on which it depends what they leave. */
  readonly #kinds: number;
  readonly #scanner: ConditionScanner;
  readonly #courses = new Map<number, Course>();
  /** By kinds of bytes: courses that leave out what cannot be met. */
  readonly #selected = new Map<number, Course>();
  /** Goes up with every new one of these, and down when one serves again. */
  #haste = 0;
  #stations = 0;
  #strangers = 0;
  #passed = 0;

  constructor(
    number: number,
    slots: readonly Slot[],
    {
      trie,
      scanner,
      isRecurring,
    }: { readonly trie: ChainTrie; readonly scanner: ConditionScanner; readonly isRecurring: boolean },
  ) {
    const { words } = scanner;
    this.number = number;
    this.isRecurring = isRecurring;
    this.#trie = trie;
    this.#scanner = scanner;
    this.#words = words;
    this.always = slots.filter(({ condition }) => condition === -1);
    const conditional = slots.filter(({ condition }) => condition !== -1);
    const scanned = slots.filter(({ condition, denial }) => condition !== -1 || denial !== -1);
    this.hasConditions = scanned.length > 0;
    this.#conditions = new Set(
      scanned.flatMap(({ condition, denial }) => [condition, denial]).filter((one) => one !== -1),
    );
    this.slotsOf = byCondition(conditional);
    this.#nodes = trie.closure(scanned.flatMap(({ nodes }) => nodes));
    this.isScanned = new Uint8Array(trie.parents.length);
    for (const node of [0, ...this.#nodes]) this.isScanned[node] = 1;
    let unscanned = 0;
    for (const node of trie.closure(this.always.flatMap(({ nodes }) => nodes))) {
      if (this.isScanned[node] === 0) unscanned |= trie.triggers[node] ?? 0;
    }
    this.unscannedTriggers = unscanned;
    const conditionsAt: Int32Array[] = [];
    for (const { condition, nodes } of conditional) {
      for (const node of nodes)
        (conditionsAt[node] ??= new Int32Array(words))[condition >> 5]! |= 1 << (condition & 31);
    }
    this.conditionsAt = conditionsAt;
    let triggers = 0;
    for (const node of this.#nodes) triggers |= trie.triggers[node] ?? 0;
    this.#triggers = triggers;
    this.#isSelective = this.#conditions.size <= FEW_CONDITIONS && scanned.every(({ denial }) => denial === -1);
    this.#kinds = this.#isSelective ? triggers | this.#kindsThatCount() : triggers;
  }

  /** What finds the places to look at in long values; undefined where they are better read from end to end. */
  sitesFor(scanner: ConditionScanner): TextSites | undefined {
    if (this.#sites === undefined) this.#sites = scanner.sitesOf(this.#conditions) ?? null;
    return this.#sites ?? undefined;
  }

  /** What there is to look at for a value with these kinds of bytes. */
  courseFor(mask: number): Course {
    if (!this.#isSelective) return this.#generalCourse(mask & this.#triggers);
    const kinds = mask & this.#kinds;
    const known = this.#selected.get(kinds);
    if (known !== undefined) {
      if (this.#haste > 0) this.#haste--;
      return known;
    }
    if (this.#haste >= MAX_HASTE) return this.#generalCourse(mask & this.#triggers);
    this.#haste += HASTE_OF_SELECTION;
    if (this.#selected.size >= MAX_COURSES) this.#forget();
    const course = this.#plot(kinds, this.#conditionsLeft(kinds));
    this.#selected.set(kinds, course);
    return course;
  }

  /** For values with these kinds of trigger bytes, and any others. */
  #generalCourse(kinds: number): Course {
    const known = this.#courses.get(kinds);
    if (known !== undefined) return known;
    if (this.#courses.size >= MAX_COURSES) this.#forget();
    const course = this.#plot(kinds, undefined);
    this.#courses.set(kinds, course);
    return course;
  }

  /** A value has gone a way that was laid. */
  noteKnown(): void {
    if (this.#strangers > 0) this.#strangers--;
  }

  /**
   * Notes the way of a value through a course and gives its end; undefined where that is not worth it, because a client sends values all
   * of which fare differently.
   */
  lay(course: Course, outcome: Outcome): Station | undefined {
    if (this.#strangers < MAX_STRANGERS) this.#strangers++;
    else if (this.#passed++ % LAID_OF_STRANGERS !== 0) return undefined;
    if (this.#stations >= MAX_STATIONS) this.#forget();
    const { end, added } = course.lay(outcome);
    this.#stations += added;
    return end;
  }

  #forget(): void {
    this.#courses.clear();
    this.#selected.clear();
    this.#stations = 0;
  }

  /** `left`: conditions that can be met, by node; all of them when undefined. */
  #plot(kinds: number, left: readonly (Int32Array | undefined)[] | undefined): Course {
    const { parents, triggers } = this.#trie;
    const conditionsAt = left ?? this.conditionsAt;
    const isWorthwhile = left === undefined ? this.isScanned : this.#onTheWayTo(left);
    const plain = conditionsAt[0]?.slice() ?? new Int32Array(this.#words);
    const indexAt = new Int32Array(parents.length);
    const nodes: number[] = [];
    for (const node of this.#nodes) {
      const trigger = triggers[node];
      const isUnchanged = indexAt[parents[node]!] === 0 && trigger !== undefined && (trigger & kinds) === 0;
      if (!isUnchanged) {
        indexAt[node] = UNMADE;
        if (isWorthwhile[node] === 1) nodes.push(node);
        continue;
      }
      const conditions = conditionsAt[node];
      if (conditions === undefined) continue;
      for (let word = 0; word < this.#words; word++) plain[word]! |= conditions[word]!;
    }
    return new Course(this.#trie, { plain, nodes: Int32Array.from(nodes), indexAt, triggers: this.#triggers });
  }

  /** Kinds of bytes on which it depends which conditions are left. */
  #kindsThatCount(): number {
    let kinds = 0;
    for (const condition of this.#conditions) kinds |= this.#scanner.neededKinds(condition).mask;
    for (const node of this.#nodes) kinds |= this.#trie.kindsThatCount(node);
    return kinds;
  }

  /** As `conditionsAt`, without what cannot be met where the value as it is has these kinds of bytes only. */
  #conditionsLeft(kinds: number): readonly (Int32Array | undefined)[] {
    const { parents } = this.#trie;
    const kindsAt = new Int32Array(parents.length);
    kindsAt[0] = kinds;
    for (const node of this.#nodes) kindsAt[node] = this.#trie.kindsBehind(node, kindsAt[parents[node]!]!);
    return this.conditionsAt.map((conditions, node) => {
      let left: Int32Array | undefined;
      for (const condition of this.#conditions) {
        const bit = 1 << (condition & 31);
        if (conditions === undefined || (conditions[condition >> 5]! & bit) === 0) continue;
        if (!this.#scanner.neededKinds(condition).mayBeIn(kindsAt[node]!)) continue;
        left ??= new Int32Array(this.#words);
        left[condition >> 5]! |= bit;
      }
      return left;
    });
  }

  /** By node: 1 where there are conditions at it or behind it. */
  #onTheWayTo(conditionsAt: readonly (Int32Array | undefined)[]): Uint8Array {
    const { parents } = this.#trie;
    const isOnTheWay = new Uint8Array(parents.length);
    for (const node of this.#nodes.toReversed()) {
      if (conditionsAt[node] !== undefined) isOnTheWay[node] = 1;
      if (isOnTheWay[node] === 1) isOnTheWay[parents[node]!] = 1;
    }
    return isOnTheWay;
  }
}

function byCondition(slots: readonly Slot[]): readonly (readonly Slot[] | undefined)[] {
  const slotsOf: (Slot[] | undefined)[] = [];
  for (const slot of slots) {
    while (slotsOf.length <= slot.condition) slotsOf.push(undefined);
    const same = slotsOf[slot.condition];
    if (same === undefined) slotsOf[slot.condition] = [slot];
    else same.push(slot);
  }
  return slotsOf;
}
