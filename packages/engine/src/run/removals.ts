import type { Rule } from '../compile/program.ts';
import type { RuleRemovals, RuleSelection, TargetRemoval, TransactionState } from '../registry/transaction-state.ts';

interface RemovedTarget {
  readonly selection: RuleSelection;
  readonly target: TargetRemoval;
}

/**
 * Whether a selection includes a rule never changes while tags have no macros, so the answer is kept with the selection:
 * 0 unknown, 1 no, 2 yes, by rule index.
 */
const verdicts = new WeakMap<RuleSelection, { readonly rules: readonly Rule[]; readonly known: Uint8Array }>();

const NO_SELECTIONS: readonly RuleSelection[] = [];

/** Rules and targets one transaction leaves out. */
export class Removals implements RuleRemovals {
  readonly #rules: readonly Rule[];
  readonly #tx: TransactionState;
  #removed: RuleSelection[] | undefined;
  /** All there are, in order of arrival. */
  #selections: RuleSelection[] | undefined;
  #targets: RemovedTarget[] | undefined;

  constructor(rules: readonly Rule[], tx: TransactionState) {
    this.#rules = rules;
    this.#tx = tx;
  }

  get hasAny(): boolean {
    return this.#selections !== undefined;
  }

  /** The rules that are meant by each removal, in order of arrival; there only come more. */
  get selections(): readonly RuleSelection[] {
    return this.#selections ?? NO_SELECTIONS;
  }

  removeRules(selection: RuleSelection): void {
    this.#removed ??= [];
    this.#removed.push(selection);
    this.#noteSelection(selection);
  }

  removeTarget(selection: RuleSelection, target: TargetRemoval): void {
    this.#targets ??= [];
    this.#targets.push({ selection, target });
    this.#noteSelection(selection);
  }

  isRemoved(rule: Rule): boolean {
    if (this.#removed === undefined) return false;
    for (const selection of this.#removed) if (this.#includes(selection, rule)) return true;
    return false;
  }

  /** The removals that concern a rule; undefined, the usual case, when there are none. */
  targetsOf(rule: Rule): readonly TargetRemoval[] | undefined {
    if (this.#targets === undefined) return undefined;
    let found: TargetRemoval[] | undefined;
    for (const { selection, target } of this.#targets) {
      if (!this.#includes(selection, rule)) continue;
      found ??= [];
      found.push(target);
    }
    return found;
  }

  #noteSelection(selection: RuleSelection): void {
    this.#selections ??= [];
    this.#selections.push(selection);
  }

  #includes(selection: RuleSelection, rule: Rule): boolean {
    if (!rule.hasConstantTags) {
      return selection.includes({ id: rule.id, tags: rule.expandedTags(this.#tx), rawMessage: rule.rawMessage });
    }
    let entry = verdicts.get(selection);
    if (entry === undefined || entry.rules !== this.#rules) {
      entry = { rules: this.#rules, known: new Uint8Array(this.#rules.length) };
      verdicts.set(selection, entry);
    }
    const known = entry.known[rule.index];
    if (known !== 0) return known === 2;
    const verdict = selection.includes(rule);
    entry.known[rule.index] = verdict ? 2 : 1;
    return verdict;
  }
}
