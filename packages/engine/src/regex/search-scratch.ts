import { VisitedPairs } from './visited-pairs.ts';

const INITIAL_STACK = 256;
/** A stack that has grown beyond this is let go of: 1 MB. */
const MAX_KEPT_STACK = 1 << 18;

/** What a search that goes back needs while it runs. Searches come one after the other, so all patterns can share it. */
export class SearchScratch {
  readonly visited: VisitedPairs = new VisitedPairs();
  #stack: Int32Array = new Int32Array(INITIAL_STACK);

  get stack(): Int32Array {
    return this.#stack;
  }

  /** A stack twice as large with the same content. */
  growStack(): Int32Array {
    const larger = new Int32Array(this.#stack.length * 2);
    larger.set(this.#stack);
    this.#stack = larger;
    return larger;
  }

  /** The search is over. */
  end(): void {
    if (this.#stack.length > MAX_KEPT_STACK) this.#stack = new Int32Array(INITIAL_STACK);
  }
}
