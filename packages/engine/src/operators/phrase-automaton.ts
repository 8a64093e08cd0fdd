import { lowerCase } from '../bytes/ascii.ts';

/**
 * Aho–Corasick: finds any of many phrases in one pass, however many there are. Caseless for ASCII letters only.
 *
 * States are the prefixes of the phrases. Reading a byte moves to the longer prefix if there is one; otherwise the state's
 * `failure`, its longest proper suffix that is a prefix too, is tried. The search stops at the first position where any
 * phrase ends, so a phrase that contains another one can never be what is found and needs no states of its own.
 *
 * The transitions are a double array: the successor of state `s` by byte `b` is slot `base[s] + b`, valid when `owner` of
 * that slot is `s`. A state is the number of its slot. That is three numbers per prefix, whatever the alphabet, and
 * thousands of phrases are ready in milliseconds (Aoe 1989, "An Efficient Digital Search Algorithm by Using a Double-Array
 * Structure").
 */
export class PhraseAutomaton {
  readonly #base: Int32Array;
  readonly #owner: Int32Array;
  readonly #failure: Int32Array;
  /** Length of the longest phrase that ends in a state; 0 for none. */
  readonly #length: Int32Array;
  /** Successors of the root, complete: bytes that start no phrase lead back to it. */
  readonly #start: Int32Array;

  /** Empty phrases are left out; with no phrase at all nothing is ever found. */
  constructor(phrases: Iterable<string>) {
    const builder = new Builder(prefixFree(phrases));
    this.#base = builder.base;
    this.#owner = builder.owner;
    this.#failure = builder.failure;
    this.#length = builder.length;
    this.#start = builder.start;
  }

  /**
   * The first phrase to end in `value` at or after `from`, as `[start, end)`; among those that end at the same position the
   * longest. Undefined when there is none. Takes time in proportion to the value.
   */
  find(value: string, from = 0): readonly [start: number, end: number] | undefined {
    const base = this.#base;
    const owner = this.#owner;
    const failure = this.#failure;
    const length = this.#length;
    const start = this.#start;
    let state = ROOT;
    for (let index = from; index < value.length; index++) {
      const byte = FOLD[value.charCodeAt(index) & 0xff]!;
      let next = base[state]! + byte;
      while (state !== ROOT && owner[next] !== state) {
        state = failure[state]!;
        next = base[state]! + byte;
      }
      state = state === ROOT ? start[byte]! : next;
      if (length[state] !== 0) return [index + 1 - length[state]!, index + 1];
    }
    return undefined;
  }
}

const ROOT = 0;

/** Each byte with upper-case ASCII letters made small. */
const FOLD: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte,
);

/** The folded phrases in byte order without those that begin with another one: that one would be found before them. */
function prefixFree(phrases: Iterable<string>): readonly string[] {
  const kept: string[] = [];
  for (const phrase of Array.from(phrases, lowerCase).sort()) {
    // In byte order the extensions of a phrase follow it directly.
    const last = kept.at(-1);
    if (phrase !== '' && (last === undefined || !phrase.startsWith(last))) kept.push(phrase);
  }
  return kept;
}

/**
 * Lays the states out breadth first. A state is described by the stretch of the sorted phrases that share its prefix, so
 * no tree has to be made before: the children of a state are the runs of equal bytes at its depth.
 */
class Builder {
  base: Int32Array;
  owner: Int32Array;
  failure: Int32Array;
  length: Int32Array;
  readonly start: Int32Array = new Int32Array(256);
  readonly #phrases: readonly string[];
  /** No slot from 256 to this one is free. Slots below 256 stay unused, so that no base is negative. */
  #firstFree = 256;
  /** The runs of the state at hand: their bytes, and where in the phrases they start (one more entry: where the last ends). */
  readonly #runByte = new Uint8Array(256);
  readonly #runStart = new Int32Array(257);

