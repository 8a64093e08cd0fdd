/** Bits of a page, as a power of two. */
const PAGE_BITS = 12;
const PAGE_WORDS = 1 << (PAGE_BITS - 5);
/** Pages a search may use: 1 MB. */
const MAX_PAGES = 2048;
const INITIAL_PAGES = 4;

/**
 * A set of numbers below a limit, for one search at a time: a bitmap of which only the pages exist that were written to. A search
 * comes to few of the many pairs of instruction and position that there are.
 */
export class VisitedPairs {
  /** By page of the bitmap: the page of the pool that holds it, counted from 1; 0 where nothing was written. */
  #pages: Uint16Array = new Uint16Array(0);
  #pool: Int32Array = new Int32Array(INITIAL_PAGES * PAGE_WORDS);
  #used = 0;

  /** Empties the set; numbers to come are below `size`. */
  begin(size: number): void {
    const count = (size >>> PAGE_BITS) + 1;
    if (count > this.#pages.length) this.#pages = new Uint16Array(count);
    else this.#pages.fill(0, 0, count);
    this.#used = 0;
  }

  /** Adds a number; false when it was there. When there is no room left it is not added, and new each time. */
  add(number: number): boolean {
    const index = number >>> PAGE_BITS;
    const page = this.#pages[index]! || this.#take(index);
    if (page === 0) return true;
    const word = (page - 1) * PAGE_WORDS + ((number >>> 5) & (PAGE_WORDS - 1));
    const known = this.#pool[word]!;
    const mask = 1 << (number & 31);
    if ((known & mask) !== 0) return false;
    this.#pool[word] = known | mask;
    return true;
  }

  #take(index: number): number {
    if (this.#used === MAX_PAGES) return 0;
    const place = this.#used * PAGE_WORDS;
    if (place === this.#pool.length) {
      const larger = new Int32Array(this.#pool.length * 2);
      larger.set(this.#pool);
      this.#pool = larger;
    } else this.#pool.fill(0, place, place + PAGE_WORDS);
    this.#pages[index] = ++this.#used;
    return this.#used;
  }
}
