import { lowerCase } from '../bytes/ascii.ts';
import { type Arrival, CAPTURE_NAMES, type KeyPattern, KnownNames } from '../compile/prefilter/known-names.ts';
import type { MatchBudget } from '../regex/index.ts';
import { type Member, NO_MEMBERS } from '../registry/member.ts';
import type { WritableCollection } from '../registry/transaction-state.ts';

const NO_NAMES = new KnownNames([]);

/** What a map held at some moment. Never changes; any number of maps can start from it. */
export interface Snapshot {
  readonly names: KnownNames;
  /** By slot. */
  readonly known: readonly (Arrival | undefined)[];
  readonly others: ReadonlyMap<string, Arrival>;
  readonly arrived: number;
  /** Whether variables in slots may be spelled as they mostly are not. */
  readonly isUnusual: boolean;
}

/** A variable known at load, as it was written since some moment. */
export interface Change {
  readonly slot: number;
  readonly key: string;
  /** Undefined when it was removed. */
  readonly arrival: Arrival | undefined;
  /** Whether it was there before. */
  readonly isLater: boolean;
}

/** What was written to a map since it was at a snapshot without others. Never changes. */
export interface Changes {
  /** In order of arrival. */
  readonly known: readonly Change[];
  readonly others: ReadonlyMap<string, Arrival>;
  /** How many variables had ever arrived before, and afterwards. */
  readonly before: number;
  readonly after: number;
  readonly isUnusual: boolean;
}

/** A collection in memory: keys compare caseless, keep the spelling of their first use and the order of arrival. */
export class VariableMap implements WritableCollection {
  #names: KnownNames;
  #known: (Arrival | undefined)[];
  /** Variables without a slot, by name in lower case. */
  #others: ReadonlyMap<string, Arrival> | undefined;
  /** Whether other maps have the same ones: then they are copied before they are written to. */
  #isShared = false;
  #arrived = 0;
  /** Whether a variable in a slot has arrived that is spelled as it mostly is not. */
  #isUnusual = false;
  #members: readonly Member[] | undefined;
  /** Where it stands, for as long as nothing is written: its array belongs to the snapshot. */
  #snapshot: Snapshot | undefined;
  /**
   * The key looked up last, and where its variable is: in a slot, or else among the others by that name. A counter is read and then
   * set, and one that is kept for a name is the same for all values of that name.
   */
  #lastKey: string | undefined;
  #lastSlot: number | undefined;
  #lastName = '';

  constructor(names: KnownNames = NO_NAMES) {
    this.#names = names;
    this.#known = names.size === 0 ? [] : new Array<undefined>(names.size).fill(undefined);
  }

  get members(): readonly Member[] {
    this.#members ??= this.#arrivals().map(({ member }) => member);
    return this.#members;
  }

  get(key: string): string | undefined {
    return this.find(key)?.value;
  }

  find(key: string): Member | undefined {
    return this.#find(key)?.member;
  }

  /** Value by slot, for a map that is known to have these names. */
  at(slot: number): Member | undefined {
    return this.#known[slot]?.member;
  }

  /** Sets by slot, for a map that is known to have these names. */
  setAt(slot: number, key: string, value: string): void {
    this.#beginWriting();
    this.#putAt(slot, key, value);
  }

