/** How many lines a second are written for a program that may write as many as it likes. */

const SECOND = 1000;

export class LineRate {
  readonly #most: number;
  readonly #onLine: (line: string) => void;
  #since = Number.NEGATIVE_INFINITY;
  #count = 0;
  #dropped = 0;

  /** `most`: lines a second; the others are counted, and the number is one line later. */
  constructor(most: number, onLine: (line: string) => void) {
    this.#most = most;
    this.#onLine = onLine;
  }

  /** `now`: milliseconds of a steady clock. */
  take(line: string, now: number = performance.now()): void {
    if (now - this.#since >= SECOND) {
      this.end();
      this.#since = now;
      this.#count = 0;
    }
    this.#count++;
    if (this.#count <= this.#most) this.#onLine(line);
    else this.#dropped++;
  }

  /** Says how many lines were left out, if any were. */
  end(): void {
    if (this.#dropped > 0) this.#onLine(`(${this.#dropped} lines were left out)`);
    this.#dropped = 0;
  }
}
