import type { Transformation } from '../../registry/transformation.ts';
import type { Clause } from './clauses.ts';
import { automatonOf, type LiteralAutomaton, type Needle, type Reading } from './literal-automaton.ts';

/** Clauses a condition may have. */
const LAYERS = 2;
const MASK_SIZE = 32;

/**
 * By number: what each condition asks for. One without clauses is never to be asked for: there is nothing to look for, its values
 * must all be asked about.
 */
type Conditions = readonly (readonly Clause[])[];

/**
 * The clauses of many conditions, all of which one scan of a value answers. Conditions are numbered; sets of them are bits in
 * `words` numbers. Every condition has a bit in each of two layers, one per clause, so that "all its clauses are met" is one
 * `and` for 32 conditions. What the kinds of bytes in the value say is a row of bits for each kind, laid over the others.
 */
export class ConditionScanner {
  /** Numbers a set of conditions takes. */
  readonly words: number;
  /** Kinds of bytes in the value scanned last. */
  mask = 0;

  readonly #automaton: LiteralAutomaton;
  /** By transformation that takes bytes out. */
  readonly #readings = new Map<Transformation, Reading>();
  /** By bit of the mask: the clauses such a byte meets, in all layers. */
  readonly #metByKind: Int32Array;
  /** Where a condition has no clause in a layer, there it is met. */
  readonly #metAnyway: Int32Array;
  /** The clauses met by the value scanned last. */
  readonly #met: Int32Array;

  /** `automaton` finds the texts of `needlesOf` these conditions. */
  constructor(conditions: Conditions, automaton: LiteralAutomaton) {
    this.words = wordsOf(conditions);
    const size = this.words * LAYERS;
    this.#automaton = automaton;
    this.#metByKind = new Int32Array(MASK_SIZE * size);
    this.#metAnyway = new Int32Array(size);
    this.#met = new Int32Array(size);
    conditions.forEach((clauses, condition) => {
      for (let layer = 0; layer < LAYERS; layer++) {
        const id = layer * this.words * 32 + condition;
        const clause = clauses[layer];
        if (clause === undefined) {
          this.#metAnyway[id >> 5]! |= 1 << (id & 31);
          continue;
        }
        for (let kind = 0; kind < MASK_SIZE; kind++) {
          if ((clause.mask & (1 << kind)) !== 0) this.#metByKind[kind * size + (id >> 5)]! |= 1 << (id & 31);
        }
      }
    });
  }

  /** Bytes of the tables. */
  get byteLength(): number {
    return this.#automaton.byteLength + this.#metByKind.byteLength;
  }

  /** As `scan`, of what a transformation leaves that does nothing but take bytes out. */
  scanWithout(value: string, transformation: Transformation, target: Int32Array, at: number): void {
    const { removes } = transformation;
    if (removes === undefined) throw new Error(`${transformation.name} does more than take bytes out`);
    let reading = this.#readings.get(transformation);
    if (reading === undefined) {
      reading = this.#automaton.without(removes);
      this.#readings.set(transformation, reading);
    }
    this.scan(value, target, at, reading);
  }

  /**
   * Fills `mask`, and `target` from `at` on with the conditions the value meets. The sets are a few numbers long: plain loops are
   * several times as fast here as `set` and `fill`.
   */
  scan(value: string, target: Int32Array, at: number, reading?: Reading): void {
    const { words } = this;
    const met = this.#met;
    const metByKind = this.#metByKind;
    const metAnyway = this.#metAnyway;
    for (let word = 0; word < met.length; word++) met[word] = metAnyway[word]!;
    const mask = this.#automaton.scan(value, met, reading);
    this.mask = mask;
    for (let kinds = mask; kinds !== 0; kinds &= kinds - 1) {
      const row = (31 - Math.clz32(kinds & -kinds)) * met.length;
      for (let word = 0; word < met.length; word++) met[word]! |= metByKind[row + word]!;
    }
    for (let word = 0; word < words; word++) target[at + word] = met[word]! & met[words + word]!;
  }
}

/** Makes the scanner of these conditions, with a pause behind each step. */
export function* scannerOf(conditions: Conditions): Generator<void, ConditionScanner> {
  const automaton = yield* automatonOf(needlesOf(conditions));
  return new ConditionScanner(conditions, automaton);
}

/** Numbers a set of conditions takes. */
function wordsOf(conditions: Conditions): number {
  return Math.ceil(conditions.length / 32);
}

/** The texts of all clauses, each with the bit of its clause. */
function needlesOf(conditions: Conditions): readonly Needle[] {
  const words = wordsOf(conditions);
  const needles: Needle[] = [];
  conditions.forEach((clauses, condition) => {
    if (clauses.length > LAYERS) throw new Error(`a condition has ${clauses.length} clauses, ${LAYERS} are foreseen`);
    clauses.forEach(({ texts }, layer) => {
      const id = layer * words * 32 + condition;
      for (let index = 0; index < texts.length; index++) needles.push({ text: texts[index]!, id });
    });
  });
  return needles;
}
