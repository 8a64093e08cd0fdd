import type { Clause } from './clauses.ts';
import { LiteralAutomaton, type Needle } from './literal-automaton.ts';

/** Masks for which the met clauses are remembered; benign traffic has some hundred of them. */
const REMEMBERED_MASKS = 1024;

/** The clauses of many conditions, all of which one scan of a value answers. Conditions and clauses are numbered. */
export class ConditionScanner {
  /** Kinds of bytes in the value scanned last. */
  mask = 0;
  /** The first `count` are the conditions the value scanned last meets. */
  readonly met: Int32Array;
  count = 0;

  readonly #automaton: LiteralAutomaton;
  readonly #conditionOf: Int32Array;
  readonly #maskOfClause: Int32Array;
  /** Clauses of each condition. */
  readonly #needed: Uint8Array;
  readonly #clausesOfMask = new Map<number, Int32Array>();
  /** The scan in which a clause, or a condition, was met last, and how many clauses of the condition. */
  readonly #clauseSeen: Int32Array;
  readonly #conditionSeen: Int32Array;
  readonly #conditionHits: Uint8Array;
  #scan = 0;

  /** A condition without clauses is never reported: there is nothing to look for, its values must all be asked about. */
  constructor(conditions: readonly (readonly Clause[])[]) {
    const needles: Needle[] = [];
    const conditionOf: number[] = [];
    const masks: number[] = [];
    conditions.forEach((clauses, condition) => {
      for (const { mask, texts } of clauses) {
        const id = conditionOf.push(condition) - 1;
        masks.push(mask);
        for (const text of texts) needles.push({ text, id });
      }
    });
    this.#automaton = new LiteralAutomaton(needles);
    this.#conditionOf = Int32Array.from(conditionOf);
    this.#maskOfClause = Int32Array.from(masks);
    this.#needed = Uint8Array.from(conditions, (clauses) => clauses.length);
    this.#clauseSeen = new Int32Array(conditionOf.length);
    this.#conditionSeen = new Int32Array(conditions.length);
    this.#conditionHits = new Uint8Array(conditions.length);
    this.met = new Int32Array(conditions.length);
  }

  /** Bytes of the tables. */
  get byteLength(): number {
    return this.#automaton.byteLength;
  }

  /** Fills `mask`, `met` and `count`. */
  scan(value: string): void {
    const findings = this.#automaton.scan(value);
    this.mask = findings.mask;
    this.count = 0;
    this.#scan = (this.#scan + 1) | 0;
    for (let index = 0; index < findings.count; index++) this.#meet(findings.ids[index]!);
    if (findings.mask !== 0) for (const clause of this.#clausesOf(findings.mask)) this.#meet(clause);
  }

  #meet(clause: number): void {
    if (this.#clauseSeen[clause] === this.#scan) return;
    this.#clauseSeen[clause] = this.#scan;
    const condition = this.#conditionOf[clause]!;
    const isFirst = this.#conditionSeen[condition] !== this.#scan;
    this.#conditionSeen[condition] = this.#scan;
    const hits = isFirst ? 1 : this.#conditionHits[condition]! + 1;
    this.#conditionHits[condition] = hits;
    if (hits === this.#needed[condition]) this.met[this.count++] = condition;
  }

  #clausesOf(mask: number): Int32Array {
    const known = this.#clausesOfMask.get(mask);
    if (known !== undefined) return known;
    const clauses: number[] = [];
    this.#maskOfClause.forEach((wanted, clause) => {
      if ((wanted & mask) !== 0) clauses.push(clause);
    });
    // A client decides how many masks there are.
    if (this.#clausesOfMask.size >= REMEMBERED_MASKS) this.#clausesOfMask.clear();
    const found = Int32Array.from(clauses);
    this.#clausesOfMask.set(mask, found);
    return found;
  }
}
