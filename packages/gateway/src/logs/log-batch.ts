/** Log entries on their way out together, of which the system may take any number of bytes at a time. */
export class LogBatch {
  readonly #bytes: Buffer;
  /** Where each entry ends. */
  readonly #ends: readonly number[];
  #written = 0;
  /** Entries that were written whole. */
  #done = 0;

  /** `entries`: byte strings that end in a line end. */
  constructor(entries: readonly string[]) {
    let end = 0;
    this.#ends = entries.map(({ length }) => (end += length));
    this.#bytes = Buffer.from(entries.join(''), 'latin1');
  }

  /** Entries that were not, or not to their end. */
  get left(): number {
    return this.#ends.length - this.#done;
  }

  /** What to write next: whole entries, and of more than `most` bytes only where one entry has more, or the end of one. */
  next(most: number): Buffer {
    const from = this.#written;
    let at = this.#done + 1;
    if (this.#bytes.length - from <= most) at = this.#ends.length;
    else while (at < this.#ends.length && (this.#ends[at] as number) - from <= most) at++;
    return this.#bytes.subarray(from, this.#ends[at - 1]);
  }

  /** The system took `count` bytes; gives the number of entries that are written by that. */
  take(count: number): number {
    const before = this.#done;
    this.#written += count;
    while (this.#done < this.#ends.length && (this.#ends[this.#done] as number) <= this.#written) this.#done++;
    return this.#done - before;
  }

  /** What was written of an entry whose end was not; empty where there is none. */
  get half(): Buffer {
    return this.#bytes.subarray(this.#ends[this.#done - 1] ?? 0, this.#written);
  }

  /** Such an entry is to be written from its beginning again; gives the number of bytes that adds. */
  rewind(): number {
    const { length } = this.half;
    this.#written -= length;
    return length;
  }
}
