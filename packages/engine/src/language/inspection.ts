import type { Vocabulary } from '../compile/vocabulary.ts';
import type { Phase } from '../contract.ts';
import type { Action } from '../registry/action.ts';
import type { DirectiveLine } from '../registry/directive.ts';
import type { Operator } from '../registry/operator.ts';
import type { EngineSettings } from '../registry/settings.ts';
import type { Transformation } from '../registry/transformation.ts';
import type { Variable } from '../registry/variable.ts';
import type { ActionNode, ActionRuleNode, OperatorNode, RuleNode, Span, TargetNode } from '../seclang/ast.ts';
import type { Diagnostic } from '../seclang/diagnostics.ts';

/** A configuration as it was read: what a person wants to know about it, where a running engine needs other things. */
export interface Inspection {
  /** Everything the loader has to say, as `createWaf` says it. */
  readonly diagnostics: readonly Diagnostic[];
  /** Rules in load order, removed ones included. With errors among the diagnostics: those that could be understood. */
  readonly rules: readonly InspectedRule[];
  readonly markers: readonly InspectedMarker[];
  /** Directives that remove or update rules, in order, and what they meant. */
  readonly changes: readonly RuleSetChange[];
  /** Every line that took part, in load order: includes followed, blocks decided. */
  readonly lines: readonly DirectiveLine[];
  /** Files with at least one line, in load order. */
  readonly files: readonly string[];
  readonly settings: Readonly<EngineSettings>;
  readonly vocabulary: Vocabulary;
}

/** A rule with its whole chain, after defaults and updates. */
export interface InspectedRule {
  /** Undefined when the rule has none, which the diagnostics say. */
  readonly id: number | undefined;
  readonly phase: Phase;
  readonly severity: number | undefined;
  /** As written, macros not expanded. */
  readonly message: string | undefined;
  readonly tags: readonly string[];
  readonly version: string | undefined;
  /** What a match does; `block` has been replaced by what it stands for in this phase. */
  readonly disruption: 'pass' | 'deny' | 'drop' | 'redirect' | 'proxy' | 'allow' | 'pause';
  /** Status of a refusal. */
  readonly status: number;
  readonly log: boolean;
  readonly auditLog: boolean;
  readonly skip: number;
  readonly skipAfter: string | undefined;
  /** Position among rules and markers. */
  readonly order: number;
  readonly span: Span;
  readonly links: readonly InspectedLink[];
  /** The directive that dropped it. */
  readonly removedBy: DirectiveLine | undefined;
}

/** One SecRule or SecAction. */
export interface InspectedLink {
  readonly node: RuleNode | ActionRuleNode;
  /** What it looks at and leaves out; a target whose name nobody knows is not among them. */
  readonly targets: readonly InspectedTarget[];
  /** Undefined for SecAction. */
  readonly operator: InspectedOperator | undefined;
  /** Defaults, own and later ones, merged as they count. */
  readonly actions: readonly InspectedAction[];
  readonly transformations: readonly Transformation[];
  /** Transformations that the default list brings. */
  readonly inheritedTransformations: readonly Transformation[];
  readonly capture: boolean;
  readonly multiMatch: boolean;
}

export interface InspectedTarget {
  readonly node: TargetNode;
  readonly variable: Variable;
  /** The SecRuleUpdateTarget… line it came from. */
  readonly addedBy: DirectiveLine | undefined;
}

export interface InspectedOperator {
  readonly node: OperatorNode;
  readonly definition: Operator;
}

export interface InspectedAction {
  readonly node: ActionNode;
  readonly definition: Action;
  /** `default`: from SecDefaultAction or the built-in list; a line: from SecRuleUpdateActionById. */
  readonly origin: 'own' | 'default' | DirectiveLine;
}

export interface InspectedMarker {
  readonly name: string;
  readonly order: number;
  readonly span: Span;
}

export interface RuleSetChange {
  readonly kind: 'removal' | 'targets' | 'actions';
  readonly line: DirectiveLine;
  /** Rules it meant, in load order. */
  readonly rules: readonly InspectedRule[];
  /** For targets: what it adds. */
  readonly targets: readonly TargetNode[];
}
