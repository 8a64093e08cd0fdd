/** The output of an application, as head and body of an answer. */
import { errors } from 'undici';
import { ERRORS, GateError } from '../../errors.ts';
import { type AnswerHead, endOfHead, parseAnswerHead } from './answer-head.ts';

const MAX_HEAD_BYTES = 32 * 1024;

export class AnswerReader {
  readonly #method: string;
  #pieces: Buffer[] = [];
  #bytes = 0;
  #hasHead = false;
  #hasNoBody = false;
  /** Bytes of the body, where they are known. */
  #expected: number | undefined;
  #received = 0;

  /** `method`: of the request; an answer to HEAD has no body. */
  constructor(method: string) {
    this.#method = method;
  }

  get hasHead(): boolean {
    return this.#hasHead;
  }

  /** The head, once it is complete, with the body that came in the same piece. Throws when it is none, or too large. */
  takeHead(content: Buffer): { readonly head: AnswerHead; readonly rest: Buffer } | undefined {
    this.#pieces.push(content);
    this.#bytes += content.length;
    const bytes = this.#pieces.length === 1 ? content : Buffer.concat(this.#pieces);
    const end = endOfHead(bytes);
    if ((end < 0 ? this.#bytes : end) > MAX_HEAD_BYTES)
      throw new GateError(ERRORS.upstreamInvalid, `the head is larger than ${MAX_HEAD_BYTES} bytes`);
    if (end < 0) return undefined;
    const head = parseAnswerHead(bytes.subarray(0, end));
    this.#pieces = [];
    this.#hasHead = true;
    // RFC 9110 §6.4.1: whatever the application writes.
    this.#hasNoBody = this.#method === 'HEAD' || head.status === 204 || head.status === 304;
    this.#expected = this.#hasNoBody ? undefined : head.contentLength;
    return { head, rest: bytes.subarray(end) };
  }

  /** What of a piece of body goes on; undefined for nothing. Throws when it is more than was announced. */
  takeBody(content: Buffer): Buffer | undefined {
    if (this.#hasNoBody || content.length === 0) return undefined;
    this.#received += content.length;
    if (this.#expected !== undefined && this.#received > this.#expected)
      throw new errors.ResponseContentLengthMismatchError();
    return content;
  }

  /** Throws when the answer is not whole. */
  end(): void {
    if (!this.#hasHead) throw new GateError(ERRORS.upstreamInvalid, 'an answer without a head');
    if (this.#expected !== undefined && this.#received < this.#expected)
      throw new errors.ResponseContentLengthMismatchError();
  }
}
