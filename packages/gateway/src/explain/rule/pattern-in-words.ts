import { type Regex, type RegexNode, requiredTexts } from '@sallyport/engine/language';
import { backtrackingReasons } from './backtracking.ts';
import { byteInWords, bytesInWords } from './bytes-in-words.ts';

/** A pattern as a person would explain it. */
export interface ExplainedPattern {
  /** Where a match begins and ends in the value. */
  readonly place: string;
  /** The pattern as an outline, one step to a line, indented by two blanks a level. */
  readonly outline: readonly string[];
  /** Texts of which every match contains one, in lower case where case does not matter; empty when nothing is known. */
  readonly required: readonly string[];
  readonly isLinear: boolean;
  /** Why it is not linear. */
  readonly reasons: readonly string[];
}

export function explainPattern({ tree, isLinear }: Regex): ExplainedPattern {
  const parts = tree.kind === 'sequence' ? tree.parts : [tree];
  const fromStart = isClaim(parts[0], 'subjectStart');
  const toEnd = isClaim(parts.at(-1), 'subjectEnd');
  const middle = parts.slice(fromStart ? 1 : 0, toEnd ? -1 : undefined);
  const [required = []] = requiredTexts(tree, { cost: expectedHits });
  return {
    place: fromStart
      ? toEnd
        ? 'the whole value'
        : 'at the beginning of the value'
      : toEnd
        ? 'at the end of the value'
        : 'anywhere in the value',
    outline: outline({ kind: 'sequence', parts: middle }, 0),
    required,
    isLinear,
    reasons: backtrackingReasons(tree),
  };
}

/** How often a value without the match would contain one of the texts, roughly: long texts are rare, many are not. */
function expectedHits(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + 16 ** -text.length, 0);
}

/** Phrases up to this length stay on one line. */
const INLINE = 90;

function outline(node: RegexNode, level: number): string[] {
  const indent = '  '.repeat(level);
  const short = phrase(node);
  if (short !== undefined && short.length <= INLINE) return [indent + short];
  switch (node.kind) {
    case 'sequence': {
      const steps = joinTexts(node.parts);
      return steps.flatMap((step, index) => {
        const lines = typeof step === 'string' ? [indent + step] : outline(step, level);
        return index === 0 ? lines : [`${indent}then ${lines[0]?.trimStart()}`, ...lines.slice(1)];
      });
    }
    case 'alternation': {
      const texts = node.branches.map(plainText);
      if (texts.every((text) => text !== undefined))
        return [`${indent}one of ${texts.length} texts:`, ...wrapped(texts, level + 1)];
      return [
        `${indent}one of ${node.branches.length} alternatives:`,
        ...node.branches.flatMap((branch) => {
          const [first = '', ...rest] = outline(branch, level + 2);
          return [`${indent}  - ${first.trimStart()}`, ...rest];
        }),
      ];
    }
    case 'repeat':
      return [`${indent}${timesInWords(node)}:`, ...outline(node.body, level + 1)];
    case 'group': {
      const name = node.name === undefined ? '' : ` "${node.name}"`;
      return [`${indent}group ${node.index}${name}:`, ...outline(node.body, level + 1)];
    }
    case 'atomic':
      return [`${indent}without going back into it:`, ...outline(node.body, level + 1)];
    case 'look':
      return [`${indent}${lookInWords(node)}:`, ...outline(node.body, level + 1)];
    case 'conditional': {
      const { condition } = node;
      const asked = condition.kind === 'look' ? lookInWords(condition) : `group ${condition.index} took part`;
      return [
        `${indent}if ${asked}:`,
        ...outline(node.yes, level + 1),
        `${indent}otherwise:`,
        ...outline(node.no, level + 1),
      ];
    }
    default:
      return [indent + (short ?? '')];
  }
}

/** The node in a few words; undefined when it needs lines of its own. */
function phrase(node: RegexNode): string | undefined {
  switch (node.kind) {
    case 'empty':
      return 'nothing';
    case 'set':
      return plainText(node) ?? bytesInWords(node.set);
    case 'sequence': {
      const steps = joinTexts(node.parts).map((step) => (typeof step === 'string' ? step : phrase(step)));
      return steps.some((step) => step === undefined) ? undefined : steps.join(', then ');
    }
    case 'alternation': {
      const branches = node.branches.map(phrase);
      if (branches.some((branch) => branch === undefined || branch.includes(', then'))) return undefined;
      return branches.join(' or ');
    }
    case 'repeat': {
      const body = phrase(node.body);
      if (body === undefined || body.includes(', then') || (node.body.kind === 'alternation' && body.includes(' or ')))
        return undefined;
      return `${body} (${timesInWords(node)})`;
    }
    case 'group': {
      const body = phrase(node.body);
      return body === undefined || body.includes(', then') ? undefined : `group ${node.index} (${body})`;
    }
    case 'look': {
      const body = phrase(node.body);
      return body === undefined ? undefined : `${lookInWords(node)} ${body}`;
    }
    case 'assertion':
      return CLAIMS[node.claim];
    case 'keepOut':
      return 'the match counts from here';
    case 'backreference':
      return `what group ${node.index} matched${node.caseless ? ', in any case' : ''}`;
    case 'atomic':
    case 'conditional':
      return undefined;
  }
}

