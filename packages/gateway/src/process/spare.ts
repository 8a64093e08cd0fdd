/** Whether workers with time to spare are too few or too many. */

/** Busy for less than this part of the time: there is time to spare. */
const HALF = 0.5;
/** Too many must be too many for this long, in milliseconds. */
const PATIENCE = 30_000;

export class Spare {
  #tooManySince: number | undefined;

  /** `busy`: the part of the time each serving worker is busy, 0 to 1. `now`: milliseconds, monotonic. */
  judge(
    busy: readonly number[],
    limits: { readonly minSpare: number; readonly maxSpare: number },
    now: number,
  ): 'more' | 'fewer' | 'enough' {
    const spare = busy.filter((part) => part < HALF).length;
    if (spare <= limits.maxSpare) this.#tooManySince = undefined;
    if (spare < limits.minSpare) return 'more';
    if (spare <= limits.maxSpare) return 'enough';
    this.#tooManySince ??= now;
    if (now - this.#tooManySince < PATIENCE) return 'enough';
    this.#tooManySince = now;
    return 'fewer';
  }
}
