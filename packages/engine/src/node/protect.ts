import type { IncomingMessage, ServerResponse } from 'node:http';
import { connectionOf } from '../adapter/connection.ts';
import type { Decision } from '../adapter/decision.ts';
import { Inspection } from '../adapter/inspection.ts';
import type { ProtectOptions } from '../adapter/options.ts';
import type { Waf } from '../contract.ts';
import { prepareInPauses } from './preparation.ts';
import { GONE, inspectRequestBody } from './request-body.ts';
import { endsOf, requestHeadOf } from './request-head.ts';
import { ResponseGate } from './response-gate.ts';

/** A middleware of Connect, Express and everything that speaks their language. */
export type Middleware<R extends IncomingMessage> = (
  request: R,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * Puts the engine in front of an Express or Connect application: phases 1 and 2 run before what comes after it in the
 * chain, phases 3 and 4 before the answer leaves, phase 5 when the exchange is over. Refused requests go no further.
 *
 * Use it before anything that reads bodies; use `compression()` before it, so that rules see answers uncompressed.
 * Without `SecRequestBodyAccess` or `SecResponseBodyAccess` that body is streamed as if nothing were in between.
 *
 * @example
 * app.use(protect(waf));
 */
export function protect<R extends IncomingMessage = IncomingMessage>(
  waf: Waf,
  options: ProtectOptions<R> = {},
): Middleware<R> {
  prepareInPauses(waf);
  return (request, response, next) => {
    const exchange = new NodeExchange(waf, options, request, request, response);
    void exchange.inspectRequest().then((isAllowed) => {
      if (isAllowed) next();
    });
  };
}

/** What `protectKoa` needs of Koa's context. */
export interface KoaContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** False tells Koa that the answer is not its own. */
  respond?: boolean | undefined;
}

/**
 * The same as a Koa middleware; options get Koa's context as the request. Let it be the first one.
 *
 * @example
 * app.use(protectKoa(waf));
 */
export function protectKoa<C extends KoaContext = KoaContext>(
  waf: Waf,
  options: ProtectOptions<C> = {},
): (context: C, next: () => Promise<unknown>) => Promise<void> {
  prepareInPauses(waf);
  return async (context, next) => {
    const exchange = new NodeExchange(waf, options, context, context.req, context.res);
    if (await exchange.inspectRequest()) await next();
    else context.respond = false;
  };
}

/**
 * The same around a handler of `node:http`. What the handler throws or rejects with stays as uncaught as without it.
 * Upgrades (WebSocket) are events of their own in Node and do not come through here.
 *
 * @example
 * createServer(guard(waf, (request, response) => response.end('hello'))).listen(8080);
 */
export function guard(
  waf: Waf,
  handler: (request: IncomingMessage, response: ServerResponse) => unknown,
  options: ProtectOptions<IncomingMessage> = {},
): (request: IncomingMessage, response: ServerResponse) => void {
  const middleware = protect(waf, options);
  return (request, response) => middleware(request, response, () => void handler(request, response));
}

/** One exchange over Node's request and response. `R` is the request as options see it. */
export class NodeExchange<R> {
  readonly #inspection: Inspection<R>;
  readonly #gate: ResponseGate<R>;
  readonly #options: ProtectOptions<R>;
  readonly #subject: R;
  readonly #request: IncomingMessage;

  constructor(waf: Waf, options: ProtectOptions<R>, subject: R, request: IncomingMessage, response: ServerResponse) {
    this.#inspection = new Inspection(waf, options, subject);
    this.#gate = new ResponseGate(response, this.#inspection);
    this.#options = options;
    this.#subject = subject;
    this.#request = request;
  }

  /** Phases 1 and 2. False: the request was answered here, or nobody is left to answer. */
  async inspectRequest(): Promise<boolean> {
    return (await this.inspectHead()) && this.inspectBody();
  }

  /** Phase 1; the same meaning. */
  async inspectHead(): Promise<boolean> {
    const refusal = await this.#inspection.requestHead(
      () => connectionOf(this.#options, this.#subject, endsOf(this.#request)),
      () => requestHeadOf(this.#request),
    );
    return this.#conclude(refusal);
  }

  /** The body and phase 2; the same meaning. */
  async inspectBody(): Promise<boolean> {
    return this.#conclude(await inspectRequestBody(this.#request, this.#inspection));
  }

  async #conclude(outcome: Decision | typeof GONE | undefined): Promise<boolean> {
    if (outcome === undefined) return true;
    if (outcome !== GONE) await this.#gate.refuse(outcome);
    return false;
  }
}
