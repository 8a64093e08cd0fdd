import { toBytes } from '../bytes/byte-string.ts';
import type { Transaction } from '../contract.ts';

/** How a body differs from the one that was sent, when rules changed it; for any stream of chunks. */
export class BodyRewrite {
  readonly #before: Uint8Array;
  readonly #after: Uint8Array;
  #toSkip: number;

  /** `before` and `after` go around the body; its first `replaced` bytes are left out. */
  constructor(before: Uint8Array, replaced: number, after: Uint8Array) {
    this.#before = before;
    this.#toSkip = replaced;
    this.#after = after;
  }

  /** What to send first. */
  begin(): Uint8Array {
    return this.#before;
  }

  /** What is left of a chunk. */
  pass(chunk: Uint8Array): Uint8Array {
    const skipped = Math.min(this.#toSkip, chunk.length);
    this.#toSkip -= skipped;
    return skipped === 0 ? chunk : chunk.subarray(skipped);
  }

  /** What to send last. */
  end(): Uint8Array {
    return this.#after;
  }
}

/** What rules changed about an answer. */
export interface ResponseRewrite {
  /** Value of the Location header in place of the application's. */
  readonly location: string | undefined;
  /** Undefined when the body stays; otherwise an announced length is not true any more. */
  readonly body: BodyRewrite | undefined;
}

const NOTHING = new Uint8Array(0);

/** `@rsub` on STREAM_INPUT_BODY; the body after the part that rules have read stays. `shown`: bytes given to the engine. */
export function requestRewriteOf(transaction: Transaction, shown: number): BodyRewrite | undefined {
  const body = transaction.rewrittenRequestBody;
  if (body === undefined) return undefined;
  return new BodyRewrite(body, Math.min(shown, transaction.requestBodyLimit), NOTHING);
}

/** `prepend`, `append`, `@rsub` on STREAM_OUTPUT_BODY and link hashing; undefined when rules left the answer as it is. */
export function responseRewriteOf(transaction: Transaction, shown: number): ResponseRewrite | undefined {
  const { injection, rewrittenLocation: location, rewrittenResponseBody: body } = transaction;
  if (injection === undefined && location === undefined && body === undefined) return undefined;
  if (injection === undefined && body === undefined) return { location, body: undefined };
  const replaced = body === undefined ? 0 : Math.min(shown, transaction.responseBodyLimit);
  const before = joined(toBytes(injection?.prepend ?? ''), body ?? NOTHING);
  return { location, body: new BodyRewrite(before, replaced, toBytes(injection?.append ?? '')) };
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
