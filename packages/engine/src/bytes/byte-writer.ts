/** Bytes turned into text at once; more would risk the stack, fewer cost time. */
const CHUNK = 1024;

/**
 * Builds a byte string byte by byte, for codecs that rewrite everything. Where most of a value is kept, joining slices of it
 * is faster. Measured with hexadecimal encoding on Node 24: for values of 20 and 100 bytes faster than a Uint8Array (15 and
 * 40 %) and than joining characters (50 %); from 10 KB on a Uint8Array is twice as fast, but such values are rare.
 */
export class ByteWriter {
  #codes: number[] = [];
  #text = '';

  /** Appends a byte 0-255. */
  push(byte: number): void {
    if (this.#codes.push(byte) === CHUNK) this.#flush();
  }

  /** Everything pushed so far. */
  finish(): string {
    this.#flush();
    return this.#text;
  }

  #flush(): void {
    this.#text += String.fromCharCode.apply(null, this.#codes);
    this.#codes = [];
  }
}
