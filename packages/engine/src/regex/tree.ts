import { ByteSet } from '../bytes/byte-set.ts';

/**
 * A regular expression after parsing: escapes, classes, case and options are gone, what is left speaks of sets of bytes.
 * Matching, analysis and explanation all read this one tree.
 */
export type RegexNode =
  | EmptyNode
  | SetNode
  | SequenceNode
  | AlternationNode
  | RepeatNode
  | GroupNode
  | AssertionNode
  | KeepOutNode
  | AtomicNode
  | LookNode
  | BackreferenceNode
  | ConditionalNode;

/** Matches the empty string everywhere. */
export interface EmptyNode {
  readonly kind: 'empty';
}

/** Consumes one byte of the set. An empty set never matches. */
export interface SetNode {
  readonly kind: 'set';
  readonly set: ByteSet;
}

export interface SequenceNode {
  readonly kind: 'sequence';
  readonly parts: readonly RegexNode[];
}

/** The branches in order of preference. */
export interface AlternationNode {
  readonly kind: 'alternation';
  readonly branches: readonly RegexNode[];
}

export interface RepeatNode {
  readonly kind: 'repeat';
  readonly body: RegexNode;
  readonly min: number;
  /** `Infinity` when there is no upper bound. */
  readonly max: number;
  /** Possessive is greedy without giving anything back: `(?>body*)`. */
  readonly mode: 'greedy' | 'lazy' | 'possessive';
}

/** A capturing group. After `(?|` two groups may carry the same index. */
export interface GroupNode {
  readonly kind: 'group';
  readonly index: number;
  readonly name: string | undefined;
  readonly body: RegexNode;
}

/**
 * A claim about the place between two bytes:
 *
 * - `subjectStart`, `subjectEnd`: `\A`, `\z`
 * - `subjectEndOrFinalNewline`: `\Z`, and `$` without the dollar-end-only option
 * - `lineStart`, `lineEnd`: `^` and `$` in multi-line mode; `lineStart` is not true after a newline that ends the subject
 * - `searchStart`: `\G`, where the search began
 * - `wordBoundary`, `notWordBoundary`, `wordStart`, `wordEnd`: `\b`, `\B`, `[[:<:]]`, `[[:>:]]`
 */
export interface AssertionNode {
  readonly kind: 'assertion';
  readonly claim: Claim;
}

export type Claim =
  | 'subjectStart'
  | 'subjectEnd'
  | 'subjectEndOrFinalNewline'
  | 'lineStart'
  | 'lineEnd'
  | 'searchStart'
  | 'wordBoundary'
  | 'notWordBoundary'
  | 'wordStart'
  | 'wordEnd';

/** `\K`: the match is reported as if it began here. */
export interface KeepOutNode {
  readonly kind: 'keepOut';
}

/** `(?>…)`: the first way the body matches is the only one tried. */
export interface AtomicNode {
  readonly kind: 'atomic';
  readonly body: RegexNode;
}

/** A look-around. In a look-behind each branch (of the alternation, if the body is one) has one fixed length. */
export interface LookNode {
  readonly kind: 'look';
  readonly behind: boolean;
  readonly negative: boolean;
  readonly body: RegexNode;
}

/** The text last captured by the group; fails while the group is unset. */
export interface BackreferenceNode {
  readonly kind: 'backreference';
  readonly index: number;
  readonly caseless: boolean;
}

/** `(?(1)yes|no)` or `(?(?=…)yes|no)`. */
export interface ConditionalNode {
  readonly kind: 'conditional';
  readonly condition: LookNode | { readonly kind: 'groupIsSet'; readonly index: number };
  readonly yes: RegexNode;
  readonly no: RegexNode;
}

export const EMPTY: EmptyNode = { kind: 'empty' };

const LITERALS: readonly SetNode[] = Array.from({ length: 256 }, (_, byte) => ({ kind: 'set', set: ByteSet.of(byte) }));

/** The node for one byte; the same object for the same byte. */
export function literal(byte: number): SetNode {
  return LITERALS[byte & 0xff]!;
}

/** The parts one after the other, without a wrapper where none is needed. */
export function sequence(parts: readonly RegexNode[]): RegexNode {
  return parts.length === 0 ? EMPTY : parts.length === 1 ? parts[0]! : { kind: 'sequence', parts };
}

export function alternation(branches: readonly RegexNode[]): RegexNode {
  return branches.length === 1 ? branches[0]! : { kind: 'alternation', branches };
}
