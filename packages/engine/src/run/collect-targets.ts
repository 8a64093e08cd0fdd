import { equalsIgnoreCase } from '../bytes/ascii.ts';
import { escapeKey } from '../bytes/escape.ts';
import type { Selector, Target } from '../compile/program.ts';
import { type Member, NO_MEMBERS } from '../registry/member.ts';
import type { TargetRemoval, TransactionState } from '../registry/transaction-state.ts';

/** One value a rule looks at. */
export interface Item {
  /** Full name, `ARGS:id`. */
  readonly name: string;
  /** Name in the sentence of a negated match, which shows `&ARGS:id` for counts. */
  readonly requiredName: string;
  readonly key: string | undefined;
  readonly value: string;
  /** The value after the transformations of the link, where somebody has worked it out already. */
  readonly transformed: string | undefined;
  /** Whether the operator has said yes to that already. */
  readonly isKnownToMatch: boolean;
}

/** Expands a target list into the values to test, in order; exclusions and removals are left out. */
export function collectItems(
  targets: readonly Target[],
  removals: readonly TargetRemoval[] | undefined,
  tx: TransactionState,
): readonly Item[] {
  const items: Item[] = [];
  for (const target of targets) {
    const members = selectMembers(target, tx);
    if (target.isCount) {
      if (!isRemoved(target, undefined, removals)) items.push(countItem(target, members.length));
      continue;
    }
    for (const member of members) {
      if (isLeftOut(member, target, removals, tx)) continue;
      items.push(itemOf(target, member));
    }
  }
  return items;
}

/** `NAME:key` with the key escaped, or `NAME` for scalars. */
export function fullName(variable: string, member: Member): string {
  if (member.name !== undefined) return member.name;
  return member.key === undefined ? variable : `${variable}:${escapeKey(member.key)}`;
}

/** The members a target picks, exclusions not yet considered. */
export function selectMembers({ variable, selector }: Target, tx: TransactionState): readonly Member[] {
  switch (selector.kind) {
    case 'all':
      return variable.members(tx);
    case 'key':
      if (variable.find !== undefined) return variable.find(tx, selector.key);
      return filterByKey(variable.members(tx), selector.key);
    case 'regex':
      return (
        variable.select?.(tx, selector.regex) ??
        variable.members(tx).filter((member) => selector.regex.test(member.key ?? '', tx.budget))
      );
    case 'custom':
      return selector.read(tx);
  }
}

/** Most look-ups find nothing or one; no array is made for them. */
function filterByKey(members: readonly Member[], key: string): readonly Member[] {
  let found: Member[] | undefined;
  for (const member of members) {
    if (member.key === undefined || !equalsIgnoreCase(member.key, key)) continue;
    if (found === undefined) found = [member];
    else found.push(member);
  }
  return found ?? NO_MEMBERS;
}

/** The names are worked out when somebody asks for them: most values do not match, and most matches are not told of. */
class TargetItem implements Item {
  readonly key: string | undefined;
  readonly value: string;
  readonly transformed: string | undefined;
  readonly isKnownToMatch: boolean;
  readonly #target: Target;
  /** Undefined for a count. */
  readonly #member: Member | undefined;
  #name: string | undefined;

  constructor(
    target: Target,
    member: Member | undefined,
    value: string,
    transformed: string | undefined,
    isKnown: boolean,
  ) {
    this.key = member?.key;
    this.value = value;
    this.transformed = transformed;
    this.isKnownToMatch = isKnown;
    this.#target = target;
    this.#member = member;
  }

  get name(): string {
    this.#name ??= this.#member === undefined ? this.#target.name : fullName(this.#target.name, this.#member);
    return this.#name;
  }

  get requiredName(): string {
    const { name, selector } = this.#target;
    if (this.#member !== undefined) return selector.kind === 'custom' ? `${this.name}:${selector.text}` : this.name;
    const required = `&${name}`;
    if (selector.kind === 'key') return `${required}:${selector.key}`;
    if (selector.kind === 'custom') return `${required}:${selector.text}`;
    if (selector.kind === 'regex') return `${required}:/${selector.regex.source}/`;
    return required;
  }
}

export function itemOf(target: Target, member: Member, transformed?: string, isKnownToMatch: boolean = false): Item {
  return new TargetItem(target, member, member.value, transformed, isKnownToMatch);
}

export function countItem(target: Target, count: number, isKnownToMatch: boolean = false): Item {
  return new TargetItem(target, undefined, String(count), undefined, isKnownToMatch);
}

/** A value a rule has matched, as later links and MATCHED_VARS see it: after the transformations, under the name of the item. */
export class MatchedMember implements Member {
  readonly key: string | undefined;
  readonly value: string;
  readonly #item: Item;

  constructor(item: Item, value: string) {
    this.key = item.key;
    this.value = value;
    this.#item = item;
  }

  get name(): string {
    return this.#item.name;
  }
}

/** Whether the target list excludes a member, or `ctl` has removed it. */
export function isLeftOut(
  member: Member,
  target: Target,
  removals: readonly TargetRemoval[] | undefined,
  tx: TransactionState,
): boolean {
  for (const selector of target.exclusions) if (picks(selector, member, target, tx)) return true;
  return isRemoved(target, member.key, removals);
}

/** Whether a selector of the target means the member. */
export function picks(selector: Selector, member: Member, target: Target, tx: TransactionState): boolean {
  switch (selector.kind) {
    case 'all':
      return true;
    case 'key':
      return equalsIgnoreCase(member.key ?? '', selector.key);
    case 'regex':
      return selector.regex.test(member.key ?? '', tx.budget);
    case 'custom':
      // Members of XML all have the same full name, so excluding some excludes them all.
      return selector.read(tx).some((one) => fullName(target.name, one) === fullName(target.name, member));
  }
}

function isRemoved(target: Target, key: string | undefined, removals: readonly TargetRemoval[] | undefined): boolean {
  if (removals === undefined) return false;
  return removals.some(
    (removal) =>
      removal.variable === target.name && (removal.matchesKey === undefined || removal.matchesKey(key ?? '')),
  );
}
