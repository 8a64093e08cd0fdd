/** Sends a request to an upstream, once more where that is safe, and hands the answer on to what brings it to the client. */
import type { Duplex } from 'node:stream';
import type { Interruption, MaybePromise } from '@sallyport/engine';
import type { Dispatcher } from 'undici';
import { ERRORS, GateError } from '../../errors.ts';
import { sendEmpty } from '../answer.ts';
import type { UpstreamAddress } from '../balance/address.ts';
import type { Claimant } from '../balance/waiting-line.ts';
import type { Decisions } from '../decisions.ts';
import type { Exchange } from '../exchange.ts';
import { type ResponseHeaders, responseHeaders } from '../hop-headers.ts';
import { countStreamed } from '../streamed-garbage.ts';
import { passedTrailers } from '../trailers.ts';
import { openTunnel } from '../tunnel.ts';
import type { Upstream } from '../upstream.ts';
import { isBrokenConnection, upstreamError } from '../upstream-error.ts';
import { AnswerBody, type AnswerOwner } from './answer-body.ts';
import { sendAnswerHead, translateHead } from './answer-head.ts';
import { Attempt, type AttemptHandler } from './attempt.ts';
import { InspectedAnswer } from './inspected-answer.ts';
import { isPartOfInspected } from './partial-answer.ts';
import { isRepeatable } from './retry.ts';

/** More interim answers than this are an upstream gone wrong. */
const MAX_INFORMATIONAL = 8;

export class Relay implements AttemptHandler, AnswerOwner, Claimant {
  readonly #exchange: Exchange;
  readonly #upstream: Upstream;
  readonly #decisions: Decisions;
  #attempt: Attempt | undefined;
  #attempts = 0;
  #controller: Dispatcher.DispatchController | undefined;
  #informational = 0;
  /** Undefined until there is a final head. */
  #answer: AnswerBody | InspectedAnswer | undefined;
  /** Nothing that still comes counts. */
  #isOver = false;

  constructor(exchange: Exchange, upstream: Upstream, decisions: Decisions) {
    this.#exchange = exchange;
    this.#upstream = upstream;
    this.#decisions = decisions;
  }

  get exchange(): Exchange {
    return this.#exchange;
  }

