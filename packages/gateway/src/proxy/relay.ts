/** Brings an upstream's answer to the client: through the rules where they want it, with back-pressure, without copies. */
import type { Duplex } from 'node:stream';
import type { Interruption, MaybePromise } from '@sallyport/engine';
import type { Dispatcher } from 'undici';
import { ERRORS, GateError } from '../errors.ts';
import { endResponse, sendEmpty } from './answer.ts';
import type { UpstreamAddress } from './balance/address.ts';
import type { Decisions } from './decisions.ts';
import { editHeaders } from './edit-headers.ts';
import type { Exchange } from './exchange.ts';
import { finish } from './finish.ts';
import { HeldBody } from './held-body.ts';
import { headerPairs, type ResponseHeaders, responseHeaders } from './hop-headers.ts';
import { inspect } from './inspect.ts';
import { isPartOfInspected } from './partial-answer.ts';
import { isRepeatable } from './retry.ts';
import {
  canInjectInto,
  redirectedHeaders,
  responseRewrite,
  rewrittenHeaders,
  withoutCoding,
  withoutReplaced,
} from './rewrite.ts';
import { sendHead } from './send-head.ts';
import { addServerTiming } from './server-timing.ts';
import { countStreamed } from './streamed-garbage.ts';
import { passedTrailers } from './trailers.ts';
import { translateAnswer } from './translate-answer.ts';
import { openTunnel } from './tunnel.ts';
import type { Claimant, Upstream } from './upstream.ts';
import { isBrokenConnection, speaksAgainstAddress, upstreamError } from './upstream-error.ts';
import { upstreamRequest } from './upstream-request.ts';

/** More interim answers than this are an upstream gone wrong. */
const MAX_INFORMATIONAL = 8;

/**
 * waiting: no final head yet. deciding: rules look at the head. holding: the body is kept back for the rules.
 * streaming: bytes go to the client as they come. over: nothing that still comes counts.
 */
type Stage = 'waiting' | 'deciding' | 'holding' | 'streaming' | 'over';

export class Relay implements Dispatcher.DispatchHandler, Claimant {
  readonly #exchange: Exchange;
  readonly #upstream: Upstream;
  readonly #decisions: Decisions;
  #address: UpstreamAddress | undefined;
  #options: Dispatcher.DispatchOptions | undefined;
  /** Of the breaker, when the attempt began. */
  #epoch = 0;
  #timer: NodeJS.Timeout | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #stage: Stage = 'waiting';
  #attempts = 0;
  #isPending = false;
  #informational = 0;
  #status = 0;
  #reason: string | undefined;
  #headers: ResponseHeaders | undefined;
  #held: HeldBody | undefined;
  #received = 0;
  #last: Buffer | undefined;
  /** What rules put behind the body. */
  #appended: Buffer | undefined;
  #hasEnded = false;

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
    this.#address = address;
    this.#isPending = true;
    this.#epoch = address.breaker.epoch;
    try {
      this.#options = upstreamRequest(this.#exchange, this.#upstream, address);
      this.#exchange.sentTo = address;
      this.#exchange.sentPath = this.#options.path;
      const { totalTimeout } = this.#upstream.config;
      if (totalTimeout !== undefined) this.#timer = setTimeout(this.#onTotalTimeout, totalTimeout);
      address.dispatcher.dispatch(this.#options, this);
    } catch (cause) {
      this.onResponseError(undefined, cause as Error);
    }
  }

  refuse(error: GateError): void {
    this.#stage = 'over';
    this.#run(() => this.#decisions.fail(this.#exchange, error));
  }

  readonly #onTotalTimeout = (): void => {
    const error = new GateError(ERRORS.upstreamTimeout, `${this.#address?.url}: the whole exchange`);
    if (this.#controller !== undefined) this.#controller.abort(error);
    else this.onResponseError(undefined, error);
  };

