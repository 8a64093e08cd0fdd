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
  /** What holds of one byte of a class holds of all. */
  const example = new Uint8Array(count);
  for (let byte = 0; byte < 256; byte++) example[classOf[byte]!] = byte;

  const members = new Uint8Array(program.sets.length * count);
  for (let number = 0; number < program.sets.length; number++) {
    const set = program.sets[number]!;
    for (let one = 0; one < count; one++) if (set.has(example[one]!)) members[number * count + one] = 1;
  }
  const after = Array.from(example, (byte): After => {
    if (tellsNewlines && NEWLINE.has(byte)) return AFTER.newline;
    return tellsWords && WORD.has(byte) ? AFTER.word : AFTER.other;
  });
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
  /** By class: its bytes, those of them inside the set at hand, and the class these move to. */
  const sizes = new Int32Array(257);
  const inside = new Int32Array(257);
  const moved = new Int32Array(257);
  sizes[0] = 256;
  let count = 1;
  for (const set of dividers) {
    // A set and its complement cut alike; most sets are small, or large.
    const bytes = membersOf(set.size <= 128 ? set : set.complement());
    for (const byte of bytes) inside[classOf[byte]!]!++;
    for (const byte of bytes) {
      const old = classOf[byte]!;
      if (inside[old]! > 0) {
        const isCut = inside[old]! < sizes[old]!;
        moved[old] = isCut ? count : old;
        if (isCut) {
          sizes[count++] = inside[old]!;
          sizes[old]! -= inside[old]!;
        }
        inside[old] = 0;
      }
      classOf[byte] = moved[old]!;
    }
  }
  return { count, classOf };
}

function membersOf({ words }: ByteSet): readonly number[] {
  const bytes: number[] = [];
  for (let index = 0; index < words.length; index++) {
    for (let word = words[index]!; word !== 0; word &= word - 1) {
      bytes.push(index * 32 + 31 - Math.clz32(word & -word));
    }
  }
  return bytes;
}
