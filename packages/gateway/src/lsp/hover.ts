import {
  type ActionNode,
  compileRegex,
  createVocabulary,
  type Node,
  type OperatorNode,
  type Position,
  parseMacros,
  printOperator,
  printTargets,
  type Regex,
  RegexSyntaxError,
  RULE_REGEX_OPTIONS,
  type Span,
} from '@sallyport/engine/language';
import { explainPattern } from '../explain/rule/pattern-in-words.ts';
import { type Entry, entryText } from '../reference/entry.ts';
import {
  actionEntry,
  ctlEntry,
  directiveEntry,
  operatorEntry,
  transformationEntry,
  variableEntry,
} from '../reference/words.ts';
import { type Mention, meetsMention } from './mentions.ts';
import { mentionAt } from './navigate.ts';
import type { LspRange, MarkupContent } from './protocol.ts';
import { type TextDocument, toText } from './text-document.ts';
import type { Workspace } from './workspace.ts';

const words = createVocabulary();

/** Lines of a pattern's outline, and places of a name, that fit a hover. */
const MOST_LINES = 40;
const MOST_PLACES = 8;

export interface Hover {
  readonly contents: MarkupContent;
  readonly range: LspRange;
}

interface Note {
  readonly span: Span;
  readonly text: string;
}

/** What is known about the word at an offset: its documentation, or where the thing it names comes from. */
export function hoverAt(document: TextDocument, offset: number, workspace: Workspace): Hover | undefined {
  const node = nodeAt(document.nodes, offset);
  const note = node === undefined ? undefined : (noteAt(node, offset) ?? placesOf(document, offset, workspace));
  if (note === undefined) return undefined;
  return { contents: { kind: 'markdown', value: toText(note.text) }, range: document.rangeOf(note.span) };
}

type WrittenNode = Exclude<Node, { kind: 'comment' }>;

function nodeAt(nodes: readonly Node[], offset: number): WrittenNode | undefined {
  for (const node of nodes) {
    if (node.kind === 'comment' || !contains(node.span, offset)) continue;
    return (node.kind === 'block' ? nodeAt(node.children, offset) : undefined) ?? node;
  }
  return undefined;
}

function contains({ start, end }: Span, offset: number): boolean {
  return start.offset <= offset && offset <= end.offset;
}

function noteAt(node: WrittenNode, offset: number): Note | undefined {
  if (contains(node.nameSpan, offset) && node.kind !== 'block') {
    return documented(node.nameSpan, words.directives.find(node.name), directiveEntry);
  }
  if (node.kind === 'directive' || node.kind === 'block') return undefined;
  if (node.kind === 'rule') {
    const target = node.targets.find(({ span }) => contains(span, offset));
    // A member has places of its own, and they say more than what its collection is.
    if (target !== undefined && !(target.selector !== undefined && target.selector.span.start.offset <= offset)) {
      return documented(target.span, words.variables.find(target.name), variableEntry);
    }
    const operator = operatorNote(node.operator, offset);
    if (operator !== undefined) return operator;
  }
  const action = node.actions.find(({ span }) => contains(span, offset));
  return action === undefined ? undefined : actionNote(action, offset);
}

function operatorNote(node: OperatorNode, offset: number): Note | undefined {
  if (!contains(node.span, offset)) return undefined;
  const macro = macroNote(node.argument, node.span.file, (index) => node.argumentPositionAt(index), offset);
  if (macro !== undefined) return macro;
  const definition = words.operators.find(node.name);
  const isPattern = definition?.name === 'rx' || definition?.name === 'rxGlobal';
  if (isPattern && (node.isImplicit || !contains(node.nameSpan, offset))) return patternNote(node);
  return documented(node.span, definition, operatorEntry);
}

function patternNote({ argument, argumentSpan }: OperatorNode): Note | undefined {
  let regex: Regex;
  try {
    regex = compileRegex(argument, RULE_REGEX_OPTIONS);
  } catch (cause) {
    // The diagnostics say what is wrong with it.
    if (cause instanceof RegexSyntaxError) return undefined;
    throw cause;
  }
  const { place, outline, required, isLinear, reasons } = explainPattern(regex);
  const shown = outline.slice(0, MOST_LINES);
  const more = outline.length > shown.length ? [`... ${outline.length - shown.length} more lines`] : [];
  const lines = [`Matches ${place}:`, '', '```', ...shown, ...more, '```', ''];
  if (required.length > 0)
    lines.push(`Every match contains one of ${required.length} texts, such as \`${required[0]}\`.`, '');
  lines.push(
    isLinear ? 'Takes time in proportion to the value.' : `Needs backtracking: ${reasons.map(ascii).join(', ')}.`,
  );
  return { span: argumentSpan, text: lines.join('\n') };
}

