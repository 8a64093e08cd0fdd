import type { TxProbe } from '../compile/prefilter/tx-probe.ts';
import type { Member } from '../registry/member.ts';
import type { Item } from './collect-targets.ts';
import type { VariableMap } from './variable-map.ts';

/** What a rule said of the variables of TX it looks at. */
export interface TxVerdict {
  /** What it looked at. */
  readonly members: readonly (Member | undefined)[];
  /** What matched; none when the rule does not match. */
  readonly items: readonly Item[];
}

/** Variables of TX that rules turn on are numbers and short words. */
const MAX_LENGTH = 32;

/**
 * What the rules of a phase that look at variables of TX said last. Most exchanges have the same values there, and as long as no
 * rule writes them even the same members, which the foregone rules have left.
 */
export class TxMemory {
  /** By position of the rule. */
  readonly #verdicts: (TxVerdict | undefined)[];

  constructor(txProbes: readonly (TxProbe | undefined)[]) {
    this.#verdicts = txProbes.map(() => undefined);
  }

  /** What matched when the rule was asked last, if what it looks at is the same now. */
  recall({ position, looks }: TxProbe, tx: VariableMap): readonly Item[] | undefined {
    const last = this.#verdicts[position];
    if (last === undefined) return undefined;
    for (let index = 0; index < looks.length; index++) {
      if (!isSame(last.members[index], tx.at(looks[index]!.slot))) return undefined;
    }
    return last.items;
  }

  remember({ isFixed, position }: TxProbe, verdict: TxVerdict): void {
    if (!isFixed) return;
    for (const member of verdict.members) if (member !== undefined && member.value.length > MAX_LENGTH) return;
    this.#verdicts[position] = verdict;
  }
}

function isSame(before: Member | undefined, now: Member | undefined): boolean {
  if (before === now) return true;
  return before !== undefined && now !== undefined && before.value === now.value && before.key === now.key;
}