  begin(address: UpstreamAddress): void {
    this.#attempts++;
    const attempt = new Attempt(this.#upstream, address);
    this.#attempt = attempt;
    try {
      attempt.send(this.#exchange, this);
    } catch (cause) {
      this.onResponseError(undefined, cause as Error);
    }
  }

  refuse(error: GateError): void {
    this.#isOver = true;
    this.run(() => this.#decisions.fail(this.#exchange, error));
  }

  leave(): void {
    this.#isOver = true;
    this.#exchange.upstreamController = undefined;
  }

  run(work: () => MaybePromise<void>): void {
    const fail = (error: unknown): Promise<void> => {
      this.#isOver = true;
      return this.#decisions.fail(this.#exchange, error);
    };
    try {
      const waiting = work();
      if (waiting instanceof Promise) waiting.catch(fail);
    } catch (error) {
      void fail(error);
    }
  }

  carryOut(verdict: Interruption): Promise<void> {
    return this.#decisions.carryOut(this.#exchange, verdict);
  }

  onTotalTimeout(): void {
    const error = new GateError(ERRORS.upstreamTimeout, `${this.#attempt?.address.url}: the whole exchange`);
    if (this.#controller !== undefined) this.#controller.abort(error);
    else this.onResponseError(undefined, error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#exchange.upstreamController = controller;
    if (this.#isOver || this.#exchange.isClientGone || this.#exchange.isFinished)
      controller.abort(new GateError(ERRORS.clientGone));
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, _parsed: unknown, reason?: string): void {
    if (status < 200) {
      this.#informational++;
      if (this.#informational > MAX_INFORMATIONAL)
        controller.abort(new GateError(ERRORS.upstreamInvalid, 'too many interim answers'));
      return;
    }
    const exchange = this.#exchange;
    exchange.answered = exchange.elapsed();
    const headers = responseHeaders(controller.rawHeaders as Buffer[] | string[], exchange.gate.serverHeader, status);
    if (headers.isInvalid || status > 599) {
      controller.abort(new GateError(ERRORS.upstreamInvalid, `status ${status}`));
      return;
    }
    if (isPartOfInspected(exchange, status, headers)) {
      this.#askForAll(controller);
      return;
    }
    const attempt = this.#attempt as Attempt;
    attempt.status = status;
    attempt.reason = reason;
    this.#receive(attempt, controller, headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    countStreamed(chunk.length);
    if (!this.#isOver) this.#answer?.take(chunk);
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    const listed = this.#exchange.route?.config.responseTrailers ?? [];
    const raw = controller.rawTrailers ?? [];
    if (listed.length > 0 && Array.isArray(raw) && raw.length > 0) {
      this.#exchange.sentTrailers = passedTrailers(raw as readonly (Buffer | string)[], listed);
    }
    this.#attempt?.settle();
    if (!this.#isOver) this.#answer?.end();
  }

  onRequestUpgrade(_controller: Dispatcher.DispatchController, status: number, _parsed: unknown, socket: Duplex): void {
    this.#attempt?.settle();
    const headers = responseHeaders(
      (this.#controller?.rawHeaders ?? []) as Buffer[] | string[],
      this.#exchange.gate.serverHeader,
      status,
    );
    this.leave();
    this.#exchange.answered = this.#exchange.elapsed();
    this.#exchange.decidedBy ??= this.#attempt?.address.decidedBy;
    if (this.#exchange.head.isWebSocket && status === 101) {
      this.run(() => openTunnel(this.#exchange, socket, headers, this.#decisions));
    } else {
      // CONNECT passes while rules only detect; a tunnel is never opened.
      socket.destroy();
      this.run(() => sendEmpty(this.#exchange, status));
    }
  }

  onResponseError(_controller: unknown, cause: Error): void {
    const attempt = this.#attempt as Attempt;
    const error = upstreamError(cause, attempt.address.url);
    attempt.settle(error);
    if (this.#isOver) return;
    const next = this.#nextAddress(cause, attempt);
    if (next !== undefined) {
      this.#controller = undefined;
      this.#exchange.upstreamController = undefined;
      this.begin(next);
      return;
    }
    this.leave();
    this.run(() => this.#decisions.fail(this.#exchange, error));
  }

  /** There is a final head. */
  #receive(attempt: Attempt, controller: Dispatcher.DispatchController, headers: ResponseHeaders): void {
    const exchange = this.#exchange;
    translateHead(exchange, headers, attempt);
    if (exchange.transaction === undefined) {
      sendAnswerHead(exchange, attempt, headers);
      this.#answer = new AnswerBody(exchange, this, controller, headers.contentLength);
      return;
    }
    const answer = new InspectedAnswer(exchange, this, attempt, controller, headers);
    this.#answer = answer;
    this.run(() => answer.decide());
    // Rules hardly ever wait: then there is a decision already.
    if (!this.#isOver && answer.isDeciding) controller.pause();
  }

  /** A part is not enough for the rules: the same again, without saying which. */
  #askForAll(controller: Dispatcher.DispatchController): void {
    const exchange = this.#exchange;
    this.leave();
    this.#attempt?.settle();
    controller.abort(new GateError(ERRORS.upstreamFailed, 'rules want all of the answer'));
    exchange.hidesRange = true;
    const again = new Relay(exchange, this.#upstream, this.#decisions);
    this.run(() => this.#upstream.assign(again, exchange.gate.config.limits.upstreamQueue));
  }

  /** Where to try again, before any byte of an answer; undefined where that is not allowed or there is nobody. */
  #nextAddress(cause: Error, { address: failed, options }: Attempt): UpstreamAddress | undefined {
    const { config, budget } = this.#upstream;
    if (this.#answer !== undefined || this.#attempts > config.retry.attempts || this.#exchange.isClientGone)
      return undefined;
    if (options === undefined || !isRepeatable(options, cause)) return undefined;
    // A kept connection may close just as it is used again; the address itself is well then.
    const next = this.#upstream.assignOther(this.#exchange, failed, isBrokenConnection(cause));
    if (next === undefined || budget.spend()) return next;
    this.#upstream.release(next);
    return undefined;
  }
}
