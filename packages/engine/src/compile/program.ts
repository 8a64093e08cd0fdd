import type { Phase, RuleReference } from '../contract.ts';
import type { Regex } from '../regex/index.ts';
import type { Disruption, Effect } from '../registry/action.ts';
import type { MacroText } from '../registry/macro.ts';
import type { Matcher } from '../registry/operator.ts';
import type { EngineSettings } from '../registry/settings.ts';
import type { RunningRule, SelectableRule, TransactionState } from '../registry/transaction-state.ts';
import type { Transformation } from '../registry/transformation.ts';
import type { SelectorReader, Variable } from '../registry/variable.ts';

/** Which members of its variable a target means. */
export type Selector =
  | { readonly kind: 'all' }
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'regex'; readonly regex: Regex }
  | { readonly kind: 'custom'; readonly text: string; readonly read: SelectorReader };

/** One item of a target list, resolved. */
export interface Target {
  readonly variable: Variable;
  /** Name of the variable as it shows in full names. */
  readonly name: string;
  readonly selector: Selector;
  readonly isCount: boolean;
  /** Selectors of the same variable that are left out, wherever they stood in the list. */
  readonly exclusions: readonly Selector[];
}

/** The operator of a link. */
export interface Test {
  readonly name: string;
  readonly argument: MacroText;
  readonly isNegated: boolean;
  readonly matcher: Matcher;
  /** The only variables the operator can look at. */
  readonly targets?: readonly string[];
}

/** One SecRule: a rule of its own, or one link of a chain. */
export interface Link {
  readonly targets: readonly Target[];
  readonly test: Test;
  /** Name and argument of the operator as matches tell of them: `@rx ^a`. */
  readonly operatorText: string;
  /** SecAction and SecRuleScript: runs once, looks at no variable, leaves MATCHED_VAR alone. */
  readonly isUnconditional: boolean;
  readonly transformations: readonly Transformation[];
  readonly transformationNames: readonly string[];
  readonly multiMatch: boolean;
  readonly capture: boolean;
  /** Non-disruptive actions, in order; run for every match of this link. */
  readonly effects: readonly Effect[];
  readonly file: string;
  readonly line: number;
  /** The link as text, from its parsed form (audit log part K). */
  readonly source: string;
}

/** What `block` and friends come down to. */
export type FinalDisruption = Exclude<Disruption, { readonly kind: 'block' }>;

/** A rule with its whole chain. */
export interface Rule extends SelectableRule, RunningRule {
  /** Position among all rules, for bit sets. */
  readonly index: number;
  readonly id: number;
  /** What names it in matches. */
  readonly reference: RuleReference;
  readonly phase: Phase;
  readonly links: readonly Link[];
  readonly messageText: MacroText | undefined;
  readonly dataText: MacroText | undefined;
  readonly tagTexts: readonly MacroText[];
  readonly hasConstantTags: boolean;
  readonly disruption: FinalDisruption;
  readonly status: number | undefined;
  readonly log: boolean;
  readonly auditLog: boolean;
  readonly skip: number;
  /** Index in the phase to go on at after a match; undefined without `skipAfter`. */
  readonly skipTo: number | undefined;
  expandedTags(tx: TransactionState): readonly string[];
}

/** A compiled configuration: immutable, shared by all transactions. */
export interface Program {
  readonly settings: Readonly<EngineSettings>;
  readonly rules: readonly Rule[];
  /** Rules of each phase in load order; index 0 is empty. */
  readonly phases: readonly (readonly Rule[])[];
}
