/** ASCII letters as small ones, all other bytes as they are. */
const SMALL: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte,
);

/** A text of which a stretch is looked for. */
export interface WholeText {
  /** ASCII letters in lower case. */
  readonly text: string;
  /** Where the stretch ends in it. */
  readonly stretchEnd: number;
  readonly id: number;
}

/** The texts of which only a stretch is looked for: where that is found, it is seen whether the rest stands around it. */
export class WholeTexts {
  /** All texts, one behind the other, and where each begins; one more at the end. */
  readonly #bytes: Uint8Array;
  readonly #from: Int32Array;
  readonly #stretchEnds: Int32Array;
  readonly #ids: Uint16Array;

  constructor(texts: readonly WholeText[]) {
    this.#from = new Int32Array(texts.length + 1);
    texts.forEach(({ text }, number) => {
      this.#from[number + 1] = this.#from[number]! + text.length;
    });
    this.#bytes = new Uint8Array(this.#from[texts.length]!);
    texts.forEach(({ text }, number) => {
      const from = this.#from[number]!;
      for (let at = 0; at < text.length; at++) this.#bytes[from + at] = text.charCodeAt(at);
    });
    this.#stretchEnds = Int32Array.from(texts, ({ stretchEnd }) => stretchEnd);
    this.#ids = Uint16Array.from(texts, ({ id }) => id);
  }

  /** Bytes of the tables. */
  get byteLength(): number {
    return this.#bytes.byteLength + this.#from.byteLength + this.#stretchEnds.byteLength + this.#ids.byteLength;
  }

  /** The id of a text. */
  idOf(number: number): number {
    return this.#ids[number]!;
  }

  /**
   * Whether the text is in the value, in whatever ASCII case, where the stretch ends at `end`: -1 when it is, else how many bytes
   * were looked at. Bytes for which `isRemoved` is 1 count as not there.
   */
  compare(number: number, value: string, end: number, isRemoved: Uint8Array): number {
    const bytes = this.#bytes;
    const first = this.#from[number]!;
    const behind = this.#from[number + 1]!;
    const middle = first + this.#stretchEnds[number]!;
    let at = end;
    for (let wanted = middle - 1; wanted >= first; ) {
      const byte = at === 0 ? NONE : value.charCodeAt(--at) & 0xff;
      if (byte !== NONE && isRemoved[byte] === 1) continue;
      if (byte === NONE || SMALL[byte] !== bytes[wanted--]) return end - at;
    }
    let next = end;
    for (let wanted = middle; wanted < behind; ) {
      const byte = next === value.length ? NONE : value.charCodeAt(next++) & 0xff;
      if (byte !== NONE && isRemoved[byte] === 1) continue;
      if (byte === NONE || SMALL[byte] !== bytes[wanted++]) return next - at;
    }
    return -1;
  }
}

/** Where the value has no byte any more. */
const NONE = -1;
