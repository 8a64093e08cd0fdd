import type { ByteSet } from '../../bytes/byte-set.ts';
import { alternation, EMPTY, type RegexNode, sequence } from '../tree.ts';

/** Texts one node may stand for; more are no text set any more. */
const MAX_TEXTS = 24;
/** Alternatives of a condition; with more of them it hardly ever excludes anything. */
const MAX_LITERALS = 2_000;
/** Literals that are compared each with each. */
const MAX_COMPARED = 64;

/**
 * Texts of which every match contains at least one, ASCII letters compared without case and here in lower case;
 * `undefined` when nothing of the kind is known. A subject with none of them needs no matching.
 */
export function requiredLiterals(node: RegexNode): readonly string[] | undefined {
  const { texts, clause } = examine(node);
  return better(usable(texts), clause);
}

/**
 * The same for subjects without a single byte of `evasion`: what must be in a subject that matches though none of these
 * bytes is. An empty list says that there is no such subject.
 */
export function conditionalLiterals(node: RegexNode, evasion: ByteSet): readonly string[] | undefined {
  const pruned = without(node, evasion);
  return pruned === undefined ? [] : requiredLiterals(pruned);
}

interface Examined {
  /** All texts the node matches, folded, when they are few. */
  readonly texts: ReadonlySet<string> | undefined;
  /** The best condition found inside the node. */
  readonly clause: readonly string[] | undefined;
}

const ONLY_EMPTY: Examined = { texts: new Set(['']), clause: undefined };
const UNKNOWN: Examined = { texts: undefined, clause: undefined };

function examine(node: RegexNode): Examined {
  switch (node.kind) {
    case 'empty':
    case 'assertion':
    case 'keepOut':
    case 'look':
      return ONLY_EMPTY;
    case 'set':
      return { texts: textsOf(node.set), clause: undefined };
    case 'sequence':
      return follow(node.parts.map(examine));
    case 'alternation':
      return either(node.branches.map(examine));
    case 'repeat': {
      const body = examine(node.body);
      // One required round as a whole, and that there may be more of them.
      if (node.min === 0) return UNKNOWN;
      if (node.max === 1) return body;
      const rounds = Array.from({ length: Math.min(node.min, MAX_TEXTS) }, () => body);
      return follow(node.min === node.max && node.min <= MAX_TEXTS ? rounds : [...rounds, UNKNOWN]);
    }
    case 'group':
    case 'atomic':
      return examine(node.body);
    case 'backreference':
      return UNKNOWN;
    case 'conditional':
      return either([examine(node.yes), examine(node.no)]);
  }
}

/** One after the other: texts grow as long as there are few, and the best run of texts becomes the condition. */
function follow(parts: readonly Examined[]): Examined {
  let run: ReadonlySet<string> | undefined = ONLY_EMPTY.texts;
  let isWhole = true;
  let clause: readonly string[] | undefined;
  for (const part of parts) {
    clause = better(clause, part.clause);
    const longer: ReadonlySet<string> | undefined = run && part.texts && product(run, part.texts);
    if (longer !== undefined) {
      run = longer;
      continue;
    }
    isWhole = false;
    clause = better(clause, usable(run));
    run = part.texts ?? ONLY_EMPTY.texts;
  }
  return isWhole ? { texts: run, clause } : { texts: undefined, clause: better(clause, usable(run)) };
}

function either(branches: readonly Examined[]): Examined {
  const texts = new Set<string>();
  const literals = new Set<string>();
  let isTexts = true;
  let isClause = true;
  for (const branch of branches) {
    if (branch.texts === undefined) isTexts = false;
    else for (const text of branch.texts) texts.add(text);
    const clause = better(usable(branch.texts), branch.clause);
    if (clause === undefined) isClause = false;
    else for (const literal of clause) literals.add(literal);
  }
  return {
    texts: isTexts && texts.size <= MAX_TEXTS ? texts : undefined,
    clause: isClause && literals.size <= MAX_LITERALS ? withoutLonger(literals) : undefined,
  };
}

function product(left: ReadonlySet<string>, right: ReadonlySet<string>): ReadonlySet<string> | undefined {
  if (left.size * right.size > MAX_TEXTS) return undefined;
  const texts = new Set<string>();
  for (const first of left) for (const second of right) texts.add(first + second);
  return texts;
}

function textsOf(set: ByteSet): ReadonlySet<string> | undefined {
  const texts = new Set<string>();
  for (const byte of set) {
    texts.add(String.fromCharCode(byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte));
    if (texts.size > MAX_TEXTS) return undefined;
  }
  return texts;
}

/** Texts as a condition: the empty text is in every subject. */
function usable(texts: ReadonlySet<string> | undefined): readonly string[] | undefined {
  return texts === undefined || texts.size === 0 || texts.has('') ? undefined : withoutLonger(texts);
}

/** Who contains a text contains its parts: the longer of two is not needed. Long lists are left alone; comparing takes long. */
function withoutLonger(texts: ReadonlySet<string>): string[] {
  if (texts.size > MAX_COMPARED) return [...texts];
  const kept: string[] = [];
  for (const text of [...texts].sort((a, b) => a.length - b.length)) {
    if (!kept.some((part) => text.includes(part))) kept.push(text);
  }
  return kept;
}

/** The condition that fewer subjects meet, as far as lengths tell. */
function better(
  left: readonly string[] | undefined,
  right: readonly string[] | undefined,
): readonly string[] | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  const difference = shortest(right) - shortest(left);
  return difference > 0 || (difference === 0 && right.length < left.length) ? right : left;
}

const shortest = (texts: readonly string[]): number => Math.min(...texts.map((text) => text.length));

/** The node as it matches texts that have no byte of the set; `undefined` when it matches none. */
function without(node: RegexNode, bytes: ByteSet): RegexNode | undefined {
  switch (node.kind) {
    case 'set': {
      const set = node.set.subtract(bytes);
      return set.isEmpty ? undefined : { kind: 'set', set };
    }
    case 'sequence': {
      const parts = node.parts.map((part) => without(part, bytes));
      return parts.includes(undefined) ? undefined : sequence(parts as RegexNode[]);
    }
    case 'alternation': {
      const branches = node.branches.map((branch) => without(branch, bytes)).filter((branch) => branch !== undefined);
      return branches.length === 0 ? undefined : alternation(branches);
    }
    case 'repeat': {
      const body = without(node.body, bytes);
      if (body === undefined) return node.min === 0 ? EMPTY : undefined;
      return { ...node, body };
    }
    case 'group':
    case 'atomic':
      return without(node.body, bytes);
    case 'conditional': {
      const branches = [without(node.yes, bytes), without(node.no, bytes)].filter((branch) => branch !== undefined);
      return branches.length === 0 ? undefined : alternation(branches);
    }
    default:
      return node;
  }
}
