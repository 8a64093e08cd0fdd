/** The body of an answer that is kept back until rules have decided, and what they are shown of it. */
import type { Interruption } from '@sallyport/engine';
import { canDecode, contentCoding, decodedBody } from '../decoded-body.ts';
import type { Exchange } from '../exchange.ts';
import { inspect } from '../inspect.ts';

export class HeldBody {
  readonly #exchange: Exchange;
  /** The application was asked not to compress. Where it does all the same, rules read what stands in it, if anybody here can. */
  readonly #coding: string | undefined;
  #chunks: Buffer[] = [];
  #bytes = 0;

  /** `headers`: of the answer, names and values in turn. */
  constructor(exchange: Exchange, headers: readonly string[]) {
    this.#exchange = exchange;
    const coding = contentCoding(headers);
    const isKnown = coding !== undefined && canDecode(coding);
    if (coding !== undefined && !isKnown)
      exchange.note('notice', `rules cannot read the coding ${JSON.stringify(coding)} of the answer`);
    this.#coding = isKnown ? coding : undefined;
  }

  /** Bytes that have come. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Rules are shown other bytes than come. */
  get isCoded(): boolean {
    return this.#coding !== undefined;
  }

  /** Keeps a chunk, and shows it to the rules where they can read it as it is. Throws as `inspect` does. */
  add(chunk: Buffer): Interruption | undefined {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.isCoded) return undefined;
    return inspect(this.#exchange, (one) => one.writeResponseBody(chunk)) as Interruption | undefined;
  }

  /**
   * Shows the rules what stands in a coded body, as far as it has come; undefined where there is nothing left to show. Rejects with a
   * `GateError` for what is no such coding, unless rules only detect.
   */
  showRest(): Promise<Interruption | undefined> | undefined {
    return this.#coding === undefined || this.#bytes === 0 ? undefined : this.#showDecoded(this.#coding);
  }

  /** Gives the chunks away. */
  take(): Buffer[] {
    const chunks = this.#chunks;
    this.#chunks = [];
    return chunks;
  }

  async #showDecoded(coding: string): Promise<Interruption | undefined> {
    const { transaction } = this.#exchange;
    try {
      const text = await decodedBody(coding, this.#chunks, transaction?.responseBodyLimit ?? 0);
      return await inspect(this.#exchange, (one) => one.writeResponseBody(text));
    } catch (cause) {
      if (transaction?.engineMode === 'On') throw cause;
      this.#exchange.note('notice', `would refuse: ${(cause as Error).message}`);
      return undefined;
    }
  }
}
