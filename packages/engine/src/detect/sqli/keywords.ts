import { KEYWORDS } from './tables.generated.ts';
import type { TokenType } from './token.ts';

/**
 * What the bytes of `source` from `start` to before `end` mean as a keyword, phrase or two-byte operator of SQL in any
 * letter case; '' if they are none. Takes time proportional to the longest keyword at most, and allocates nothing.
 */
export function lookUpKeyword(source: string, start: number, end: number): TokenType {
  const length = end - start;
  if (length > table.longest) return '';
  let hash = 0;
  for (let i = start; i < end; i++) {
    const byte = source.charCodeAt(i);
    hash = mix(hash, byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte);
  }
  for (let slot = hash & SLOT_MASK; ; slot = (slot + 1) & SLOT_MASK) {
    const index = table.slots[slot]!;
    if (index === FREE) return '';
    const entry = table.entries[index]!;
    if (entry.word.length === length && matchesAt(source, start, entry.word)) return entry.type;
  }
}

interface Entry {
  readonly word: string;
  readonly type: TokenType;
}

// An open-addressed hash table rather than a Map, because a Map would need the upper-cased slice as a string of its own.
const SLOTS = 4096;
const SLOT_MASK = SLOTS - 1;
const FREE = 0xffff;

const table = buildTable();

function buildTable(): { readonly entries: readonly Entry[]; readonly slots: Uint16Array; readonly longest: number } {
  const entries: Entry[] = [];
  const slots = new Uint16Array(SLOTS).fill(FREE);
  let longest = 0;
  for (const [type, list] of Object.entries(KEYWORDS)) {
    for (const line of list.split(',')) {
      const word = line.trim();
      if (word === '') continue;
      let hash = 0;
      for (let i = 0; i < word.length; i++) hash = mix(hash, word.charCodeAt(i));
      let slot = hash & SLOT_MASK;
      while (slots[slot] !== FREE) slot = (slot + 1) & SLOT_MASK;
      slots[slot] = entries.length;
      // The keys of the generated table are token types; the conformance suite compares it with its origin.
      entries.push({ word, type: type as TokenType });
      longest = Math.max(longest, word.length);
    }
  }
  return { entries, slots, longest };
}

function mix(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + byte) | 0;
}

function matchesAt(source: string, start: number, upperCaseWord: string): boolean {
  for (let i = 0; i < upperCaseWord.length; i++) {
    const byte = source.charCodeAt(start + i);
    if ((byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte) !== upperCaseWord.charCodeAt(i)) return false;
  }
  return true;
}