  constructor(phrases: readonly string[]) {
    this.#phrases = phrases;
    const states = phrases.reduce((sum, phrase) => sum + phrase.length, 1);
    const size = states + (states >> 3) + 512;
    this.base = new Int32Array(size);
    this.owner = new Int32Array(size).fill(-1);
    this.failure = new Int32Array(size);
    this.length = new Int32Array(size);
    this.owner[ROOT] = ROOT;
    // Three numbers per state: itself, and its stretch of the phrases. A level never has more states than phrases.
    let level = new Int32Array(3 * Math.max(1, phrases.length));
    let next = new Int32Array(level.length);
    level.set([ROOT, 0, phrases.length]);
    for (let depth = 0, used = 3; used > 0; depth++) {
      used = this.#expand(level, used, next, depth);
      [level, next] = [next, level];
    }
  }

  /** Makes the children of the states of one level and puts those that need children in turn into `next`; says how much. */
  #expand(level: Int32Array, filled: number, next: Int32Array, depth: number): number {
    let used = 0;
    for (let entry = 0; entry < filled; entry += 3) {
      const state = level[entry]!;
      const runs = this.#findRuns(depth, level[entry + 1]!, level[entry + 2]!);
      const base = this.#place(runs);
      this.base[state] = base;
      for (let run = 0; run < runs; run++) {
        const byte = this.#runByte[run]!;
        const child = base + byte;
        const failure = state === ROOT ? ROOT : this.#next(this.failure[state]!, byte);
        const from = this.#runStart[run]!;
        const isPhrase = this.#phrases[from]!.length === depth + 1;
        this.owner[child] = state;
        this.failure[child] = failure;
        this.length[child] = isPhrase ? depth + 1 : this.length[failure]!;
        // The search never goes beyond a state in which a phrase ends.
        if (this.length[child] !== 0) continue;
        next[used++] = child;
        next[used++] = from;
        next[used++] = this.#runStart[run + 1]!;
      }
      if (state === ROOT)
        for (let run = 0; run < runs; run++) this.start[this.#runByte[run]!] = base + this.#runByte[run]!;
    }
    return used;
  }

  /** Splits a stretch of the phrases, all longer than `depth`, by their byte at `depth`. Returns the number of runs. */
  #findRuns(depth: number, from: number, to: number): number {
    let runs = 0;
    let last = -1;
    for (let index = from; index < to; index++) {
      const byte = this.#phrases[index]!.charCodeAt(depth);
      if (byte === last) continue;
      this.#runByte[runs] = last = byte;
      this.#runStart[runs++] = index;
    }
    this.#runStart[runs] = to;
    return runs;
  }

  /** The lowest base at which every run finds a free slot. */
  #place(runs: number): number {
    if (runs === 0) return 0;
    while (this.owner[this.#firstFree] !== -1) this.#firstFree++;
    let base = this.#firstFree - this.#runByte[0]!;
    for (;;) {
      this.#reserve(base + 256);
      let run = 0;
      while (run < runs && this.owner[base + this.#runByte[run]!] === -1) run++;
      if (run === runs) return base;
      base++;
    }
  }

  /** Where the search goes from `state` by `byte`. */
  #next(state: number, byte: number): number {
    for (let from = state; from !== ROOT; from = this.failure[from]!) {
      const next = this.base[from]! + byte;
      if (this.owner[next] === from) return next;
    }
    return this.start[byte]!;
  }

  /** Makes all slots below `size` exist. */
  #reserve(size: number): void {
    if (size <= this.owner.length) return;
    const room = size + (this.owner.length >> 1);
    this.base = grown(this.base, room, 0);
    this.owner = grown(this.owner, room, -1);
    this.failure = grown(this.failure, room, 0);
    this.length = grown(this.length, room, 0);
  }
}

function grown(array: Int32Array, size: number, filling: number): Int32Array {
  const larger = new Int32Array(size).fill(filling, array.length);
  larger.set(array);
  return larger;
}
