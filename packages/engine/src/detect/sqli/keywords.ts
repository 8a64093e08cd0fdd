import { KEYWORDS } from './tables.generated.ts';
import { type TokenType, upperCase } from './token.ts';

/**
 * What the bytes of `source` from `start` to before `end` mean as a keyword, phrase or two-byte operator of SQL in any
 * letter case; '' if they are none. Takes time proportional to the longest keyword at most, and allocates nothing.
 */
export function lookUpKeyword(source: string, start: number, end: number): TokenType {
  const length = end - start;
  if (length > table.longest) return '';
  const hash = hashOf(source, start, end, 0);
  for (let slot = hash & SLOT_MASK; ; slot = (slot + 1) & SLOT_MASK) {
    const entry = table.entries[table.slots[slot]!];
    if (entry === undefined) return '';
    if (entry.word.length === length && matchesAt(source, start, entry.word, 0, length)) return entry.type;
  }
}

/** What two words with a space between them mean as a phrase; '' if they are none. */
export function lookUpPhrase(first: string, second: string): TokenType {
  const length = first.length + 1 + second.length;
  if (length > table.longest) return '';
  const hash = hashOf(second, 0, second.length, mix(hashOf(first, 0, first.length, 0), SPACE));
  for (let slot = hash & SLOT_MASK; ; slot = (slot + 1) & SLOT_MASK) {
    const entry = table.entries[table.slots[slot]!];
    if (entry === undefined) return '';
    if (
      entry.word.length === length &&
      entry.word.charCodeAt(first.length) === SPACE &&
      matchesAt(first, 0, entry.word, 0, first.length) &&
      matchesAt(second, 0, entry.word, first.length + 1, second.length)
    ) {
      return entry.type;
    }
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
const SPACE = 0x20;

const table = buildTable();

function buildTable(): { readonly entries: readonly Entry[]; readonly slots: Uint16Array; readonly longest: number } {
  const entries: Entry[] = [];
  const slots = new Uint16Array(SLOTS).fill(FREE);
  let longest = 0;
  for (const [type, list] of Object.entries(KEYWORDS)) {
    for (const line of list.split(',')) {
      const word = line.trim();
      if (word === '') continue;
      let slot = hashOf(word, 0, word.length, 0) & SLOT_MASK;
      while (slots[slot] !== FREE) slot = (slot + 1) & SLOT_MASK;
      slots[slot] = entries.length;
      // The keys of the generated table are token types; the conformance suite compares it with its origin.
      entries.push({ word, type: type as TokenType });
      longest = Math.max(longest, word.length);
    }
  }
  return { entries, slots, longest };
}

/** Adds the bytes of `source` from `start` to before `end` to a hash, in upper case. */
function hashOf(source: string, start: number, end: number, hash: number): number {
  let result = hash;
  for (let i = start; i < end; i++) result = mix(result, upperCase(source.charCodeAt(i)));
  return result;
}

function mix(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + byte) | 0;
}

function matchesAt(source: string, start: number, word: string, wordStart: number, length: number): boolean {
  for (let i = 0; i < length; i++) {
    if (upperCase(source.charCodeAt(start + i)) !== word.charCodeAt(wordStart + i)) return false;
  }
  return true;
}