const CLAIMS: Readonly<Record<Extract<RegexNode, { kind: 'assertion' }>['claim'], string>> = {
  subjectStart: 'the beginning of the value',
  subjectEnd: 'the end of the value',
  subjectEndOrFinalNewline: 'the end of the value, or a last line feed',
  lineStart: 'the beginning of a line',
  lineEnd: 'the end of a line',
  searchStart: 'the place where the search began',
  wordBoundary: 'the edge of a word',
  notWordBoundary: 'not the edge of a word',
  wordStart: 'the beginning of a word',
  wordEnd: 'the end of a word',
};

function isClaim(node: RegexNode | undefined, claim: string): boolean {
  return node?.kind === 'assertion' && node.claim === claim;
}

function lookInWords({ behind, negative }: { readonly behind: boolean; readonly negative: boolean }): string {
  if (behind) return negative ? 'not preceded by' : 'preceded by';
  return negative ? 'not followed by' : 'followed by';
}

function timesInWords({
  min,
  max,
  mode,
}: {
  readonly min: number;
  readonly max: number;
  readonly mode: string;
}): string {
  const held = mode === 'possessive' ? ', giving nothing back' : '';
  if (min === 0 && max === 1) return `optional${held}`;
  if (min === max) return `${min} times${held}`;
  if (max !== Number.POSITIVE_INFINITY) return `${min} to ${max} times${held}`;
  return `${min === 0 ? 'any number of times' : min === 1 ? 'once or more' : `${min} times or more`}${held}`;
}

/** Neighbouring bytes as one text; the other parts stay. */
function joinTexts(parts: readonly RegexNode[]): (string | RegexNode)[] {
  const steps: (string | RegexNode)[] = [];
  let run: RegexNode[] = [];
  const flush = (): void => {
    if (run.length > 0) steps.push(plainText({ kind: 'sequence', parts: run }) ?? '');
    run = [];
  };
  for (const part of parts) {
    if (part.kind === 'set' && letterOf(part) !== undefined) {
      run.push(part);
    } else {
      flush();
      steps.push(part);
    }
  }
  flush();
  return steps;
}

/** `"select" in any case` for a node that is plain text; undefined for others. */
function plainText(node: RegexNode): string | undefined {
  const parts = node.kind === 'sequence' ? node.parts : [node];
  const letters = parts.map((part) => (part.kind === 'set' ? letterOf(part) : undefined));
  if (letters.length === 0 || letters.some((letter) => letter === undefined)) return undefined;
  const bytes = letters.map((letter) => letter?.byte ?? 0);
  const [only] = bytes;
  const isCaseless = letters.some((letter) => letter?.isCaseless);
  const isPrintable = bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  if (!isPrintable && only !== undefined && bytes.length === 1) return byteInWords(only);
  const text = isPrintable ? `"${String.fromCharCode(...bytes)}"` : bytes.map(byteInWords).join(' ');
  return isCaseless ? `${text} in any case` : text;
}

/** The byte of a set with one member, or the small letter of a set with both cases of one. */
function letterOf({ set }: Extract<RegexNode, { kind: 'set' }>): { byte: number; isCaseless: boolean } | undefined {
  if (set.single !== -1) return { byte: set.single, isCaseless: false };
  if (set.size !== 2) return undefined;
  const [capital = 0, small = 0] = [...set];
  return capital >= 0x41 && capital <= 0x5a && small === capital + 0x20 ? { byte: small, isCaseless: true } : undefined;
}

/** Many short texts, several to a line. */
function wrapped(texts: readonly string[], level: number): string[] {
  const indent = '  '.repeat(level);
  const lines: string[] = [];
  let line = '';
  for (const text of texts) {
    const next = line === '' ? text : `${line}, ${text}`;
    if (next.length > INLINE && line !== '') {
      lines.push(`${indent}${line},`);
      line = text;
    } else {
      line = next;
    }
  }
  return line === '' ? lines : [...lines, indent + line];
}
