import { ANY_BYTE } from '../../bytes/byte-set.ts';
import { ESCAPE_SETS, NOT_NEWLINE, VERTICAL } from '../named-sets.ts';
import { type Claim, literal, type RegexNode, sequence } from '../tree.ts';

const CLAIMS: readonly (readonly [letter: string, claim: Claim])[] = [
  ['A', 'subjectStart'],
  ['z', 'subjectEnd'],
  ['Z', 'subjectEndOrFinalNewline'],
  ['G', 'searchStart'],
  ['b', 'wordBoundary'],
  ['B', 'notWordBoundary'],
];

const CR_LF: RegexNode = sequence([literal(0x0d), literal(0x0a)]);

/** What a letter behind a backslash means outside a class, whatever the flags: a set, an assertion, `\R`, `\K`. */
export const ESCAPE_NODES: ReadonlyMap<string, RegexNode> = new Map<string, RegexNode>([
  ...[...ESCAPE_SETS].map(([letter, set]) => [letter, { kind: 'set', set }] as const),
  ...CLAIMS.map(([letter, claim]) => [letter, { kind: 'assertion', claim }] as const),
  ['C', { kind: 'set', set: ANY_BYTE }],
  ['N', { kind: 'set', set: NOT_NEWLINE }],
  ['R', { kind: 'atomic', body: { kind: 'alternation', branches: [CR_LF, { kind: 'set', set: VERTICAL }] } }],
  ['K', { kind: 'keepOut' }],
]);

/** Whether what is written at `at` asks for a place and takes nothing. */
export function isAnchor(pattern: string, at: number): boolean {
  const character = pattern.charAt(at);
  if (character !== '\\') return character === '^' || character === '$';
  const kind = ESCAPE_NODES.get(pattern.charAt(at + 1))?.kind;
  return kind === 'assertion' || kind === 'keepOut';
}