  /** The upstream has done its part, one way or the other; `cause` when it failed. */
  #settle(cause?: GateError): void {
    const address = this.#address;
    if (!this.#isPending || address === undefined) return;
    this.#isPending = false;
    clearTimeout(this.#timer);
    const { breaker } = address;
    if (cause === undefined) {
      if (this.#upstream.failureStatuses?.has(this.#status)) breaker.failed(this.#epoch);
      else breaker.succeeded(this.#epoch);
    } else if (speaksAgainstAddress(cause)) breaker.failed(this.#epoch);
    else breaker.abandoned(this.#epoch);
    this.#upstream.release(address);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#exchange.upstreamController = controller;
    if (this.#stage === 'over' || this.#exchange.isClientGone || this.#exchange.isFinished)
      controller.abort(new GateError(ERRORS.clientGone));
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, _parsed: unknown, reason?: string): void {
    if (status < 200) {
      this.#informational++;
      if (this.#informational > MAX_INFORMATIONAL)
        controller.abort(new GateError(ERRORS.upstreamInvalid, 'too many interim answers'));
      return;
    }
    this.#exchange.answered = this.#exchange.elapsed();
    const headers = responseHeaders(
      controller.rawHeaders as Buffer[] | string[],
      this.#exchange.gate.serverHeader,
      status,
    );
    if (headers.isInvalid || status > 599) {
      controller.abort(new GateError(ERRORS.upstreamInvalid, `status ${status}`));
      return;
    }
    if (isPartOfInspected(this.#exchange, status, headers)) {
      this.#askForAll(controller);
      return;
    }
    this.#status = status;
    this.#reason = reason;
    this.#headers = headers;
    this.#translate(headers);
    if (this.#exchange.transaction === undefined) {
      this.#sendHead(headers);
    } else {
      this.#stage = 'deciding';
      this.#run(() => this.#decideOnHead(headers));
      // Rules hardly ever wait: then there is a decision already.
      if (this.#stage === 'deciding') controller.pause();
    }
  }

  /** A part is not enough for the rules: the same again, without saying which. */
  #askForAll(controller: Dispatcher.DispatchController): void {
    const exchange = this.#exchange;
    this.#stage = 'over';
    exchange.upstreamController = undefined;
    this.#settle();
    controller.abort(new GateError(ERRORS.upstreamFailed, 'rules want all of the answer'));
    exchange.hidesRange = true;
    const again = new Relay(exchange, this.#upstream, this.#decisions);
    this.#run(() => this.#upstream.assign(again, exchange.gate.config.limits.upstreamQueue));
  }

  /** Puts what the client knows in place of what only the upstream knows, before rules see it. */
  #translate({ list, namesPlace }: ResponseHeaders): void {
    const route = this.#exchange.route?.config;
    if (route === undefined) return;
    if (namesPlace && route.rewriteAnswers)
      translateAnswer(list, this.#exchange, route, (this.#address as UpstreamAddress).place);
    if (route.responseHeaders !== undefined) editHeaders(list, route.responseHeaders);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#received += chunk.length;
    countStreamed(chunk.length);
    if (this.#stage === 'streaming') this.#pass(controller, chunk);
    else if (this.#stage === 'holding') this.#hold(controller, chunk);
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    const listed = this.#exchange.route?.config.responseTrailers ?? [];
    const raw = controller.rawTrailers ?? [];
    if (listed.length > 0 && Array.isArray(raw) && raw.length > 0) {
      this.#exchange.sentTrailers = passedTrailers(raw as readonly (Buffer | string)[], listed);
    }
    this.#settle();
    this.#hasEnded = true;
    if (this.#stage === 'streaming') this.#complete();
    else if (this.#stage === 'holding') this.#run(() => this.#decideOnBody());
  }

  onRequestUpgrade(_controller: Dispatcher.DispatchController, status: number, _parsed: unknown, socket: Duplex): void {
    this.#settle();
    const headers = responseHeaders(
      (this.#controller?.rawHeaders ?? []) as Buffer[] | string[],
      this.#exchange.gate.serverHeader,
      status,
    );
    this.#stage = 'over';
    this.#exchange.upstreamController = undefined;
    this.#exchange.answered = this.#exchange.elapsed();
    this.#exchange.decidedBy ??= this.#address?.decidedBy;
    if (this.#exchange.head.isWebSocket && status === 101) {
      this.#run(() => openTunnel(this.#exchange, socket, headers, this.#decisions));
    } else {
      // CONNECT passes while rules only detect; a tunnel is never opened.
      socket.destroy();
      this.#run(() => sendEmpty(this.#exchange, status));
    }
  }

  onResponseError(_controller: unknown, cause: Error): void {
    const address = this.#address as UpstreamAddress;
    const error = upstreamError(cause, address.url);
    this.#settle(error);
    if (this.#stage === 'over') return;
    const next = this.#nextAddress(cause, address);
    if (next !== undefined) {
      this.#controller = undefined;
      this.#exchange.upstreamController = undefined;
      this.begin(next);
      return;
    }
    this.#stage = 'over';
    this.#exchange.upstreamController = undefined;
    this.#run(() => this.#decisions.fail(this.#exchange, error));
  }

  /** Where to try again, before any byte of an answer; undefined where that is not allowed or there is nobody. */
  #nextAddress(cause: Error, failed: UpstreamAddress): UpstreamAddress | undefined {
    const { config, budget } = this.#upstream;
    if (this.#stage !== 'waiting' || this.#attempts > config.retry.attempts || this.#exchange.isClientGone)
      return undefined;
    if (this.#options === undefined || !isRepeatable(this.#options, cause)) return undefined;
    // A kept connection may close just as it is used again; the address itself is well then.
    const next = this.#upstream.assignOther(this.#exchange, failed, isBrokenConnection(cause));
    if (next === undefined || budget.spend()) return next;
    this.#upstream.release(next);
    return undefined;
  }

  /** A promise only where rules wait for something. */
  #decideOnHead(headers: ResponseHeaders): MaybePromise<void> {
    const exchange = this.#exchange;
    const head = {
      status: this.#status,
      protocol: 'HTTP/1.1',
      headers: headerPairs(headers.list),
      ...(this.#reason && { reason: this.#reason }),
    };
    const verdict = inspect(exchange, (transaction) => transaction.processResponseHeaders(head));
    return verdict instanceof Promise ? verdict.then((one) => this.#followHead(one)) : this.#followHead(verdict);
  }

  #followHead(verdict: Interruption | undefined): MaybePromise<void> {
    const exchange = this.#exchange;
    if (verdict !== undefined) return this.#replace(verdict);
    const holds =
      exchange.transaction?.wantsResponseBody === true && exchange.route?.config.inspect.responseBody === true;
    if (holds && !this.#hasEnded) {
      this.#stage = 'holding';
      this.#held = new HeldBody(exchange, (this.#headers as ResponseHeaders).list);
      this.#controller?.resume();
      return undefined;
    }
    // Phase 4 also runs for answers whose body nobody wants to read; now it can still refuse them.
    return this.#decideOnBody();
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
    this.#sendHead(this.#headers as ResponseHeaders);
    if (this.#hasEnded) {
      this.#last = held.pop();
      for (const chunk of held) this.#write(chunk);
      this.#complete();
      return undefined;
    }
    let isFlowing = true;
    for (const chunk of held) isFlowing = this.#write(chunk);
    if (isFlowing) this.#controller?.resume();
    else this.#resumeOnDrain();
    return undefined;
  }

  /** What rules changed about the answer goes into head and held body before either is sent. Gives the body. */
  #rewritten(chunks: Buffer[]): Buffer[] {
    const { transaction, head } = this.#exchange;
    if (transaction === undefined) return chunks;
    const headers = this.#headers as ResponseHeaders;
    const location = transaction.rewrittenLocation;
    if (location !== undefined) this.#headers = redirectedHeaders(headers, location);
    const canInject = canInjectInto(head.method, this.#status, headers);
    const rewrite = responseRewrite(transaction, this.#held?.bytes ?? 0, canInject);
    if (rewrite === undefined) return chunks;
    if (this.#held?.isCoded) {
      // What rules have written is not compressed, and cannot stand before a rest that is.
      if (!this.#hasEnded)
        throw new GateError(ERRORS.upstreamInvalid, 'compressed, too long to be rewritten as a whole');
      this.#headers = withoutCoding(this.#headers as ResponseHeaders);
    }
    this.#headers = rewrittenHeaders(this.#headers as ResponseHeaders, rewrite);
    this.#appended = rewrite.after;
    return [rewrite.before, ...withoutReplaced(chunks, rewrite.replaced)];
  }

  #hold(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { transaction, route } = this.#exchange;
    const held = this.#held as HeldBody;
    let verdict: Interruption | undefined;
    try {
      verdict = held.add(chunk);
    } catch (error) {
      controller.abort(error as Error);
      return;
    }
    if (verdict !== undefined) {
      this.#run(() => this.#replace(verdict));
      return;
    }
    const limit = transaction?.responseBodyLimit ?? 0;
    const isPartial = route?.firewall?.waf.settings.responseBodyLimitAction === 'ProcessPartial';
    if (held.bytes > limit || (isPartial && held.bytes === limit)) {
      controller.pause();
      this.#run(() => this.#decideOnBody());
    }
  }

  #sendHead(headers: ResponseHeaders): void {
    const exchange = this.#exchange;
    const { list } = headers;
    if (exchange.gate.identity === undefined) list.push('X-Request-Id', exchange.id);
    const { sticky } = this.#upstream;
    if (sticky !== undefined) {
      const cookie = sticky.cookieFor(this.#address as UpstreamAddress, exchange);
      if (cookie !== undefined) list.push('Set-Cookie', cookie);
    }
    if (exchange.isRequestPending || exchange.mustClose) list.push('Connection', 'close');
    exchange.decidedBy ??= this.#address?.decidedBy;
    exchange.answerReady = exchange.elapsed();
    addServerTiming(exchange, list);
    const listed = exchange.route?.config.responseTrailers ?? [];
    if (listed.length > 0 && headers.contentLength === undefined && mayHaveTrailers(exchange, this.#status)) {
      list.push('Trailer', listed.join(', '));
      exchange.response.expectTrailers?.();
    }
    exchange.noteHead(this.#status, this.#reason, list);
    const reason = isPlainReason(this.#reason) ? { reason: this.#reason } : {};
    sendHead(exchange, this.#status, list, { ...reason, hasDate: headers.hasDate, isOurs: false });
    this.#stage = 'streaming';
  }

  #pass(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    // The last chunk goes out with the end of the answer, in one write where it is small. With rules on, phase 5 has run by
    // then: whoever has seen the whole answer finds it in the logs.
    if (this.#received === this.#headers?.contentLength) {
      this.#last = chunk;
      return;
    }
    const isFlowing = this.#write(chunk);
    const delay = this.#exchange.passage?.delayAfter(chunk.length) ?? 0;
    if (isFlowing && delay === 0) return;
    controller.pause();
    if (isFlowing) setTimeout(() => controller.resume(), delay);
    else this.#resumeOnDrain(delay);
  }

  #write(chunk: Buffer): boolean {
    this.#exchange.responseBytes += chunk.length;
    return this.#exchange.response.write(chunk);
  }

  /** `delay`: milliseconds the bandwidth of the route wants besides. */
  #resumeOnDrain(delay = 0): void {
    const resume = (): void => this.#controller?.resume();
    this.#exchange.response.once('drain', () => (delay > 0 ? setTimeout(resume, delay) : resume()));
  }

  #complete(): void {
    this.#stage = 'over';
    const exchange = this.#exchange;
    exchange.upstreamController = undefined;
    if (this.#appended !== undefined) this.#last = Buffer.concat([this.#last ?? Buffer.alloc(0), this.#appended]);
    if (this.#last !== undefined) exchange.responseBytes += this.#last.length;
    const finishing = finish(exchange);
    if (finishing === undefined) endResponse(exchange, this.#last);
    else this.#run(() => finishing.then(() => endResponse(exchange, this.#last)));
  }

  async #replace(verdict: Interruption): Promise<void> {
    this.#stage = 'over';
    this.#held?.take();
    this.#exchange.sentTrailers = [];
    this.#exchange.upstreamController = undefined;
    // The answer came; that it is refused says nothing against the address.
    this.#settle();
    this.#controller?.abort(new GateError(ERRORS.upstreamFailed, 'answer refused by a rule'));
    await this.#decisions.carryOut(this.#exchange, verdict);
  }

  /** Hands on to a stage that may wait; what it throws ends the exchange. */
  #run(work: () => MaybePromise<void>): void {
    const fail = (error: unknown): Promise<void> => {
      this.#stage = 'over';
      return this.#decisions.fail(this.#exchange, error);
    };
    try {
      const waiting = work();
      if (waiting instanceof Promise) waiting.catch(fail);
    } catch (error) {
      void fail(error);
    }
  }
}

/** Trailers come behind a body in chunks, which HTTP/1.0 does not know. */
function mayHaveTrailers({ head, request }: Exchange, status: number): boolean {
  return request.httpVersion !== '1.0' && head.method !== 'HEAD' && status !== 204 && status !== 304;
}

/** Node refuses to write anything else on the status line. */
function isPlainReason(reason: string | undefined): reason is string {
  if (reason === undefined || reason === '') return false;
  for (let at = 0; at < reason.length; at++) {
    const code = reason.charCodeAt(at);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return true;
}
