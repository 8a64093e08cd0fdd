import type { RuleSelection } from '../../registry/transaction-state.ts';
import type { Span } from '../../seclang/ast.ts';
import type { Diagnostics } from '../../seclang/diagnostics.ts';
import { codes } from '../codes.ts';
import type { MarkerDraft, RuleDraft } from '../draft.ts';

/** The rules and markers loaded so far, in their order. No two rules have the same id. */
export class RuleDrafts {
  readonly #diagnostics: Diagnostics;
  readonly #firstUseOfId = new Map<number, Span>();
  readonly #markers: MarkerDraft[] = [];
  #rules: RuleDraft[] = [];
  #order = 0;

  constructor(diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
  }

  get rules(): readonly RuleDraft[] {
    return this.#rules;
  }

  get markers(): readonly MarkerDraft[] {
    return this.#markers;
  }

  /** Puts a rule, whose id has been claimed, behind all others. */
  add(rule: Omit<RuleDraft, 'order'>): RuleDraft {
    const draft = { ...rule, order: this.#order++ };
    this.#rules.push(draft);
    return draft;
  }

  addMarker(name: string): void {
    this.#markers.push({ name, order: this.#order++ });
  }

  /** Takes an id for the rule at `span`; false, and reported, when another rule has it. */
  claimId(id: number, span: Span): boolean {
    const first = this.#firstUseOfId.get(id);
    if (first === undefined) {
      this.#firstUseOfId.set(id, span);
      return true;
    }
    this.#diagnostics.error(
      codes.duplicateId,
      `rule id ${id} is already used`,
      span,
      `first used at ${first.file}:${first.start.line}`,
    );
    return false;
  }

  selected(selection: RuleSelection): readonly RuleDraft[] {
    return this.#rules.filter((rule) => selection.includes(rule));
  }

  /** Removes rules and gives how many; their ids may be used again. */
  remove(selection: RuleSelection): number {
    const removed = this.selected(selection);
    for (const rule of removed) this.#firstUseOfId.delete(rule.id);
    this.#rules = this.#rules.filter((rule) => !selection.includes(rule));
    return removed.length;
  }

  /** Takes back a rule that turned out to be wrong. Its id stays taken: the rule is there to be corrected. */
  discard(rule: RuleDraft): void {
    this.#rules = this.#rules.filter((one) => one !== rule);
  }
}
