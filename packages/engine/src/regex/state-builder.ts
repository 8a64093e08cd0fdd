import { type ByteClasses, byteClasses } from './byte-classes.ts';
import { AFTER, type After, BEFORE, type Before, CLAIMS, holds } from './claims.ts';
import { OP, type Program } from './program.ts';
import { restartBytes } from './restart-bytes.ts';
import { beforeColumn, type StateConstruction, type StepResult } from './state-construction.ts';

const NEWLINE = 0x0a;

/**
 * The subset construction behind the lazy automaton: from the instructions waiting before a byte, those waiting behind it.
 *
 * An instruction waits for a byte (`set`) or for knowledge of the byte to come (`claim`). Because a match may begin anywhere,
 * every state also contains what waits at the beginning of the pattern. That part is left out of all results, and what it
 * leads to is computed once for each column: states stay small where a pattern is an alternation of hundreds of words.
 */
export class StateBuilder implements StateConstruction<Before> {
  readonly classes: ByteClasses;
  /** The columns behind those of the byte classes: a newline that is the last byte, and the end of the subject. */
  readonly finalNewline: number;
  readonly end: number;
  /** The last result: the first `count` of these, each once, in no particular order. */
  readonly waiting: Int32Array;
  count = 0;
  /** Instructions looked at for the last result; the measure of its cost. */
  looked = 0;
  /** Whether nothing waits at the beginning of the pattern once the first byte is passed: the pattern is anchored. */
  readonly isAnchored: boolean;
  readonly isOrdered = false;

  readonly #program: Program;
  readonly #hasClaims: boolean;
  /** `#seen[pc] === #generation` marks the instructions already reached. */
  readonly #seen: Int32Array;
  #generation = 0;
  readonly #stack: Int32Array;
  readonly #current: Int32Array;
  /** What waits at the beginning of the pattern, at any position but the first. */
  readonly #always: Int32Array;
  readonly #isAlways: Uint8Array;
  #restartBytes: Uint8Array | undefined;
  readonly #alwaysHasClaims: boolean;
  readonly #alwaysSteps: (Int32Array | 'matched' | undefined)[] = [];

