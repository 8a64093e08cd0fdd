import type { Interruption, MaybePromise } from '@sallyport/engine';
import type { Dispatcher } from 'undici';
import { ERRORS, GateError } from '../../errors.ts';
import type { Exchange } from '../exchange.ts';
import { headerPairs, type ResponseHeaders } from '../hop-headers.ts';
import { inspect } from '../inspect.ts';
import {
  canInjectInto,
  redirectedHeaders,
  responseRewrite,
  rewrittenHeaders,
  withoutCoding,
  withoutReplaced,
} from '../rewrite.ts';
import { AnswerBody, type AnswerOwner } from './answer-body.ts';
import { sendAnswerHead } from './answer-head.ts';
import type { Attempt } from './attempt.ts';
import { HeldBody } from './held-body.ts';

/** deciding: rules look at what has come. holding: the body is kept back for the rules. streaming: the client gets it. */
type Stage = 'deciding' | 'holding' | 'streaming';

/** An answer that rules look at (phases 3 and 4) before the client gets any of it. */
export class InspectedAnswer {
  readonly #exchange: Exchange;
  readonly #owner: AnswerOwner;
  readonly #attempt: Attempt;
  readonly #controller: Dispatcher.DispatchController;
  #headers: ResponseHeaders;
  #stage: Stage = 'deciding';
  #held: HeldBody | undefined;
  #received = 0;
  #appended: Buffer | undefined;
  #body: AnswerBody | undefined;
  #hasEnded = false;

  constructor(
    exchange: Exchange,
    owner: AnswerOwner,
    attempt: Attempt,
    controller: Dispatcher.DispatchController,
    headers: ResponseHeaders,
  ) {
    this.#exchange = exchange;
    this.#owner = owner;
    this.#attempt = attempt;
    this.#controller = controller;
    this.#headers = headers;
  }

  /** Rules have not decided yet, and nothing that comes can be taken. */
  get isDeciding(): boolean {
    return this.#stage === 'deciding';
  }

  /** Shows the head to the rules. A promise only where they wait for something. */
  decide(): MaybePromise<void> {
    const { status, reason } = this.#attempt;
    const head = {
      status,
      protocol: 'HTTP/1.1',
      headers: headerPairs(this.#headers.list),
      ...(reason && { reason }),
    };
    const verdict = inspect(this.#exchange, (transaction) => transaction.processResponseHeaders(head));
    return verdict instanceof Promise ? verdict.then((one) => this.#followHead(one)) : this.#followHead(verdict);
  }

  /** The next bytes of the body. */
  take(chunk: Buffer): void {
    if (this.#body !== undefined) {
      this.#body.take(chunk);
      return;
    }
    this.#received += chunk.length;
    if (this.#stage === 'holding') this.#hold(chunk);
  }

  /** No more comes. */
  end(): void {
    this.#hasEnded = true;
    if (this.#body !== undefined) this.#body.end();
    else if (this.#stage === 'holding') this.#owner.run(() => this.#decideOnBody());
  }

  #followHead(verdict: Interruption | undefined): MaybePromise<void> {
    const exchange = this.#exchange;
    if (verdict !== undefined) return this.#replace(verdict);
    const holds =
      exchange.transaction?.wantsResponseBody === true && exchange.inspectedAs?.config.inspect.responseBody === true;
    if (holds && !this.#hasEnded) {
      this.#stage = 'holding';
      this.#held = new HeldBody(exchange, this.#headers.list);
      this.#controller.resume();
      return undefined;
    }
    // Phase 4 also runs for answers whose body nobody wants to read; now it can still refuse them.
    return this.#decideOnBody();
  }

  #hold(chunk: Buffer): void {
    const { transaction, firewall } = this.#exchange;
    const held = this.#held as HeldBody;
    let verdict: Interruption | undefined;
    try {
      verdict = held.add(chunk);
    } catch (error) {
      this.#controller.abort(error as Error);
      return;
    }
    if (verdict !== undefined) {
      this.#owner.run(() => this.#replace(verdict));
      return;
    }
    const limit = transaction?.responseBodyLimit ?? 0;
    const isPartial = firewall?.waf.settings.responseBodyLimitAction === 'ProcessPartial';
    if (held.bytes > limit || (isPartial && held.bytes === limit)) {
      this.#controller.pause();
      this.#owner.run(() => this.#decideOnBody());
    }
  }

  #decideOnBody(): MaybePromise<void> {
    this.#stage = 'deciding';
    const shown = this.#held?.showRest();
    if (shown === undefined) return this.#runPhase4();
    return shown.then((verdict) => (verdict === undefined ? this.#runPhase4() : this.#replace(verdict)));
  }

  #runPhase4(): MaybePromise<void> {
    const verdict = inspect(this.#exchange, (transaction) => transaction.processResponseBody());
    return verdict instanceof Promise ? verdict.then((one) => this.#followBody(one)) : this.#followBody(verdict);
  }

  #followBody(verdict: Interruption | undefined): MaybePromise<void> {
    if (verdict !== undefined) return this.#replace(verdict);
    const held = this.#rewritten(this.#held?.take() ?? []);
    sendAnswerHead(this.#exchange, this.#attempt, this.#headers);
    this.#stage = 'streaming';
    const body = new AnswerBody(this.#exchange, this.#owner, this.#controller, this.#headers.contentLength);
    this.#body = body;
    body.begin(held, this.#received, this.#appended, this.#hasEnded);
    return undefined;
  }

  /** What rules changed about the answer goes into head and held body before either is sent. Gives the body. */
  #rewritten(chunks: Buffer[]): Buffer[] {
    const { transaction, head } = this.#exchange;
    if (transaction === undefined) return chunks;
    const headers = this.#headers;
    const location = transaction.rewrittenLocation;
    if (location !== undefined) this.#headers = redirectedHeaders(headers, location);
    const canInject = canInjectInto(head.method, this.#attempt.status, headers);
    const rewrite = responseRewrite(transaction, this.#held?.bytes ?? 0, canInject);
    if (rewrite === undefined) return chunks;
    if (this.#held?.isCoded) {
      // What rules have written is not compressed, and cannot stand before a rest that is.
      if (!this.#hasEnded)
        throw new GateError(ERRORS.upstreamInvalid, 'compressed, too long to be rewritten as a whole');
      this.#headers = withoutCoding(this.#headers);
    }
    this.#headers = rewrittenHeaders(this.#headers, rewrite);
    this.#appended = rewrite.after;
    return [rewrite.before, ...withoutReplaced(chunks, rewrite.replaced)];
  }

  async #replace(verdict: Interruption): Promise<void> {
    this.#owner.leave();
    this.#held?.take();
    this.#exchange.sentTrailers = [];
    // The answer came; that it is refused says nothing against the address.
    this.#attempt.settle();
    this.#controller.abort(new GateError(ERRORS.upstreamFailed, 'answer refused by a rule'));
    await this.#owner.carryOut(verdict);
  }
}