/** Texts of ours have characters that are no bytes; notes are byte strings. */
function ascii(text: string): string {
  return text.replaceAll('…', '...');
}

function actionNote(action: ActionNode, offset: number): Note | undefined {
  const { name, argument, argumentSpan, span } = action;
  if (argument === undefined || argumentSpan === undefined || !contains(argumentSpan, offset)) {
    return documented(span, words.actions.find(name), actionEntry);
  }
  const macro = macroNote(argument, span.file, (index) => action.argumentPositionAt(index), offset);
  if (macro !== undefined) return macro;
  switch (name.toLowerCase()) {
    case 't':
      return documented(argumentSpan, words.transformations.find(argument.replace(/^-/, '')), transformationEntry);
    case 'ctl': {
      const equals = argument.indexOf('=');
      const isName = equals === -1 || offset <= action.argumentPositionAt(equals).offset;
      return isName
        ? documented(
            argumentSpan,
            words.ctlOptions.find(argument.slice(0, equals === -1 ? undefined : equals)),
            ctlEntry,
          )
        : undefined;
    }
    default:
      return undefined;
  }
}

/** A macro of a variable without members: what the variable is. Members have places. */
function macroNote(
  text: string,
  file: string,
  positionAt: (index: number) => Position,
  offset: number,
): Note | undefined {
  for (const part of parseMacros(text)) {
    if (typeof part === 'string') continue;
    const span = { file, start: positionAt(part.offset), end: positionAt(part.offset + part.length) };
    if (!contains(span, offset)) continue;
    const variable = words.variables.find(part.name);
    return variable?.name === 'TX' ? undefined : documented(span, variable, variableEntry);
  }
  return undefined;
}

function documented<T>(span: Span, definition: T | undefined, entryOf: (definition: T) => Entry): Note | undefined {
  if (definition === undefined) return undefined;
  const entry = entryOf(definition);
  return { span, text: ascii(`**${entry.name}**\n\n${entryText(entry)}`) };
}

/** Where a named thing is defined. */
function placesOf(document: TextDocument, offset: number, workspace: Workspace): Note | undefined {
  const named = mentionAt(document, offset, workspace);
  if (named === undefined) return undefined;
  const definitions = workspace.documents().flatMap((other) =>
    workspace
      .mentions(other)
      .filter((mention) => mention.isDefinition && meetsMention(named, mention))
      .map((mention) => ({ mention, document: other })),
  );
  const lines = definitions.slice(0, MOST_PLACES).map(({ mention, document: other }) => `- ${placeOf(mention, other)}`);
  const more = definitions.length > MOST_PLACES ? [`- and ${definitions.length - MOST_PLACES} more`] : [];
  const title = definitions.length === 0 ? `${titleOf(named)}, defined in no file here` : titleOf(named);
  return { span: named.span, text: [title, '', ...lines, ...more].join('\n').trimEnd() };
}

const TITLES: Readonly<Record<Mention['kind'], string>> = {
  rule: 'rule',
  marker: 'marker',
  tag: 'rules with tag',
  variable: 'variable',
};

function titleOf({ kind, name }: Mention): string {
  return `${TITLES[kind]} \`${name}\``;
}

function placeOf({ span }: Mention, document: TextDocument): string {
  const place = `${document.file.slice(document.file.lastIndexOf('/') + 1)}:${span.start.line}`;
  const node = nodeAt(document.nodes, span.start.offset);
  if (node?.kind !== 'rule' && node?.kind !== 'action') return place;
  const message = node.actions.find((action) => action.name.toLowerCase() === 'msg')?.argument;
  const condition =
    node.kind === 'rule'
      ? `\`${printTargets(node.targets)} ${printOperator(node.operator).slice(0, 60)}\``
      : '`SecAction`';
  return `${place} ${message ?? condition}`;
}
