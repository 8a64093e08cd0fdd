import type { ActionRuleNode, CommentNode, DirectiveNode, Node, RuleNode, SecLangFile, Span, Word } from './ast.ts';
import { BlockReader } from './block-reader.ts';
import type { Diagnostics } from './diagnostics.ts';
import { type DoubledBackslash, readWords } from './lexer.ts';
import { isSpace, type LogicalLine, logicalLines, skipSpace, trimmedEnd } from './logical-line.ts';
import { parseActions } from './parse-actions.ts';
import { parseOperator } from './parse-operator.ts';
import { parseTargets } from './parse-targets.ts';
import { SourceFile } from './source.ts';

export interface ParseOptions {
  /** Default `halve`, the reference behaviour; see {@link DoubledBackslash}. */
  readonly doubledBackslash?: DoubledBackslash;
}

/**
 * Parses one file of rules. `text` is a byte string; `file` is the name that spans carry. Never throws: every mistake is
 * added to `diagnostics` (`SL1xxx`, see codes.ts), the line it spoils is left out, and reading goes on after it.
 */
export function parseSecLang(
  file: string,
  text: string,
  diagnostics: Diagnostics,
  options: ParseOptions = {},
): SecLangFile {
  const doubled = options.doubledBackslash ?? 'halve';
  const blocks = new BlockReader(diagnostics, doubled);
  for (const line of logicalLines(new SourceFile(file, text))) {
    const start = skipSpace(line.text, 0);
    const end = trimmedEnd(line.text);
    if (start >= end) continue;
    if (line.text[start] === '#') {
      blocks.add(commentOf(line, start, end));
      warnAboutSwallowedLines(line, diagnostics);
      continue;
    }
    warnAboutBlanksAfterBackslash(line, end, diagnostics);
    if (line.text[start] === '<') {
      blocks.readTag(line, start, end);
      continue;
    }
    const node = parseDirective(line, start, end, diagnostics, doubled);
    if (node !== undefined) blocks.add(node);
  }
  return { file, nodes: blocks.finish() };
}

/** Keeps the joined lines of a comment apart, as they were written. */
function commentOf(line: LogicalLine, start: number, end: number): CommentNode {
  const span = line.span(start, end);
  const written = line.source.text.slice(span.start.offset, span.end.offset);
  return { kind: 'comment', text: written.replaceAll('\r\n', '\n'), span };
}

function parseDirective(
  line: LogicalLine,
  start: number,
  end: number,
  diagnostics: Diagnostics,
  doubled: DoubledBackslash,
): Node | undefined {
  let nameEnd = start;
  while (nameEnd < end && !isSpace(line.text.charCodeAt(nameEnd))) nameEnd++;
  const name = line.text.slice(start, nameEnd);
  const nameSpan = line.span(start, nameEnd);
  if (!isDirectiveName(name)) {
    diagnostics.error(
      'SL1005',
      `"${name}" is not the name of a directive`,
      nameSpan,
      'if this belongs to the line before, that one must end in \\',
    );
    return undefined;
  }
  const { words, isComplete } = readWords(line, nameEnd, end, diagnostics, doubled);
  if (!isComplete) return undefined;
  const directive: DirectiveNode = { kind: 'directive', name, words, span: line.span(start, end), nameSpan };
  switch (name.toLowerCase()) {
    case 'secrule':
      return ruleOf(directive, diagnostics);
    case 'secaction':
      return actionRuleOf(directive, diagnostics);
    default:
      return directive;
  }
}

function ruleOf({ name, words, span, nameSpan }: DirectiveNode, diagnostics: Diagnostics): RuleNode | undefined {
  const [targets, operator, actions, surplus] = words;
  if (targets === undefined || operator === undefined || surplus !== undefined) {
    reportWordCount(
      'SL1201',
      `${name} takes targets, an operator and perhaps actions`,
      words,
      3,
      nameSpan,
      diagnostics,
    );
    return undefined;
  }
  return {
    kind: 'rule',
    name,
    targets: parseTargets(targets, diagnostics),
    operator: parseOperator(operator, diagnostics),
    actions: actions === undefined ? [] : parseActions(actions, diagnostics),
    span,
    nameSpan,
    words,
  };
}

function actionRuleOf(directive: DirectiveNode, diagnostics: Diagnostics): ActionRuleNode | undefined {
  const { name, words, span, nameSpan } = directive;
  const [actions, surplus] = words;
  if (actions === undefined || surplus !== undefined) {
    reportWordCount('SL1202', `${name} takes one list of actions`, words, 1, nameSpan, diagnostics);
    return undefined;
  }
  return { kind: 'action', name, actions: parseActions(actions, diagnostics), span, nameSpan, words };
}

function reportWordCount(
  code: string,
  usage: string,
  words: readonly Word[],
  most: number,
  nameSpan: Span,
  diagnostics: Diagnostics,
): void {
  const count = words.length === 1 ? '1 word was' : `${words.length} words were`;
  const surplus = words[most];
  const hint =
    surplus === undefined ? undefined : `put double quotes around each of them, and write \\" inside of them`;
  diagnostics.error(code, `${usage}; ${count} given`, surplus?.span ?? nameSpan, hint);
}

/** A name that no engine could register is most likely the rest of a line that was cut. */
function isDirectiveName(name: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_.-]*$/.test(name);
}

/** A rule commented out over several lines is no surprise, as long as each of them has its own `#`. */
function warnAboutSwallowedLines(line: LogicalLine, diagnostics: Diagnostics): void {
  for (const { index, backslash } of line.joins()) {
    const start = skipSpace(line.text, index);
    if (start === line.text.length || line.text[start] === '#') continue;
    diagnostics.warning(
      'SL1001',
      'the backslash at the end makes the next line a part of this comment',
      backslash,
      'remove the backslash, or begin the next line with # too',
    );
    return;
  }
}

function warnAboutBlanksAfterBackslash(line: LogicalLine, end: number, diagnostics: Diagnostics): void {
  if (end === line.text.length || line.text[end - 1] !== '\\') return;
  diagnostics.warning(
    'SL1002',
    'white space follows the backslash, so the directive does not go on in the next line',
    line.span(end - 1, line.text.length),
    'remove the white space after the backslash',
  );
}
