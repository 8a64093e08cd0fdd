import { lowerCase } from '../bytes/ascii.ts';
import { CAPTURE_NAMES, type KeyPattern, KnownNames } from '../compile/prefilter/known-names.ts';
import type { MatchBudget } from '../regex/index.ts';
import { type Member, NO_MEMBERS } from '../registry/member.ts';
import type { WritableCollection } from '../registry/transaction-state.ts';

const NO_NAMES = new KnownNames([]);

/** A member and its place in the order of arrival. */
interface Arrival {
  readonly member: Member;
  readonly order: number;
}

/** What a map held at some moment. Never changes; any number of maps can start from it. */
export interface Snapshot {
  readonly names: KnownNames;
  /** By slot. */
  readonly known: readonly (Arrival | undefined)[];
  readonly others: ReadonlyMap<string, Arrival>;
  readonly arrived: number;
}

/** A variable as it was written since some moment. */
export interface Change {
  /** Undefined for names not known at load. */
  readonly slot: number | undefined;
  readonly key: string;
  /** Undefined when it was removed. */
  readonly value: string | undefined;
  /** Whether it was there before. */
  readonly isLater: boolean;
}

/** A collection in memory: keys compare caseless, keep the spelling of their first use and the order of arrival. */
export class VariableMap implements WritableCollection {
  #names: KnownNames;
  #known: (Arrival | undefined)[];
  /** Variables without a slot, by name in lower case. */
  #others: Map<string, Arrival> | undefined;
  #arrived = 0;
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
    this.#known = new Array<undefined>(names.size).fill(undefined);
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
    this.#known[slot] = this.#replacing(this.#known[slot], key, value);
  }

  /** The members whose key the pattern matches, in order of arrival. */
  select(pattern: KeyPattern, budget: MatchBudget): readonly Member[] {
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
    if (this.#others !== undefined) {
      for (const arrival of this.#others.values()) {
        if (pattern.test(arrival.member.key ?? '', budget)) found.push(arrival);
      }
    }
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
      const earlier = this.#known[slot];
      if (value !== undefined) this.#known[slot] = this.#replacing(earlier, key, value);
      else if (earlier !== undefined) this.#known[slot] = undefined;
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
      this.#known[slot] = this.#replacing(earlier, key, value);
      return earlier?.member.value;
    }
    this.#others ??= new Map();
    const earlier = this.#others.get(this.#lastName);
    this.#others.set(this.#lastName, this.#replacing(earlier, key, value));
    return earlier?.member.value;
  }

  delete(key: string): void {
    if (this.#find(key) === undefined) return;
    this.#beginWriting();
    const slot = this.#lastSlot;
    if (slot === undefined) this.#others?.delete(this.#lastName);
    else this.#known[slot] = undefined;
  }

  /** What it holds now. The same object for as long as nothing is written. */
  get snapshot(): Snapshot {
    this.#snapshot ??= {
      names: this.#names,
      known: this.#known,
      others: new Map(this.#others),
      arrived: this.#arrived,
    };
    return this.#snapshot;
  }

  /** Whether there are variables whose names were not known at load. */
  get hasOthers(): boolean {
    return this.#others !== undefined && this.#others.size > 0;
  }

  /** What has been written since, in order of arrival. To a map without others: their removal is not told. */
  changesSince({ known, others }: Snapshot): readonly Change[] {
    const changes: (Change & { readonly order: number })[] = [];
    this.#known.forEach((arrival, slot) => {
      const earlier = known[slot];
      const { member, order } = arrival ?? earlier ?? {};
      if (arrival === earlier || member === undefined || order === undefined) return;
      const value = arrival === undefined ? undefined : member.value;
      changes.push({ slot, key: member.key ?? '', value, isLater: earlier !== undefined, order });
    });
    for (const [name, arrival] of this.#others ?? []) {
      const { member, order } = arrival;
      const earlier = others.get(name);
      const { key = '', value } = member;
      if (arrival !== earlier) changes.push({ slot: undefined, key, value, isLater: earlier !== undefined, order });
    }
    return changes.sort((left, right) => left.order - right.order);
  }

  /** Writes what has been written to another map. */
  repeat(changes: readonly Change[]): void {
    this.#beginWriting();
    for (const { slot, key, value } of changes) {
      if (slot === undefined) this.set(key, value ?? '');
      else this.#known[slot] = value === undefined ? undefined : this.#replacing(this.#known[slot], key, value);
    }
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
    this.#others = snapshot.others.size === 0 ? undefined : new Map(snapshot.others);
    this.#arrived = snapshot.arrived;
    this.#members = undefined;
    this.#snapshot = snapshot;
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
