import type { TxProbe } from '../compile/prefilter/tx-probe.ts';
import type { Member } from '../registry/member.ts';
import type { Item } from './collect-targets.ts';

/** What a rule said of the variable of TX it looks at. */
export interface TxVerdict {
  readonly member: Member | undefined;
  /** What matched; undefined when nothing did. */
  readonly item: Item | undefined;
}

/** Variables of TX that rules turn on are numbers and short words. */
const MAX_LENGTH = 32;

/**
 * What the rules of a phase that look at one variable of TX said last. Most exchanges have the same values there, and as long as
 * no rule writes them even the same members, which the foregone rules have left.
 */
export class TxMemory {
  /** By position of the rule. */
  readonly #verdicts: (TxVerdict | undefined)[];

  constructor(txProbes: readonly (TxProbe | undefined)[]) {
    this.#verdicts = txProbes.map(() => undefined);
  }

  /** What the rule said of this member, if that or an equal one was the last it was asked about. */
  recall(position: number, member: Member | undefined): TxVerdict | undefined {
    const last = this.#verdicts[position];
    if (last === undefined || last.member === member) return last;
    if (last.member === undefined || member === undefined) return undefined;
    return last.member.value === member.value && last.member.key === member.key ? last : undefined;
  }

  remember({ isFixed, position }: TxProbe, member: Member | undefined, item: Item | undefined): void {
    if (!isFixed || (member !== undefined && member.value.length > MAX_LENGTH)) return;
    this.#verdicts[position] = { member, item };
  }
}
