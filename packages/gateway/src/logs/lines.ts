/** Output of a program, cut into lines. */

/** Characters of one line; the rest of a longer one comes as further lines. */
const LONGEST = 2000;

export class Lines {
  readonly #onLine: (line: string) => void;
  #left: number;
  #pending = '';

  /** `most`: bytes taken before the rest is left out, with one line that says so; unlimited when absent. */
  constructor(onLine: (line: string) => void, most: number = Number.POSITIVE_INFINITY) {
    this.#onLine = onLine;
    this.#left = most;
  }

  /** Hands out the lines that are complete; empty ones are left out. They are byte strings without a line end. */
  take(chunk: Buffer): void {
    if (this.#left < 0) return;
    const isTooMuch = chunk.length > this.#left;
    const text = this.#pending + (isTooMuch ? chunk.subarray(0, this.#left) : chunk).toString('latin1');
    this.#left -= chunk.length;
    const lines = text.split('\n');
    this.#pending = lines.pop() ?? '';
    for (const line of lines) this.#give(line);
    while (this.#pending.length > LONGEST) {
      this.#onLine(this.#pending.slice(0, LONGEST));
      this.#pending = this.#pending.slice(LONGEST);
    }
    if (!isTooMuch) return;
    this.end();
    this.#onLine('(there was more)');
  }

  /** Hands out what came behind the last line end. */
  end(): void {
    const rest = this.#pending;
    this.#pending = '';
    this.#give(rest);
  }

  #give(line: string): void {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    for (let at = 0; at < text.length; at += LONGEST) this.#onLine(text.slice(at, at + LONGEST));
  }
}
