/**
 * The rule language for tools: what is written in a file, what it means, every word with its documentation. Servers do not
 * need this; linters, editors, formatters and reference pages do.
 */
export { createVocabulary } from '../builtins.ts';
export { ByteSet } from '../bytes/byte-set.ts';
export { fromBytes, toBytes } from '../bytes/byte-string.ts';
export { escapeLine } from '../bytes/escape.ts';
export type { Vocabulary } from '../compile/vocabulary.ts';
export { isAutomaton } from '../regex/analyze/linear.ts';
export { type Requirement, requiredTexts } from '../regex/analyze/required-texts.ts';
export {
  compileRegex,
  type Regex,
  RegexCache,
  type RegexNode,
  type RegexOptions,
  RegexSyntaxError,
} from '../regex/index.ts';
export type { Action } from '../registry/action.ts';
export type { CtlOption } from '../registry/ctl.ts';
export type { Directive, DirectiveLine } from '../registry/directive.ts';
export type { Operator } from '../registry/operator.ts';
export { type Named, Registry } from '../registry/registry.ts';
export { parseIdRanges } from '../registry/rule-selection.ts';
export type { Transformation } from '../registry/transformation.ts';
export type { Variable } from '../registry/variable.ts';
export type * from '../seclang/ast.ts';
export { type SyntaxCode, syntaxCodes } from '../seclang/codes.ts';
export { type Diagnostic, Diagnostics, formatDiagnostic, type Severity } from '../seclang/diagnostics.ts';
export { type MacroReference, parseMacros } from '../seclang/macros.ts';
export { type ParseOptions, parseSecLang } from '../seclang/parse.ts';
export { parseActions } from '../seclang/parse-actions.ts';
export { parseTargets } from '../seclang/parse-targets.ts';
export { type PrintOptions, printAction, printOperator, printSecLang, printTargets } from '../seclang/printer.ts';
export { type InspectOptions, inspectRules, RULE_REGEX_OPTIONS } from './inspect.ts';
export type * from './inspection.ts';
export { type MeaningCode, meaningCodes } from './meaning-codes.ts';
export { isSameTarget } from './same-target.ts';
