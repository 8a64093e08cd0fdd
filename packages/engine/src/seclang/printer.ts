import type { ActionNode, ActionRuleNode, Node, OperatorNode, RuleNode, SecLangFile, TargetNode, Word } from './ast.ts';
import { isSeparator } from './list-grammar.ts';
import { isSpace } from './logical-line.ts';

export interface PrintOptions {
  /** A rule that fits into so many bytes stays on one line. Default 120. */
  readonly width?: number;
}

const DEFAULT_WIDTH = 120;
const INDENT = '    ';

/**
 * Writes a tree as text in the style of the core rule set: long rules with one action to a line, the links of a chain and
 * the content of blocks indented. Parsing the result gives an equal tree apart from positions and from the spelling in
 * `words` of rules, which are written from their targets, operator and actions. Blank lines are kept, several as one.
 *
 * Throws a `RangeError` for a line feed inside a word, which rule text cannot express; parsing never gives one.
 */
export function printSecLang(file: SecLangFile, options: PrintOptions = {}): string {
  const lines: string[] = [];
  printNodes(file.nodes, '', options.width ?? DEFAULT_WIDTH, lines);
  return lines.map((line) => `${line}\n`).join('');
}

/** `ARGS|!ARGS:x|&TX:'/a|b/'`, as it stands in a word before the word is quoted. */
export function printTargets(targets: readonly TargetNode[]): string {
  return targets.map(printTarget).join('|');
}

/** `!@rx pattern`, as it stands in a word before the word is quoted. */
export function printOperator({ name, isNegated, isImplicit, argument }: OperatorNode): string {
  const negation = isNegated ? '!' : '';
  if (isImplicit && canBeImplicit(argument, isNegated)) return negation + argument;
  return argument === '' ? `${negation}@${name}` : `${negation}@${name} ${argument}`;
}

/** `msg:'a, b'`, as it stands in a list before the word is quoted. */
export function printAction({ name, argument, isQuoted }: ActionNode): string {
  return argument === undefined ? name : `${name}:${listValue(argument, isQuoted)}`;
}

function printNodes(nodes: readonly Node[], indent: string, width: number, lines: string[]): void {
  let previous: Node | undefined;
  let links = 0;
  for (const node of nodes) {
    if (previous !== undefined && node.span.start.line > previous.span.end.line + 1) lines.push('');
    previous = node;
    const isRule = node.kind === 'rule' || node.kind === 'action';
    const chained = indent + INDENT.repeat(links);
    if (isRule) links = node.actions.some((action) => action.name.toLowerCase() === 'chain') ? links + 1 : 0;
    printNode(node, chained, width, lines);
  }
}

function printNode(node: Node, indent: string, width: number, lines: string[]): void {
  switch (node.kind) {
    case 'comment':
      // A blank keeps a last backslash from joining the next line.
      lines.push(indent + node.text + (node.text.endsWith('\\') ? ' ' : ''));
      return;
    case 'directive':
      lines.push(indent + [node.name, ...printWords(node.words)].join(' '));
      return;
    case 'block':
      lines.push(`${indent}<${[node.name, ...printWords(node.words)].join(' ')}>`);
      printNodes(node.children, indent + INDENT, width, lines);
      lines.push(`${indent}</${node.name}>`);
      return;
    case 'rule':
    case 'action':
      printRule(node, indent, width, lines);
      return;
  }
}

function printRule(node: RuleNode | ActionRuleNode, indent: string, width: number, lines: string[]): void {
  const start = [indent + node.name];
  if (node.kind === 'rule')
    start.push(bareOrQuoted(printTargets(node.targets)), quoted(printOperator(node.operator), '"'));
  const actions = node.actions.map((action) => escaped(printAction(action), '"'));
  if (node.kind === 'rule' && actions.length === 0) {
    lines.push(start.join(' '));
    return;
  }
  const short = `${start.join(' ')} "${actions.join(',')}"`;
  if (short.length <= width || actions.length < 2) {
    lines.push(short);
    return;
  }
  lines.push(`${start.join(' ')} \\`);
  const inner = indent + INDENT;
  for (const [index, action] of actions.entries()) {
    const isLast = index === actions.length - 1;
    lines.push(`${inner}${index === 0 ? '"' : ''}${action}${isLast ? '"' : ',\\'}`);
  }
}

function printTarget({ name, isCount, isExclusion, selector }: TargetNode): string {
  const prefix = isExclusion ? '!' : isCount ? '&' : '';
  if (selector === undefined) return prefix + name;
  const text = selector.kind === 'regex' ? `/${selector.text}/` : selector.text;
  return `${prefix}${name}:${listValue(text, selector.isQuoted)}`;
}

/** In quotes both escapes of the list grammar are used, which is the one spelling that ModSecurity 2 takes as well. */
function listValue(text: string, isQuoted: boolean): string {
  const mustQuote = isQuoted || text === '' || text.startsWith("'") || some(text, isSeparator);
  return mustQuote ? `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'` : text;
}

/** Whether a pattern without `@rx` in front is read as that pattern. */
function canBeImplicit(pattern: string, isNegated: boolean): boolean {
  if (pattern.startsWith('@')) return false;
  return isNegated ? !isSpace(pattern.charCodeAt(0)) : !pattern.startsWith('!');
}

/** Words as a file has them, quoted where they must be. */
export function printWords(words: readonly Word[]): string[] {
  return words.map(({ text, quote }) => {
    if (isList(text)) return text;
    return quote === undefined ? bareOrQuoted(text) : quoted(text, quote);
  });
}

/** The list of SecDataset, the only word that goes over several lines. */
function isList(text: string): boolean {
  return text.length > 1 && text.startsWith('`') && text.endsWith('`') && text.includes('\n');
}

/** Without quotes where they are not needed. A last backslash gets them: at the end of a line it would join the next one. */
function bareOrQuoted(text: string): string {
  const mustQuote =
    text === '' || text.startsWith('"') || text.startsWith("'") || text.endsWith('\\') || some(text, isSpace);
  return mustQuote ? quoted(text, '"') : escaped(text, undefined);
}

function quoted(text: string, quote: '"' | "'"): string {
  return quote + escaped(text, quote) + quote;
}

/** Puts a backslash in front of each quote, and of each backslash that would be read as the beginning of an escape. */
function escaped(text: string, quote: '"' | "'" | undefined): string {
  if (text.includes('\n')) throw new RangeError('rule text cannot express a line feed inside a word');
  let result = '';
  for (let index = 0; index < text.length; index++) {
    const char = text[index];
    const next = text[index + 1];
    const isEscaped = char === '\\' ? next === undefined || next === '\\' || next === quote : char === quote;
    result += isEscaped ? `\\${char}` : char;
  }
  return result;
}

function some(text: string, test: (code: number) => boolean): boolean {
  for (let index = 0; index < text.length; index++) if (test(text.charCodeAt(index))) return true;
  return false;
}
