import { maskOf } from './byte-mask.ts';
import type { Clause } from './clauses.ts';

/** The kinds of bytes without which a value does not meet a condition. */
export class NeededKinds {
  /** All that count. */
  readonly mask: number;
  /** By clause: sets of kinds, one of which is in every value that meets it. */
  readonly #clauses: readonly (readonly number[])[];

  constructor(clauses: readonly Clause[]) {
    this.#clauses = clauses.map(setsOf).filter((sets) => !sets.includes(0));
    this.mask = this.#clauses.flat().reduce((all, set) => all | set, 0);
  }

  /** False where a value with bytes of these kinds only does not meet the condition. */
  mayBeIn(kinds: number): boolean {
    for (const sets of this.#clauses) if (!isOneIn(sets, kinds)) return false;
    return true;
  }
}

function isOneIn(sets: readonly number[], kinds: number): boolean {
  for (const set of sets) if ((kinds & set) === set) return true;
  return false;
}

function setsOf({ mask, texts }: Clause): readonly number[] {
  const sets = new Set<number>();
  for (let kinds = mask; kinds !== 0; kinds &= kinds - 1) sets.add(kinds & -kinds);
  for (const text of texts) {
    const kinds = maskOf(text);
    if (kinds === 0) return [0];
    sets.add(kinds);
  }
  return [...sets];
}