  /** The members whose key the pattern matches, in order of arrival. */
  select(pattern: KeyPattern, budget: MatchBudget): readonly Member[] {
    const usual = this.#isUnusual ? undefined : this.#names.usualPicks(pattern, budget);
    const found = usual === undefined ? this.#askSlots(pattern, budget) : this.#arrivalsAt(usual);
    if (this.#others !== undefined && this.#others.size > 0)
      found.push(...this.#selectOthers(this.#others, pattern, budget));
    if (found.length === 0) return NO_MEMBERS;
    return inOrder(found);
  }

  /** TX.0 to TX.9: stores the groups of a match, the whole of it first, and removes the others. */
  setCaptures(groups: readonly (string | undefined)[]): void {
    this.#beginWriting();
    const count = Math.min(groups.length, CAPTURE_NAMES.length);
    for (let group = 0; group < CAPTURE_NAMES.length; group++) {
      const key = CAPTURE_NAMES[group]!;
      // A group that took no part is empty where another one follows.
      const value = group < count ? (groups[group] ?? (group < count - 1 ? '' : undefined)) : undefined;
      const slot = this.#names.slotOfCapture(group);
      if (slot === undefined) {
        if (value === undefined) this.delete(key);
        else this.set(key, value);
        continue;
      }
      if (value !== undefined) this.#putAt(slot, key, value);
      else if (this.#known[slot] !== undefined) this.#known[slot] = undefined;
    }
  }

  set(key: string, value: string): void {
    this.swap(key, value);
  }

  swap(key: string, value: string): string | undefined {
    this.#beginWriting();
    this.#locate(key);
    const slot = this.#lastSlot;
    if (slot !== undefined) {
      const earlier = this.#known[slot];
      this.#putAt(slot, key, value);
      return earlier?.member.value;
    }
    const others = this.#ownOthers();
    const earlier = others.get(this.#lastName);
    others.set(this.#lastName, this.#replacing(earlier, key, value));
    return earlier?.member.value;
  }

  delete(key: string): void {
    if (this.#find(key) === undefined) return;
    this.#beginWriting();
    const slot = this.#lastSlot;
    if (slot === undefined) this.#ownOthers().delete(this.#lastName);
    else this.#known[slot] = undefined;
  }

  /** What it holds now. The same object for as long as nothing is written. */
  get snapshot(): Snapshot {
    this.#snapshot ??= {
      names: this.#names,
      known: this.#known,
      others: new Map(this.#others),
      arrived: this.#arrived,
      isUnusual: this.#isUnusual,
    };
    return this.#snapshot;
  }

  /** Whether there are variables whose names were not known at load. */
  get hasOthers(): boolean {
    return this.#others !== undefined && this.#others.size > 0;
  }

  /** What has been written since the map was at a snapshot without others. */
  changesSince(snapshot: Snapshot): Changes {
    const known: Change[] = [];
    this.#known.forEach((arrival, slot) => {
      const earlier = snapshot.known[slot];
      const { key } = (arrival ?? earlier)?.member ?? {};
      if (arrival !== earlier && key !== undefined) known.push({ slot, key, arrival, isLater: earlier !== undefined });
    });
    known.sort((left, right) => (left.arrival?.order ?? 0) - (right.arrival?.order ?? 0));
    return {
      known,
      others: new Map(this.#others),
      before: snapshot.arrived,
      after: this.#arrived,
      isUnusual: this.#isUnusual,
    };
  }

  /** Whether what has been written to another map can be written to this one, to the same effect. */
  canRepeat({ known, before }: Changes): boolean {
    // What was there before keeps its spelling and its place in the order of arrival.
    if (this.#arrived !== before || this.hasOthers) return false;
    return known.every(({ slot, isLater }) => (this.#known[slot] !== undefined) === isLater);
  }

  repeat({ known, others, after, isUnusual }: Changes): void {
    this.#beginWriting();
    if (isUnusual) this.#isUnusual = true;
    for (const { slot, key, arrival, isLater } of known) {
      const isSame = arrival === undefined || !isLater;
      this.#known[slot] = isSame ? arrival : this.#replacing(this.#known[slot], key, arrival.member.value);
    }
    this.#others = others;
    this.#isShared = true;
    this.#arrived = after;
  }

  /** Whether it holds what the snapshot says, and nothing has been written since. */
  isAt(snapshot: Snapshot): boolean {
    return this.#snapshot === snapshot;
  }

  /** Starts from an empty snapshot, unless it has done so already; what it holds it keeps. */
  begin(empty: Snapshot): void {
    if (empty.names === this.#names) return;
    const { members } = this;
    this.restore(empty);
    for (const { key, value } of members) if (key !== undefined) this.set(key, value);
  }

  /** Forgets what it holds; starts again from a snapshot. */
  restore(snapshot: Snapshot): void {
    this.#names = snapshot.names;
    this.#lastKey = undefined;
    // Copied before it is written to.
    this.#known = snapshot.known as (Arrival | undefined)[];
    this.#others = snapshot.others.size === 0 ? undefined : snapshot.others;
    this.#isShared = true;
    this.#arrived = snapshot.arrived;
    this.#isUnusual = snapshot.isUnusual;
    this.#members = undefined;
    this.#snapshot = snapshot;
  }

  #arrivalsAt(slots: readonly number[]): Arrival[] {
    const found: Arrival[] = [];
    for (const slot of slots) {
      const arrival = this.#known[slot];
      if (arrival !== undefined) found.push(arrival);
    }
    return found;
  }

  /** Those in slots whose key, as it is spelled here, the pattern matches. */
  #askSlots(pattern: KeyPattern, budget: MatchBudget): Arrival[] {
    const found: Arrival[] = [];
    const { keys, isPicked } = this.#names.picksOf(pattern);
    for (let slot = 0; slot < this.#known.length; slot++) {
      const arrival = this.#known[slot];
      if (arrival === undefined) continue;
      const { key = '' } = arrival.member;
      if (keys[slot] !== key) {
        isPicked[slot] = pattern.test(key, budget);
        keys[slot] = budget.exceeded ? undefined : key;
      }
      if (isPicked[slot] === true) found.push(arrival);
    }
    return found;
  }

  #selectOthers(others: ReadonlyMap<string, Arrival>, pattern: KeyPattern, budget: MatchBudget): readonly Arrival[] {
    const { ofShared } = this.#names.picksOf(pattern);
    const known = this.#isShared ? ofShared.get(others) : undefined;
    if (known !== undefined) return known;
    const found: Arrival[] = [];
    for (const arrival of others.values()) if (pattern.test(arrival.member.key ?? '', budget)) found.push(arrival);
    if (this.#isShared && !budget.exceeded) ofShared.set(others, found);
    return found;
  }

  #find(key: string): Arrival | undefined {
    this.#locate(key);
    return this.#lastSlot === undefined ? this.#others?.get(this.#lastName) : this.#known[this.#lastSlot];
  }

  #locate(key: string): void {
    if (key === this.#lastKey) return;
    // Keys of rules are mostly spelled as the names known are, or in lower case.
    let slot = this.#names.slotOf(key);
    if (slot === undefined) {
      const lower = lowerCase(key);
      if (lower !== key) slot = this.#names.slotOf(lower);
      this.#lastName = lower;
    }
    this.#lastSlot = slot;
    this.#lastKey = key;
  }

  #beginWriting(): void {
    this.#members = undefined;
    if (this.#snapshot === undefined) return;
    this.#known = this.#known.slice();
    this.#snapshot = undefined;
  }

  #ownOthers(): Map<string, Arrival> {
    // A map of its own is never handed out.
    if (this.#others !== undefined && !this.#isShared) return this.#others as Map<string, Arrival>;
    const others = new Map(this.#others);
    this.#others = others;
    this.#isShared = false;
    return others;
  }

  #putAt(slot: number, key: string, value: string): void {
    const earlier = this.#known[slot];
    if (earlier === undefined && !this.#names.isUsual(slot, key)) this.#isUnusual = true;
    this.#known[slot] = this.#replacing(earlier, key, value);
  }

  #replacing(earlier: Arrival | undefined, key: string, value: string): Arrival {
    if (earlier === undefined) return { member: { key, value }, order: this.#arrived++ };
    return { member: { key: earlier.member.key, value }, order: earlier.order };
  }

  #arrivals(): readonly Arrival[] {
    const arrivals: Arrival[] = [];
    for (const arrival of this.#known) if (arrival !== undefined) arrivals.push(arrival);
    if (this.#others !== undefined) arrivals.push(...this.#others.values());
    return arrivals.sort(byArrival);
  }
}

function byArrival(left: Arrival, right: Arrival): number {
  return left.order - right.order;
}

/** The members in order of arrival; mostly they are in order already. */
function inOrder(arrivals: Arrival[]): readonly Member[] {
  const isInOrder = arrivals.every(({ order }, index) => index === 0 || arrivals[index - 1]!.order < order);
  if (!isInOrder) arrivals.sort(byArrival);
  return arrivals.map(({ member }) => member);
}
