/** Least time between two complaints of one file, in milliseconds. */
const INTERVAL = 10_000;

/**
 * Tells about a file that cannot be written, but not once per line: the first failure at once, further ones at most every
 * ten seconds with counts, and the recovery.
 */
export class Trouble {
  readonly #name: string;
  readonly #complain: (text: string) => void;
  readonly #verb: string;
  #failures = 0;
  #dropped = 0;
  #droppedNow = 0;
  #lastTold = Number.NEGATIVE_INFINITY;
  #isBroken = false;

  /** `verb` says what fails: `cannot write access.log`. */
  constructor(name: string, complain: (text: string) => void, verb: 'write' | 'reach' = 'write') {
    this.#name = name;
    this.#complain = complain;
    this.#verb = verb;
  }

  get failures(): number {
    return this.#failures;
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** The last attempt has failed. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  failed(error: unknown): void {
    this.#failures++;
    this.#isBroken = true;
    this.#tell(`cannot ${this.#verb} ${this.#name}: ${reason(error)}`);
  }

  drop(lines: number): void {
    this.#dropped += lines;
    this.#droppedNow += lines;
    this.#tell(`${this.#name}: too much is waiting`);
  }

  recovered(): void {
    if (!this.#isBroken && this.#droppedNow === 0) return;
    this.#complain(
      `${this.#name} ${this.#verb === 'write' ? 'is being written' : 'is being reached'} again${this.#losses()}`,
    );
    this.#isBroken = false;
    this.#droppedNow = 0;
    this.#lastTold = Number.NEGATIVE_INFINITY;
  }

  #tell(text: string): void {
    const now = performance.now();
    if (now - this.#lastTold < INTERVAL) return;
    this.#lastTold = now;
    this.#complain(`${text}${this.#losses()}`);
  }

  #losses(): string {
    return this.#droppedNow === 0 ? '' : `; ${this.#droppedNow} entries were dropped`;
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
