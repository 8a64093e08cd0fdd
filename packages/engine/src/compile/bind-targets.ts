import { equalsIgnoreCase } from '../bytes/ascii.ts';
import type { RegexCache, RegexOptions } from '../regex/index.ts';
import { UnknownNameError } from '../registry/registry.ts';
import type { Variable } from '../registry/variable.ts';
import type { TargetNode } from '../seclang/ast.ts';
import type { Diagnostics } from '../seclang/diagnostics.ts';
import { codes } from './codes.ts';
import type { Selector, Target } from './program.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A target whose words have been looked up. */
export interface BoundTarget {
  readonly variable: Variable;
  readonly selector: Selector;
  readonly isCount: boolean;
  readonly isExclusion: boolean;
}

export interface TargetContext {
  readonly vocabulary: Vocabulary;
  readonly diagnostics: Diagnostics;
  readonly regexes: RegexCache;
  readonly regexOptions: RegexOptions;
  readonly namespaces: ReadonlyMap<string, string>;
}

/** Looks up the words of a target list; mistakes are reported and leave their target out. */
export function bindTargets(nodes: readonly TargetNode[], context: TargetContext): readonly BoundTarget[] {
  return nodes.flatMap((node) => {
    const bound = bindTarget(node, context);
    return bound === undefined ? [] : [bound];
  });
}

function bindTarget(node: TargetNode, context: TargetContext): BoundTarget | undefined {
  const { diagnostics } = context;
  const header = headerNamedBy(node.name);
  let variable: Variable;
  try {
    variable = context.vocabulary.variables.require(header === undefined ? node.name : 'REQUEST_HEADERS');
  } catch (cause) {
    if (!(cause instanceof UnknownNameError)) throw cause;
    diagnostics.error(codes.unknownVariable, cause.message, node.span, cause.hint);
    return undefined;
  }
  const replacement = header === undefined ? variable.deprecated : `write REQUEST_HEADERS:${header}`;
  if (replacement !== undefined) {
    diagnostics.warning(codes.deprecated, `the variable ${node.name} is obsolete`, node.span, replacement);
  }
  const selector =
    header === undefined ? bindSelector(node, variable, context) : ({ kind: 'key', key: header } as const);
  if (selector === undefined) return undefined;
  return { variable, selector, isCount: node.isCount, isExclusion: node.isExclusion };
}

/** ModSecurity 2 still reads `HTTP_Name` of 1.x as the request header of that name. */
function headerNamedBy(name: string): string | undefined {
  return name.length > 5 && equalsIgnoreCase(name.slice(0, 5), 'HTTP_') ? name.slice(5) : undefined;
}

function bindSelector(node: TargetNode, variable: Variable, context: TargetContext): Selector | undefined {
  const { diagnostics } = context;
  const { selector } = node;
  if (selector === undefined) {
    if (variable.selector !== 'required' || node.isExclusion) return { kind: 'all' };
    diagnostics.error(
      codes.selectorNotAllowed,
      `${variable.name} needs a selector`,
      node.span,
      `write ${variable.name}:name`,
    );
    return undefined;
  }
  if (variable.selector === 'none') {
    diagnostics.error(
      codes.selectorNotAllowed,
      `${variable.name} has one value only and takes no selector`,
      selector.span,
    );
    return undefined;
  }
  try {
    if (variable.compileSelector !== undefined) {
      const text = selector.kind === 'regex' ? `/${selector.text}/` : selector.text;
      const warn = (message: string): void => diagnostics.warning(codes.oddArgument, message, selector.span);
      const read = variable.compileSelector(text, { namespaces: context.namespaces, warn });
      return { kind: 'custom', text, read };
    }
    if (selector.kind === 'key') return { kind: 'key', key: selector.text };
    const regex = context.regexes.compile(selector.text, { ...context.regexOptions, caseless: true });
    return { kind: 'regex', regex };
  } catch (cause) {
    diagnostics.error(codes.badSelector, reasonOf(cause), selector.span);
    return undefined;
  }
}

/** Pairs each target with the exclusions of its variable, which count wherever they stand in the list. */
export function resolveTargets(bound: readonly BoundTarget[]): readonly Target[] {
  const exclusions = bound.filter((target) => target.isExclusion);
  return bound
    .filter((target) => !target.isExclusion)
    .map(({ variable, selector, isCount }) => ({
      variable,
      name: variable.name,
      selector,
      isCount,
      exclusions: exclusions
        .filter((exclusion) => exclusion.variable === variable)
        .map((exclusion) => exclusion.selector),
    }));
}

/** Whether two targets mean the same, for `SecRuleUpdateTarget…`. */
export function isSameTarget(left: BoundTarget, right: BoundTarget): boolean {
  return (
    left.variable === right.variable &&
    left.isCount === right.isCount &&
    left.isExclusion === right.isExclusion &&
    isSameSelector(left.selector, right.selector)
  );
}

function isSameSelector(left: Selector, right: Selector): boolean {
  switch (left.kind) {
    case 'all':
      return right.kind === 'all';
    case 'key':
      return right.kind === 'key' && equalsIgnoreCase(left.key, right.key);
    case 'regex':
      return right.kind === 'regex' && left.regex.source === right.regex.source;
    case 'custom':
      return right.kind === 'custom' && left.text === right.text;
  }
}

/** The words of a thrown value. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
