import type { Transformation } from '../../registry/transformation.ts';
import { MASK_BITS } from './byte-mask.ts';
import type { Clause } from './clauses.ts';
import { automatonOf, type LiteralAutomaton, type Needle, type Reading } from './literal-automaton.ts';
import { NeededKinds } from './needed-kinds.ts';
import { ScatteredText } from './scattered-text.ts';
import { TextSites } from './text-sites.ts';

/** Clauses a condition may have. */
const LAYERS = 2;
const MASK_SIZE = 32;
/** For so many masks, a power of two, it is remembered what they meet. A client decides how many there are; a request has about ten. */
const KNOWN_MASKS = 64;
/** Multiplied by this, masks that differ little differ in their upper bits. */
const SPREAD = 0x9e3779b1;
const SPREAD_SHIFT = Math.clz32(KNOWN_MASKS - 1);
/** So many texts are looked for one by one in what a transformation leaves; more are found together. */
const MOST_ALONE = 4;

/** What is asked of the values a transformation leaves that takes bytes out. */
interface Question {
  /** The texts of a clause of each condition. */
  readonly texts: readonly (readonly [condition: number, texts: readonly ScatteredText[]])[];
  /** Kinds of the bytes it leaves. */
  readonly kinds: number;
}

/**
 * By number: what each condition asks for. One without clauses is never to be asked for: there is nothing to look for, its values
 * must all be asked about.
 */
type Conditions = readonly (readonly Clause[])[];

/**
 * The clauses of many conditions, all of which one scan of a value answers. Conditions are numbered; sets of them are bits in
 * `words` numbers. Every condition has a bit in each of two layers, one per clause, so that "all its clauses are met" is one
 * `and` for 32 conditions. What the kinds of bytes in the value say is a row of bits for
 * each set of kinds, laid over the others.
 */
export class ConditionScanner {
  /** Numbers a set of conditions takes. */
  readonly words: number;
  /** Kinds of bytes in the value scanned last. */
  mask = 0;

  readonly #conditions: Conditions;
  readonly #automaton: LiteralAutomaton;
  readonly #neededKinds: (NeededKinds | undefined)[] = [];
  /** By transformation that takes bytes out. */
  readonly #readings = new Map<Transformation, Reading>();
  /** By such a transformation of which little is asked. */
  readonly #questions = new Map<Transformation, Question>();
  /** By bit of the mask: the clauses such a byte meets, in all layers. */
  readonly #metByKind: Int32Array;
  /** Where a condition has no clause in a layer, there it is met. */
  readonly #metAnyway: Int32Array;
  /** The clauses met by the texts in the value at hand; empty between two scans. */
  readonly #found: Int32Array;
  /** By place: a mask, and the clauses that values meet with these kinds of bytes. */
  readonly #maskAt = new Int32Array(KNOWN_MASKS);
  readonly #metAt: Int32Array;

  /** `automaton` finds the texts of `needlesOf` these conditions. */
  constructor(conditions: Conditions, automaton: LiteralAutomaton) {
    this.#conditions = conditions;
    this.words = wordsOf(conditions);
    const size = this.words * LAYERS;
    this.#automaton = automaton;
    this.#metByKind = new Int32Array(MASK_SIZE * size);
    this.#metAnyway = new Int32Array(size);
    this.#found = new Int32Array(size);
    this.#metAt = new Int32Array(KNOWN_MASKS * size);
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
    this.#metAt.set(this.#metAnyway);
  }

  /** Bytes of the tables. */
  get byteLength(): number {
    return this.#automaton.byteLength + this.#metByKind.byteLength + this.#metAt.byteLength;
  }

