import type { Rule } from '../compile/program.ts';
import type { RuleSelection } from '../registry/transaction-state.ts';
import type { Removals } from './removals.ts';

/** Rules whose removal makes a difference to what is known of them together; kept for all exchanges of a program. */
export class SparedRules {
  readonly #rules: readonly Rule[];
  readonly #spared = new WeakMap<RuleSelection, boolean>();

  constructor(rules: readonly Rule[]) {
    this.#rules = rules;
  }

  /** Whether a removal means none of them. */
  areSparedBy(selection: RuleSelection): boolean {
    let areSpared = this.#spared.get(selection);
    if (areSpared === undefined) {
      areSpared = !this.#rules.some((rule) => selection.includes(rule));
      this.#spared.set(selection, areSpared);
    }
    return areSpared;
  }
}

/** Whether the removals of one exchange concern none of some rules, as they become more. */
export class RemovalWatch {
  readonly #rules: SparedRules;
  readonly #removals: Removals;
  /** How many removals have been judged. */
  #judged = 0;
  #areSpared = true;

  constructor(rules: SparedRules, removals: Removals) {
    this.#rules = rules;
    this.#removals = removals;
  }

  get areSpared(): boolean {
    const { selections } = this.#removals;
    while (this.#areSpared && this.#judged < selections.length) {
      this.#areSpared = this.#rules.areSparedBy(selections[this.#judged++]!);
    }
    return this.#areSpared;
  }
}
