/** One exchange as every adapter sees it: the phases of a transaction, the policy for failures, the decision. */
import type {
  ConnectionInfo,
  Interruption,
  LoggingFacts,
  MaybePromise,
  RequestHead,
  ResponseHead,
  Transaction,
  Waf,
} from '../contract.ts';
import type { Decision } from './decision.ts';
import type { ProtectOptions } from './options.ts';
import { pageFor, type ReadyPage } from './page.ts';
import { type BodyRewrite, type ResponseRewrite, requestRewriteOf, responseRewriteOf } from './rewrite.ts';

/** What to do after a piece of a body: go on reading, stop because the rules decide on what they have, or refuse. */
export type Reading = 'more' | 'enough' | Decision;

export class Inspection<R> {
  readonly #waf: Waf;
  readonly #options: ProtectOptions<R>;
  readonly #request: R;
  #transaction: Transaction | undefined;
  #refusal: Decision | undefined;
  #error: unknown;
  /** Inspection failed and the program wants the exchange to go on without. */
  #isBlind = false;
  #isClosed = false;
  /** The phase that still waits for something, if one does. */
  #pending: Promise<unknown> | undefined;
  #requestBytes = 0;
  #responseBytes = 0;

  constructor(waf: Waf, options: ProtectOptions<R>, request: R) {
    this.#waf = waf;
    this.#options = options;
    this.#request = request;
  }

