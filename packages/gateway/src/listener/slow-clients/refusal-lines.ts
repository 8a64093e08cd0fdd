/** Milliseconds a reason is not told again. */
const QUIET = 10_000;
/** Reasons that are told apart; they may name addresses, of which there are many. */
const MOST_REASONS = 1000;

interface Untold {
  count: number;
  /** The last of them. */
  address: string;
}

/**
 * Lines about connections that were not let in. A flood of connections must not become a flood of lines: the first of each reason is
 * told at once, the others together after ten seconds.
 */
export class RefusalLines {
  readonly #say: (line: string) => void;
  #untold = new Map<string, Untold>();
  #timer: NodeJS.Timeout | undefined;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  add(address: string, why: string): void {
    const known = this.#untold.get(why);
    if (known !== undefined) {
      known.count++;
      known.address = address;
      return;
    }
    if (this.#untold.size >= MOST_REASONS) this.#tell();
    this.#untold.set(why, { count: 0, address });
    this.#say(`connection of ${address}: ${why}`);
    this.#timer ??= setTimeout(() => this.#tell(), QUIET).unref();
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const untold = this.#untold;
    this.#untold = new Map();
    for (const [why, { count, address }] of untold) {
      if (count > 0) this.#say(`${count} more connections, the last of ${address}: ${why}`);
    }
  }
}
