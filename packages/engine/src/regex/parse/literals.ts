import { ByteSet } from '../../bytes/byte-set.ts';
import { literal, type RegexNode } from '../tree.ts';
import type { PatternFlags } from './flags.ts';
import type { PatternReader } from './reader.ts';

/** The node of each byte. */
const CASED: readonly RegexNode[] = Array.from({ length: 256 }, (_, byte) => literal(byte));

const CASELESS_LETTERS: readonly RegexNode[] = Array.from({ length: 26 }, (_, letter) => ({
  kind: 'set',
  set: ByteSet.from([0x41 + letter, 0x61 + letter]),
}));

/** The node of each byte in a pattern without regard to case. */
const CASELESS: readonly RegexNode[] = CASED.map((node, byte) => {
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a ? CASELESS_LETTERS[lower - 0x61]! : node;
});

/** Bytes that may mean something else than themselves. */
const IS_SPECIAL: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number('\\^$.[|()?*+{'.includes(String.fromCharCode(byte))),
);

/** A byte that stands for itself; the same object for the same byte. */
export function literalNode(byte: number, { caseless }: PatternFlags): RegexNode {
  return (caseless ? CASELESS : CASED)[byte & 0xff]!;
}

/**
 * Appends the bytes from here on that stand for themselves without more ado, most of what rules consist of, and answers
 * whether there was any. There is none in extended mode, where blanks have to be looked for.
 */
export function readLiterals(reader: PatternReader, { caseless, extended }: PatternFlags, parts: RegexNode[]): boolean {
  if (extended) return false;
  const { text, at: start } = reader;
  const nodes = caseless ? CASELESS : CASED;
  let at = start;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (IS_SPECIAL[code & 0xff] === 1) break;
    parts.push(nodes[code & 0xff]!);
  }
  reader.at = at;
  return at > start;
}

/** Appends the bytes behind a `\Q`, up to `\E` or the end of the pattern; answers whether there was any. */
export function readQuoted(reader: PatternReader, flags: PatternFlags, parts: RegexNode[]): boolean {
  const { text, at: start } = reader;
  const found = text.indexOf('\\E', start);
  const end = found === -1 ? text.length : found;
  for (let at = start; at < end; at++) parts.push(literalNode(text.charCodeAt(at), flags));
  reader.at = found === -1 ? end : end + 2;
  return end > start;
}
