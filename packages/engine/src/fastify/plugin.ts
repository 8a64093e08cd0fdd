import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ProtectOptions } from '../adapter/options.ts';
import type { Waf } from '../contract.ts';
import { prepareInPauses } from '../node/preparation.ts';
import { NodeExchange } from '../node/protect.ts';

/** What the plugin needs of a Fastify request; written down here so that the engine does not depend on Fastify. */
export interface FastifyRequestShape {
  readonly raw: IncomingMessage;
}

export interface FastifyReplyShape {
  readonly raw: ServerResponse;
  hijack(): unknown;
}

type Hook<Rest extends readonly unknown[]> = (
  request: FastifyRequestShape,
  reply: FastifyReplyShape,
  ...rest: Rest
) => void;

/** What the plugin needs of a Fastify instance. */
export interface FastifyHooks {
  addHook(name: 'onRequest', hook: Hook<[done: (error?: Error) => void]>): unknown;
  addHook(name: 'preParsing', hook: Hook<[payload: unknown, done: (error?: Error | null) => void]>): unknown;
}

/**
 * Puts the engine in front of a Fastify application: of every route of the instance it is registered in, and of its 404s.
 * Phase 1 runs `onRequest`, the body is read and phase 2 runs before parsing, and answers are looked at on the raw response,
 * so that hijacked replies cannot go around the rules. Register it first.
 *
 * @example
 * await app.register(protectFastify(waf));
 */
export function protectFastify<R extends FastifyRequestShape = FastifyRequestShape>(
  waf: Waf,
  options: ProtectOptions<R> = {},
): (app: FastifyHooks, options: unknown, done: (error?: Error) => void) => void {
  prepareInPauses(waf);
  const plugin = (app: FastifyHooks, _options: unknown, done: () => void): void => {
    const exchanges = new WeakMap<IncomingMessage, NodeExchange<R>>();
    app.addHook('onRequest', (request, reply, next) => {
      const exchange = new NodeExchange(waf, options, request as R, request.raw, reply.raw);
      exchanges.set(request.raw, exchange);
      proceed(exchange.inspectHead(), reply, next);
    });
    app.addHook('preParsing', (request, reply, _payload, next) => {
      const exchange = exchanges.get(request.raw);
      if (exchange === undefined) next(new Error('the firewall did not see the head of this request'));
      else proceed(exchange.inspectBody(), reply, next);
    });
    done();
  };
  // Fastify's own marks: hooks apply to the application and not only inside the plugin; a name for error messages.
  return Object.assign(plugin, {
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: '@sallyport/engine',
  });
}

function proceed(isAllowed: Promise<boolean>, reply: FastifyReplyShape, next: (error?: Error) => void): void {
  isAllowed.then(
    (goesOn) => {
      if (goesOn) next();
      else reply.hijack();
    },
    (error: unknown) => next(error as Error),
  );
}
