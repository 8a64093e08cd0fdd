import { RegexSyntaxError } from '../regex/index.ts';
import { constantText, type MacroText } from '../registry/macro.ts';
import type { Operator, OperatorContext } from '../registry/operator.ts';
import { UnknownNameError } from '../registry/registry.ts';
import type { OperatorNode, Span } from '../seclang/ast.ts';
import { scriptBinder } from './bind-script.ts';
import { reasonOf } from './bind-targets.ts';
import type { BindingContext } from './binding-context.ts';
import { codes } from './codes.ts';
import { compileMacros } from './macros.ts';
import type { Test } from './program.ts';

/** Looks up an operator and compiles its argument; mistakes are reported and give undefined. */
export function bindOperator(node: OperatorNode, context: BindingContext): Test | undefined {
  const { diagnostics } = context;
  // The parser has already said that there is no operator.
  if (node.name === '') return undefined;
  let operator: Operator;
  try {
    operator = context.vocabulary.operators.require(node.name);
  } catch (cause) {
    if (!(cause instanceof UnknownNameError)) throw cause;
    diagnostics.error(codes.unknownOperator, cause.message, node.nameSpan, cause.hint);
    return undefined;
  }
  if (operator.deprecated !== undefined) {
    diagnostics.warning(codes.deprecated, `@${operator.name} is obsolete`, node.nameSpan, operator.deprecated);
  }
  if (operator.argument === 'required' && node.argument === '') {
    diagnostics.error(codes.badOperatorArgument, `@${operator.name} needs an argument`, node.nameSpan);
    return undefined;
  }
  const warn = (message: string): void => diagnostics.warning(codes.oddArgument, message, node.argumentSpan);
  const macro = (text: string): MacroText =>
    compileMacros(text, context.vocabulary.variables, (message) =>
      diagnostics.warning(codes.unknownMacro, message, node.argumentSpan),
    );
  const argument = operator.macros ? macro(node.argument) : constantText(node.argument);
  const { services, settings } = context;
  const operatorContext: OperatorContext = {
    regexOptions: context.regexOptions,
    regexes: context.regexes,
    readFile: (path) => context.files.read(context.files.resolve(node.span.file, path)),
    macro,
    resolvePath: (path) => context.files.resolve(node.span.file, path),
    dataset: (name) => settings.datasets.get(name),
    warn,
    settings,
    ...(services.scripts === undefined
      ? {}
      : { compileScript: scriptBinder(node.span.file, services.scripts, context) }),
    ...(services.resolver === undefined ? {} : { resolver: services.resolver }),
    ...(services.programs === undefined ? {} : { programs: services.programs }),
    ...(services.xmlValidation === undefined ? {} : { xmlValidation: services.xmlValidation }),
    ...(settings.httpBlKey === undefined ? {} : { httpBlKey: settings.httpBlKey }),
  };
  try {
    const matcher = operator.compile(argument, operatorContext);
    const test = { name: operator.name, argument, isNegated: node.isNegated, matcher };
    return operator.targets === undefined ? test : { ...test, targets: operator.targets };
  } catch (cause) {
    diagnostics.error(codes.badOperatorArgument, `@${operator.name}: ${reasonOf(cause)}`, mistakeSpan(cause, node));
    return undefined;
  }
}

/** Points into a pattern where the error knows its offset. */
function mistakeSpan(cause: unknown, node: OperatorNode): Span {
  if (!(cause instanceof RegexSyntaxError)) return node.argumentSpan;
  const start = node.argumentPositionAt(cause.offset);
  return { file: node.span.file, start, end: node.argumentSpan.end };
}
