import type { Phase } from '../contract.ts';
import type { SelectableRule } from '../registry/transaction-state.ts';
import type { ActionRuleNode, RuleNode } from '../seclang/ast.ts';
import type { BoundAction } from './bind-actions.ts';
import type { BoundTarget } from './bind-targets.ts';
import type { Test } from './program.ts';

/** One link while updates can still change it. */
export interface LinkDraft {
  readonly node: RuleNode | ActionRuleNode;
  targets: readonly BoundTarget[];
  /** Undefined for SecAction. For SecRuleScript, which has no targets, the script. */
  readonly test: Test | undefined;
  /** The link's own actions, without defaults. */
  actions: readonly BoundAction[];
}

/** A rule while the configuration is being read. */
export interface RuleDraft extends SelectableRule {
  readonly phase: Phase;
  /** Position among rules and markers. */
  readonly order: number;
  readonly links: LinkDraft[];
  /** SecDefaultAction in force where the rule stood. */
  readonly defaults: readonly BoundAction[];
}

export interface MarkerDraft {
  readonly name: string;
  readonly order: number;
}
