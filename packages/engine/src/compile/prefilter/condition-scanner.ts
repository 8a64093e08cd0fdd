import type { Clause } from './clauses.ts';
import { LiteralAutomaton, type Needle } from './literal-automaton.ts';

/** Masks for which it is remembered what they decide; benign traffic has some hundred of them. */
const REMEMBERED_MASKS = 512;

/** What the kinds of bytes in a value say, before any text has been looked for. */
interface MaskVerdict {
  /** Conditions that are met already. */
  readonly met: Int32Array;
  /** By clause: whether it is met already. */
  readonly isClauseMet: Uint8Array;
  /** By condition: how many of its clauses are still to be met. */
  readonly open: Uint8Array;
}

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
  readonly #verdicts = new Map<number, MaskVerdict>();
  /** The scan in which a text of a condition was found last, and how many clauses of the condition that met. */
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
    const { mask, ids, count } = this.#automaton.scan(value);
    const { met, isClauseMet, open } = this.#verdictOf(mask);
    this.mask = mask;
    this.#scan = (this.#scan + 1) | 0;
    for (let index = 0; index < met.length; index++) this.met[index] = met[index]!;
    this.count = met.length;
    for (let index = 0; index < count; index++) {
      const clause = ids[index]!;
      if (isClauseMet[clause] === 0) this.#meet(this.#conditionOf[clause]!, open);
    }
  }

  /** A clause that the mask has left open; each is met once, as the automaton names each once. */
  #meet(condition: number, open: Uint8Array): void {
    const isFirst = this.#conditionSeen[condition] !== this.#scan;
    this.#conditionSeen[condition] = this.#scan;
    const hits = isFirst ? 1 : this.#conditionHits[condition]! + 1;
    this.#conditionHits[condition] = hits;
    if (hits === open[condition]) this.met[this.count++] = condition;
  }

  #verdictOf(mask: number): MaskVerdict {
    const known = this.#verdicts.get(mask);
    if (known !== undefined) return known;
    const isClauseMet = this.#maskOfClause.map((wanted) => ((wanted & mask) === 0 ? 0 : 1));
    const open = this.#needed.slice();
    const met: number[] = [];
    isClauseMet.forEach((isMet, clause) => {
      const condition = this.#conditionOf[clause]!;
      if (isMet === 0) return;
      open[condition]!--;
      if (open[condition] === 0) met.push(condition);
    });
    // A client decides how many masks there are.
    if (this.#verdicts.size >= REMEMBERED_MASKS) this.#verdicts.clear();
    const verdict = { met: Int32Array.from(met), isClauseMet: Uint8Array.from(isClauseMet), open };
    this.#verdicts.set(mask, verdict);
    return verdict;
  }
}