  /** Opens the transaction and runs phase 1. Both parts are functions, so that a failure in them is one of inspection. */
  requestHead(connection: () => ConnectionInfo, head: () => RequestHead): MaybePromise<Decision | undefined> {
    return this.#attempt(() => {
      this.#transaction = this.#waf.openTransaction(connection());
      return this.#transaction.processRequestHeaders(head());
    });
  }

  /** Whether rules want to see the request body before the application does. */
  get wantsRequestBody(): boolean {
    return this.#sees && this.#transaction?.wantsRequestBody === true;
  }

  requestChunk(chunk: Uint8Array): Reading {
    const transaction = this.#transaction;
    if (transaction === undefined || !this.#sees) return this.#refusal ?? 'enough';
    this.#requestBytes += chunk.length;
    const refusal = this.#attempt(() => transaction.writeRequestBody(chunk)) as Decision | undefined;
    if (refusal !== undefined) return refusal;
    const isPartial = this.#waf.settings.requestBodyLimitAction === 'ProcessPartial' || transaction.engineMode !== 'On';
    return this.#isBlind || (isPartial && this.#requestBytes >= transaction.requestBodyLimit) ? 'enough' : 'more';
  }

  /** Phase 2, with or without a body. */
  requestBody(): MaybePromise<Decision | undefined> {
    return this.#attempt(() => this.#transaction?.processRequestBody());
  }

  /** The body that the application shall get in place of the client's; known after phase 2. */
  get requestRewrite(): BodyRewrite | undefined {
    return this.#transaction && this.#sees ? requestRewriteOf(this.#transaction, this.#requestBytes) : undefined;
  }

  /** Phase 3. */
  responseHead(head: ResponseHead): MaybePromise<Decision | undefined> {
    return this.#attempt(() => this.#transaction?.processResponseHeaders(head));
  }

  /** Whether the response body must be held back and shown to `responseChunk`. */
  get wantsResponseBody(): boolean {
    return this.#sees && this.#transaction?.wantsResponseBody === true;
  }

  responseChunk(chunk: Uint8Array): Reading {
    const transaction = this.#transaction;
    if (transaction === undefined || !this.#sees) return this.#refusal ?? 'enough';
    this.#responseBytes += chunk.length;
    const refusal = this.#attempt(() => transaction.writeResponseBody(chunk)) as Decision | undefined;
    if (refusal !== undefined) return refusal;
    const isPartial =
      this.#waf.settings.responseBodyLimitAction === 'ProcessPartial' || transaction.engineMode !== 'On';
    return this.#isBlind || (isPartial && this.#responseBytes >= transaction.responseBodyLimit) ? 'enough' : 'more';
  }

  /** Phase 4, with or without a body. */
  responseBody(): MaybePromise<Decision | undefined> {
    return this.#attempt(() => this.#transaction?.processResponseBody());
  }

  /** What the client shall get in place of the application's answer; known after phase 4. */
  get responseRewrite(): ResponseRewrite | undefined {
    return this.#transaction && this.#sees ? responseRewriteOf(this.#transaction, this.#responseBytes) : undefined;
  }

  /** Treats a failure of the adapter (a body it cannot read any more) as one of inspection. */
  fail(error: unknown): Decision | undefined {
    return this.#attempt(() => {
      throw error;
    }) as Decision | undefined;
  }

  page(decision: Decision): Promise<ReadyPage> {
    return pageFor(decision, this.#options, this.#request);
  }

  /** Phase 5 and the last word to the program. Works once; never rejects. */
  async close(facts: LoggingFacts): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { onRecord } = this.#options;
    // A client may leave while a rule waits for an answer; phases of one transaction never overlap.
    await this.#pending;
    try {
      const record = await this.#transaction?.processLogging(facts);
      if (record !== undefined) this.#tell(() => onRecord?.(record, this.#request));
    } catch (error) {
      // The answer is gone; all that is left is to say so.
      this.#error ??= error;
    }
    if (this.#refusal === undefined) this.#announce(this.#decision('pass', facts.response?.status ?? 0, undefined));
  }

  get #sees(): boolean {
    return this.#refusal === undefined && !this.#isBlind;
  }

  #attempt(work: () => MaybePromise<Interruption | undefined>): MaybePromise<Decision | undefined> {
    if (!this.#sees) return this.#refusal;
    try {
      const outcome = work();
      if (!(outcome instanceof Promise)) return this.#judge(outcome);
      const verdict = outcome.then(
        (interruption) => this.#judge(interruption),
        (error: unknown) => this.#refuseUnseen(error),
      );
      this.#pending = verdict;
      return verdict;
    } catch (error) {
      return this.#refuseUnseen(error);
    }
  }

  #judge(interruption: Interruption | undefined): Decision | undefined {
    if (interruption === undefined) return undefined;
    // An adapter has no other backend to send the request to; ModSecurity without a proxy module answers 500 as well.
    const status = interruption.action === 'proxy' ? 500 : sendable(interruption.status);
    return this.#refuse(this.#decision(interruption.action, status, interruption));
  }

  #refuseUnseen(error: unknown): Decision | undefined {
    this.#error = error;
    if (this.#options.onError === 'pass') {
      this.#isBlind = true;
      return undefined;
    }
    return this.#refuse(this.#decision('error', 500, undefined));
  }

  #refuse(decision: Decision): Decision {
    this.#refusal = decision;
    this.#announce(decision);
    return decision;
  }

  #decision(action: Decision['action'], status: number, interruption: Interruption | undefined): Decision {
    const failure = this.#error instanceof Error ? this.#error.message : String(this.#error);
    return {
      transactionId: this.#transaction?.id ?? '',
      action,
      status,
      phase: interruption?.phase,
      rule: interruption?.rule,
      url: interruption?.url,
      message: interruption?.message ?? (this.#error === undefined ? '' : `Inspection failed: ${failure}`),
      matches: [...(this.#transaction?.matches ?? [])],
      error: this.#error,
    };
  }

  #announce(decision: Decision): void {
    this.#tell(() => this.#options.onDecision?.(decision, this.#request));
  }

  /** A listener's mistake is the program's, not the exchange's: it surfaces as an uncaught error, and the verdict stands. */
  #tell(call: () => void): void {
    try {
      call();
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

/** Rules may name any status; what is not that of a final answer leaves as 500, as from Apache. */
function sendable(status: number): number {
  return status >= 200 && status <= 599 ? status : 500;
}