  /** What a condition needs of a value. */
  neededKinds(condition: number): NeededKinds {
    return (this.#neededKinds[condition] ??= new NeededKinds(this.#conditions[condition]!));
  }

  /**
   * Tells which conditions may be asked of what a transformation leaves that does nothing but take bytes out. Where they turn on a few texts,
   * only those are looked for, and all others count as met.
   */
  expect(transformation: Transformation, conditions: Iterable<number>): void {
    const { removes } = transformation;
    if (removes === undefined) return;
    const texts: [number, readonly ScatteredText[]][] = [];
    let count = 0;
    for (const condition of conditions) {
      const own = fewestTexts(this.#conditions[condition] ?? []);
      count += own.length;
      if (own.length === 0 || count > MOST_ALONE) return;
      const scattered = own.map((text) => ScatteredText.of(text, removes)).filter((text) => text !== undefined);
      if (scattered.length < own.length) return;
      texts.push([condition, scattered]);
    }
    let kinds = 0;
    for (let byte = 0; byte < 256; byte++) if (!removes(byte)) kinds |= MASK_BITS[byte]!;
    this.#questions.set(transformation, { texts, kinds });
  }

  /**
   * As `scan`, of what a transformation leaves that does nothing but take bytes out. `kinds`: those of the bytes in the value as it is.
   */
  scanWithout(value: string, kinds: number, transformation: Transformation, target: Int32Array, at: number): void {
    const { removes } = transformation;
    if (removes === undefined) throw new Error(`${transformation.name} does more than take bytes out`);
    const question = this.#questions.get(transformation);
    if (question !== undefined && this.#answer(question, value, target, at)) {
      this.mask = kinds & question.kinds;
      return;
    }
    let reading = this.#readings.get(transformation);
    if (reading === undefined) {
      reading = this.#automaton.without(removes);
      this.#readings.set(transformation, reading);
    }
    this.scan(value, target, at, reading);
  }

  /** False where it takes too long to say. */
  #answer({ texts }: Question, value: string, target: Int32Array, at: number): boolean {
    for (let word = 0; word < this.words; word++) target[at + word] = -1;
    for (const [condition, own] of texts) {
      let isThere = false;
      for (const text of own) {
        const occurrence = text.isIn(value);
        if (occurrence === undefined) return false;
        if (occurrence) isThere = true;
      }
      if (!isThere) target[at + (condition >> 5)]! &= ~(1 << (condition & 31));
    }
    return true;
  }

  /** What finds the places of long values to look at, where only these conditions are asked for; undefined where there are too many. */
  sitesOf(conditions: Iterable<number>): TextSites | undefined {
    const lists: (readonly string[])[] = [];
    for (const condition of conditions) for (const { texts } of this.#conditions[condition] ?? []) lists.push(texts);
    return TextSites.of(lists);
  }

  /** As `scan`, of the conditions `sites` are for. */
  scanSites(value: string, target: Int32Array, at: number, sites: TextSites): void {
    this.#conclude(this.#automaton.scanSites(value, this.#found, sites), target, at);
  }

  /** Fills `mask`, and `target` from `at` on with the conditions the value meets. */
  scan(value: string, target: Int32Array, at: number, reading?: Reading): void {
    this.#conclude(this.#automaton.scan(value, this.#found, reading), target, at);
  }

  /** The sets are a few numbers long: plain loops are several times as fast here, and below, as `set` and `fill`. */
  #conclude(mask: number, target: Int32Array, at: number): void {
    const { words } = this;
    const found = this.#found;
    const metAt = this.#metAt;
    const first = this.#rowOf(mask);
    const second = first + words;
    this.mask = mask;
    for (let word = 0; word < words; word++) {
      target[at + word] = (found[word]! | metAt[first + word]!) & (found[words + word]! | metAt[second + word]!);
      found[word] = 0;
      found[words + word] = 0;
    }
  }

  /** Where the clauses begin that values with these kinds of bytes meet. Another mask may have had the place. */
  #rowOf(mask: number): number {
    const place = Math.imul(mask, SPREAD) >>> SPREAD_SHIFT;
    const row = place * this.#found.length;
    if (this.#maskAt[place] !== mask) this.#know(mask, place, row);
    return row;
  }

  #know(mask: number, place: number, row: number): void {
    const size = this.#found.length;
    const metAt = this.#metAt;
    this.#maskAt[place] = mask;
    for (let word = 0; word < size; word++) metAt[row + word] = this.#metAnyway[word]!;
    for (let kinds = mask; kinds !== 0; kinds &= kinds - 1) {
      const kind = (31 - Math.clz32(kinds & -kinds)) * size;
      for (let word = 0; word < size; word++) metAt[row + word]! |= this.#metByKind[kind + word]!;
    }
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

/** Of the clauses that only texts can meet, the texts of the one with the fewest; empty without such a clause. */
function fewestTexts(clauses: readonly Clause[]): readonly string[] {
  const [fewest] = clauses
    .filter(({ mask, texts }) => mask === 0 && texts.length > 0)
    .toSorted((left, right) => left.texts.length - right.texts.length);
  return fewest?.texts ?? [];
}
