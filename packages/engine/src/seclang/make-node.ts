import type { ActionNode, CommentNode, DirectiveNode, OperatorNode, RuleNode, Span, TargetNode, Word } from './ast.ts';
import { printAction, printOperator, printSecLang, printTargets } from './printer.ts';
import { wordOf } from './word.ts';

/** One target of a rule that a program writes. */
export interface TargetParts {
  readonly name: string;
  /** Key of one member; written with whatever quotes it needs. */
  readonly key?: string;
  /** `&` in front: the number of members. */
  readonly isCount?: boolean;
  /** `!` in front: members to leave out. */
  readonly isExclusion?: boolean;
}

/** One action: a word, or a word and its value. */
export type ActionParts = readonly [name: string, value?: string];

/** A rule as a program thinks of it: values without quotes and escapes, which writing adds. */
export interface RuleParts {
  readonly targets: readonly TargetParts[];
  /** Name without `@`, and its argument. */
  readonly operator: readonly [name: string, argument: string];
  readonly isNegated?: boolean;
  readonly actions: readonly ActionParts[];
}

/**
 * Writes rules as text, a chain indented, with the escapes of both layers: the list grammar's inside of single quotes, the
 * word reader's inside of double quotes. Reading the text gives back exactly the values that were put in.
 *
 * Throws a `RangeError` for a line feed in a value, which rule text cannot express.
 */
export function writeRules(rules: readonly RuleParts[]): string {
  const span = wordOf('', '').span;
  return printSecLang({ file: '', nodes: rules.map((rule) => makeRule(rule, span)) });
}

/** A rule node that stands where `span` says; all of its positions are the beginning of that. */
export function makeRule(parts: RuleParts, span: Span): RuleNode {
  const targets = parts.targets.map((target) => makeTarget(target, span));
  const operator = makeOperator(parts, span);
  const actions = parts.actions.map((action) => makeAction(action, span));
  const written = [printTargets(targets), printOperator(operator)];
  if (actions.length > 0) written.push(actions.map(printAction).join(','));
  const words = written.map((text) => makeWord(text, span, '"'));
  return { kind: 'rule', name: 'SecRule', targets, operator, actions, span, nameSpan: span, words };
}

/** A directive node; words with a comma, as action lists have, and those that must be are quoted. */
export function makeDirective(name: string, words: readonly string[], span: Span): DirectiveNode {
  const nodes = words.map((text) => makeWord(text, span, text.includes(',') ? '"' : undefined));
  return { kind: 'directive', name, words: nodes, span, nameSpan: span };
}

/** A comment of one line; line ends in `text` become blanks. */
export function makeComment(text: string, span: Span): CommentNode {
  return { kind: 'comment', text: `# ${text.replace(/[\r\n]+\s*/g, ' ')}`, span };
}

function makeWord(text: string, span: Span, quote: '"' | undefined): Word {
  return { text, quote, span, positionAt: () => span.start };
}

function makeTarget({ name, key, isCount = false, isExclusion = false }: TargetParts, span: Span): TargetNode {
  const selector = key === undefined ? undefined : ({ kind: 'key', text: key, isQuoted: false, span } as const);
  return { name, isCount, isExclusion, selector, span };
}

function makeOperator({ operator: [name, argument], isNegated = false }: RuleParts, span: Span): OperatorNode {
  return {
    name,
    isNegated,
    isImplicit: false,
    argument,
    span,
    nameSpan: span,
    argumentSpan: span,
    argumentPositionAt: () => span.start,
  };
}

/** Texts for readers are quoted whether they need it or not, as everybody writes them. */
const TEXT_ACTIONS: ReadonlySet<string> = new Set(['msg', 'logdata', 'tag', 'rev', 'ver']);

function makeAction([name, value]: ActionParts, span: Span): ActionNode {
  return {
    name,
    argument: value,
    isQuoted: value !== undefined && TEXT_ACTIONS.has(name),
    span,
    argumentSpan: value === undefined ? undefined : span,
    argumentPositionAt: () => span.start,
  };
}