  constructor(program: Program) {
    this.#program = program;
    this.#hasClaims = program.ops.includes(OP.claim);
    this.classes = byteClasses(program);
    this.finalNewline = this.classes.count;
    this.end = this.classes.count + 1;
    this.waiting = new Int32Array(program.length);
    this.#seen = new Int32Array(program.length);
    this.#stack = new Int32Array(program.length);
    // A set may wait in the kernel and behind a claim as well, so there can be more of them than there are instructions.
    this.#current = new Int32Array(this.#hasClaims ? 2 * program.length : 0);
    this.#isAlways = new Uint8Array(program.length);

    this.#begin();
    this.#reach(program.entry, BEFORE.other, undefined);
    this.#always = this.waiting.slice(0, this.count);
    for (const pc of this.#always) this.#isAlways[pc] = 1;
    this.#alwaysHasClaims = this.hasClaims();
    this.isAnchored = this.#always.length === 0;
  }

  /** Whether an instruction of the last result, or one that always waits, asks about the bytes around it. */
  hasClaims(): boolean {
    if (!this.#hasClaims) return false;
    if (this.#alwaysHasClaims) return true;
    for (let index = 0; index < this.count; index++) {
      if (this.#program.ops[this.waiting[index]!] === OP.claim) return true;
    }
    return false;
  }

  /** A 1 for each byte behind which a state without instructions does not say that no match is in progress. */
  get restartBytes(): Uint8Array {
    this.#restartBytes ??= restartBytes(this.#program, this.#isAlways);
    return this.#restartBytes;
  }

  /** What a byte of the column is for the position behind it. */
  sideOf(column: number): Before {
    return beforeColumn(this.classes, column);
  }

  /** What waits where a search begins. */
  initial(before: Before): StepResult {
    this.looked = 0;
    this.#begin();
    return this.#reach(this.#program.entry, before, undefined) ? 'matched' : 'waiting';
  }

  /** From the instructions `kernel[from]` to `kernel[to - 1]`, which wait behind `before`, over the byte of a column. */
  step(kernel: Int32Array, from: number, to: number, before: Before, column: number): StepResult {
    this.looked = 0;
    // First of all, because it may have to be computed with the same scratch arrays.
    const always = this.#alwaysStep(before, column);
    if (always === 'matched' || this.#advance(kernel, from, to, before, column)) return 'matched';
    const seen = this.#seen;
    for (let index = 0; index < always.length; index++) {
      const pc = always[index]!;
      if (seen[pc] === this.#generation) continue;
      seen[pc] = this.#generation;
      this.waiting[this.count++] = pc;
    }
    return 'waiting';
  }

  #alwaysStep(before: Before, column: number): Int32Array | 'matched' {
    const key = this.#alwaysHasClaims ? before * (this.end + 1) + column : column;
    let known = this.#alwaysSteps[key];
    if (known === undefined) {
      const matched = this.#advance(this.#always, 0, this.#always.length, before, column);
      known = matched ? 'matched' : this.waiting.slice(0, this.count);
      this.#alwaysSteps[key] = known;
    }
    return known;
  }

  /** Answers the claims of the kernel, then consumes the byte. The result is in `waiting`; true when the pattern matched. */
  #advance(kernel: Int32Array, from: number, to: number, before: Before, column: number): boolean {
    const { ops, a, b } = this.#program;
    if (!this.#hasClaims) return this.#consume(kernel, from, to, column);
    const after = this.#afterOf(column);
    this.#begin();
    let currentCount = 0;
    for (let index = from; index < to; index++) {
      const pc = kernel[index]!;
      if (ops[pc] === OP.set) this.#current[currentCount++] = pc;
      else if (holds(CLAIMS[a[pc]!]!, before, after, false) && this.#reach(b[pc]!, before, after)) return true;
    }
    for (let index = 0; index < this.count; index++) this.#current[currentCount++] = this.waiting[index]!;
    return this.#consume(this.#current, 0, currentCount, column);
  }

  /** Takes the sets `list[from]` to `list[to - 1]` over the byte. */
  #consume(list: Int32Array, from: number, to: number, column: number): boolean {
    this.#begin();
    if (column === this.end) return false;
    const { a, b } = this.#program;
    const { members, count } = this.classes;
    const byteClass = column === this.finalNewline ? this.classes.classOf[NEWLINE]! : column;
    const before = this.sideOf(column);
    this.looked += to - from;
    for (let index = from; index < to; index++) {
      const pc = list[index]!;
      if (members[a[pc]! * count + byteClass] === 1 && this.#reach(b[pc]!, before, undefined)) return true;
    }
    return false;
  }

  #afterOf(column: number): After {
    if (column === this.end) return AFTER.end;
    return column === this.finalNewline ? AFTER.finalNewline : this.classes.after[column]!;
  }

  #begin(): void {
    this.#generation++;
    this.count = 0;
  }

  #wait(pc: number): void {
    if (this.#seen[pc] === this.#generation || this.#isAlways[pc] === 1) return;
    this.#seen[pc] = this.#generation;
    this.waiting[this.count++] = pc;
  }

  /**
   * Adds to `waiting` everything that can be reached from an instruction without a byte; true when the pattern matched.
   * While `after` is not known, claims wait, but for `\A`, which the byte before decides alone.
   */
  #reach(start: number, before: Before, after: After | undefined): boolean {
    const { ops, a, b } = this.#program;
    const seen = this.#seen;
    const stack = this.#stack;
    const generation = this.#generation;
    let depth = 0;
    if (seen[start] === generation) return false;
    if (ops[start] === OP.set) {
      this.looked++;
      this.#wait(start);
      return false;
    }
    seen[start] = generation;
    stack[depth++] = start;
    while (depth > 0) {
      const pc = stack[--depth]!;
      let next = -1;
      this.looked++;
      switch (ops[pc]) {
        case OP.match:
          return true;
        case OP.set:
          if (this.#isAlways[pc] === 0) this.waiting[this.count++] = pc;
          continue;
        case OP.split: {
          const second = b[pc]!;
          if (seen[second] !== generation) {
            seen[second] = generation;
            stack[depth++] = second;
          }
          next = a[pc]!;
          break;
        }
        case OP.save:
          next = b[pc]!;
          break;
        case OP.claim: {
          const claim = CLAIMS[a[pc]!]!;
          if (after !== undefined || claim === 'subjectStart') {
            if (!holds(claim, before, after ?? AFTER.other, false)) continue;
            next = b[pc]!;
          } else {
            if (this.#isAlways[pc] === 0) this.waiting[this.count++] = pc;
            continue;
          }
          break;
        }
      }
      if (seen[next] !== generation) {
        seen[next] = generation;
        stack[depth++] = next;
      }
    }
    return false;
  }
}
