import { NO_SCRIPTS } from '../programs/scripts.ts';
import type { RuleBuilder } from '../registry/action.ts';
import { constantText } from '../registry/macro.ts';
import type { ActionRuleNode, RuleNode, Word } from '../seclang/ast.ts';
import { bindActions, buildRule } from './bind-actions.ts';
import { bindOperator } from './bind-operator.ts';
import { scriptBinder } from './bind-script.ts';
import { bindTargets, reasonOf } from './bind-targets.ts';
import type { BindingContext } from './binding-context.ts';
import { codes } from './codes.ts';
import type { LinkDraft } from './draft.ts';
import type { Test } from './program.ts';
import { scriptMatcher } from './script-matcher.ts';

/** A rule whose words have been looked up; `isUsable` is false where that did not work out. Mistakes have been reported. */
export interface BoundLink {
  readonly link: LinkDraft;
  readonly isUsable: boolean;
}

/** Most rules look at no XML. */
const NONE_NAMED: Pick<RuleBuilder, 'namespaces'> = { namespaces: new Map() };

/** A SecRule. */
export function bindRule(node: RuleNode, context: BindingContext): BoundLink {
  const { diagnostics } = context;
  const actions = bindActions(node.actions, context);
  const { namespaces } = actions.some(({ definition }) => definition.name === 'xmlns')
    ? buildRule(actions)
    : NONE_NAMED;
  const targets = bindTargets(node.targets, { ...context, namespaces });
  const test = bindOperator(node.operator, context);
  const link = { node, targets, test, actions };
  if (test === undefined || (targets.length === 0 && node.targets.length > 0)) return { link, isUsable: false };
  const foreign = targets.find((target) => test.targets?.includes(target.variable.name) === false);
  if (foreign !== undefined) {
    diagnostics.error(
      codes.badOperatorArgument,
      `@${test.name} cannot look at ${foreign.variable.name}`,
      node.operator.nameSpan,
      `it is for ${test.targets?.join(' and ')}`,
    );
  }
  if (!targets.some((target) => !target.isExclusion)) {
    diagnostics.warning(codes.noTargets, 'the rule looks at nothing, so it never matches', node.span);
  }
  return { link, isUsable: true };
}

/** A SecAction: a rule without a condition. */
export function bindUnconditional(node: ActionRuleNode, context: BindingContext): BoundLink {
  return { link: { node, targets: [], test: undefined, actions: bindActions(node.actions, context) }, isUsable: true };
}

/** A SecRuleScript: a rule whose condition is the script in `file`. */
export function bindScriptRule(node: ActionRuleNode, file: Word, context: BindingContext): BoundLink {
  const actions = bindActions(node.actions, context);
  const test = bindScriptTest(file, context);
  return { link: { node, targets: [], test, actions }, isUsable: test !== undefined };
}

function bindScriptTest(file: Word, context: BindingContext): Test | undefined {
  const { scripts } = context.services;
  try {
    if (scripts === undefined) throw new Error(NO_SCRIPTS);
    const script = scriptBinder(file.span.file, scripts, context)(file.text);
    return { name: 'script', argument: constantText(file.text), isNegated: false, matcher: scriptMatcher(script) };
  } catch (cause) {
    context.diagnostics.error(codes.badOperatorArgument, `SecRuleScript: ${reasonOf(cause)}`, file.span);
    return undefined;
  }
}
