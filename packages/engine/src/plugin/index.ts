/**
 * Words of your own for the rule language: operators, transformations, variables, actions, directives, `ctl` options and
 * body processors in TypeScript, through the contracts and the registry that the engine's own words use.
 *
 * @example
 * const waf = createWaf({ rules, plugins: [{ name: 'acme', operators: [isPalindrome] }] });
 */

export { fromBytes, toBytes } from '../bytes/byte-string.ts';
export { escapeLog } from '../bytes/escape.ts';
export {
  type Action,
  type ActionContext,
  type Disruption,
  defineAction,
  type Effect,
  type RuleBuilder,
} from '../registry/action.ts';
export * from '../registry/body-processor.ts';
export { type CtlContext, type CtlOption, defineCtl } from '../registry/ctl.ts';
export {
  type Configuration,
  type Directive,
  type DirectiveLine,
  defineDirective,
  firstWord,
} from '../registry/directive.ts';
export { constantText, type MacroText } from '../registry/macro.ts';
export { type Member, NO_MEMBERS, scalar } from '../registry/member.ts';
export {
  defineOperator,
  type Forecast,
  type Matcher,
  type NameResolver,
  type Operator,
  type OperatorContext,
  OperatorError,
  type OperatorExample,
  type OperatorScope,
} from '../registry/operator.ts';
export { type Plugin, PluginError } from '../registry/plugin.ts';
export { UnknownNameError } from '../registry/registry.ts';
export type * from '../registry/transaction-state.ts';
export {
  defineTransformation,
  type Transformation,
  type TransformationExample,
  type TransformationSettings,
} from '../registry/transformation.ts';
export { defineVariable, type SelectorContext, type SelectorReader, type Variable } from '../registry/variable.ts';
export { type ActionParts, type RuleParts, type TargetParts, writeRules } from '../seclang/make-node.ts';
export { checkExamples } from './check-examples.ts';
