import { ByteSet } from '../bytes/byte-set.ts';
import { AFTER, type After, CLAIMS } from './claims.ts';
import { WORD } from './named-sets.ts';
import { OP, type Program } from './program.ts';
import type { Claim } from './tree.ts';

/** Bytes that no instruction of a program tells apart, numbered: an automaton needs one column for each class, not 256. */
export interface ByteClasses {
  readonly count: number;
  /** Byte to class. */
  readonly classOf: Uint8Array;
  /** Whether set `s` contains class `k`: `members[s * count + k] === 1`. */
  readonly members: Uint8Array;
  /** What a byte of the class is to the claims of the program. */
  readonly after: readonly After[];
  /** Whether some claim asks if a newline is the last byte. */
  readonly needsFinalNewline: boolean;
}

const NEWLINE = ByteSet.of(0x0a);
const WORD_CLAIMS: ReadonlySet<Claim> = new Set(['wordBoundary', 'notWordBoundary', 'wordStart', 'wordEnd']);
const NEWLINE_CLAIMS: ReadonlySet<Claim> = new Set(['lineStart', 'lineEnd', 'subjectEndOrFinalNewline']);

export function byteClasses(program: Program): ByteClasses {
  const claims = claimsOf(program);
  const tellsWords = [...claims].some((claim) => WORD_CLAIMS.has(claim));
  const tellsNewlines = [...claims].some((claim) => NEWLINE_CLAIMS.has(claim));
  const dividers = [...program.sets];
  if (tellsWords) dividers.push(WORD);
  if (tellsNewlines) dividers.push(NEWLINE);
  const { count, classOf } = partition(dividers);

  const members = new Uint8Array(program.sets.length * count);
  const after = new Array<After>(count).fill(AFTER.other);
  for (let byte = 0; byte < 256; byte++) {
    const byteClass = classOf[byte]!;
    program.sets.forEach((set, number) => {
      if (set.has(byte)) members[number * count + byteClass] = 1;
    });
    if (tellsWords && WORD.has(byte)) after[byteClass] = AFTER.word;
    if (tellsNewlines && NEWLINE.has(byte)) after[byteClass] = AFTER.newline;
  }
  return { count, classOf, members, after, needsFinalNewline: claims.has('subjectEndOrFinalNewline') };
}

function claimsOf(program: Program): Set<Claim> {
  const claims = new Set<Claim>();
  for (let pc = 0; pc < program.length; pc++) if (program.ops[pc] === OP.claim) claims.add(CLAIMS[program.a[pc]!]!);
  return claims;
}

/** Splits the bytes by one set after the other until no set cuts through a class. */
function partition(dividers: readonly ByteSet[]): { count: number; classOf: Uint8Array } {
  const classOf = new Uint8Array(256);
  let count = 1;
  for (const set of dividers) {
    /** The class that the members of an old class move to. */
    const moved = new Int32Array(count).fill(-1);
    const hasOutside = new Uint8Array(count);
    for (let byte = 0; byte < 256; byte++) if (!set.has(byte)) hasOutside[classOf[byte]!] = 1;
    for (let byte = 0; byte < 256; byte++) {
      const old = classOf[byte]!;
      if (!set.has(byte) || hasOutside[old] === 0) continue;
      if (moved[old] === -1) moved[old] = count++;
      classOf[byte] = moved[old]!;
    }
  }
  return { count, classOf };
}
