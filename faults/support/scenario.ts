/** What a fault run is: something breaks while good requests come, and the gate must do as promised. */

export interface Outcome {
  /** Good requests sent while the fault was on. */
  readonly requests: number;
  /** Of them, those without the right answer. */
  readonly lost: number;
  /** Milliseconds from the fault to service as before: the worst seen; undefined where nothing was interrupted. */
  readonly recovery?: number | undefined;
  /** What was seen, in few words. */
  readonly seen: string;
  /** Promises that were not kept, one line each. */
  readonly misses: readonly string[];
}

export interface Scenario {
  /** `F01`; runs are asked for by it. */
  readonly id: string;
  /** The fault and the promise, in one line. */
  readonly title: string;
  /** Why it cannot be run here, or undefined. In CI (`CI=true`) such a reason is a miss. */
  readonly missing?: () => string | undefined;
  /** `isShort`: fewer repetitions, for every change; the nightly run takes all. */
  run(isShort: boolean): Promise<Outcome>;
}

/** Collects what was promised and not seen. */
export class Promises {
  readonly misses: string[] = [];

  /** `claim`: in the words of the promise; `seen`: what was there instead. */
  expect(isKept: boolean, claim: string, seen: unknown): void {
    if (!isKept) this.misses.push(`${claim}; seen: ${typeof seen === 'string' ? seen : JSON.stringify(seen)}`);
  }
}
