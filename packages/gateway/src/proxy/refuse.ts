/** Carrying out what rules or the gate decided instead of the upstream's answer. */
import type { Interruption } from '@sallyport/engine';
import { ERRORS, type ErrorSource, GateError, type Stage } from '../errors.ts';
import type { LogLevel } from '../logs/index.ts';
import { sendEmpty, sendPage } from './answer.ts';
import type { Decisions } from './decisions.ts';
import type { Exchange } from './exchange.ts';
import { finish } from './finish.ts';
import { forward } from './forward.ts';
import { streamBody } from './request-body.ts';

const LEVELS: Readonly<Record<ErrorSource, LogLevel>> = { client: 'notice', upstream: 'error', internal: 'error' };

/** What was asked for is clear, and the connection is good for another request: with credentials, for example. */
const STAYS_OPEN: ReadonlySet<Stage> = new Set(['route', 'auth']);

/** Seconds; queues of this length are gone soon, or for longer than anybody would wait. */
const RETRY_AFTER = 1;

/** Ends an exchange that cannot go on. Never rejects. */
export async function fail(exchange: Exchange, cause: unknown): Promise<void> {
  // Ending an exchange makes its other half fail too; the first reason is the true one.
  if (exchange.hasFailed) return;
  exchange.hasFailed = true;
  const error =
    cause instanceof GateError
      ? cause
      : new GateError(ERRORS.internalError, (cause as Error)?.stack ?? String(cause), cause);
  exchange.decidedBy = { stage: error.kind.stage, reason: error.kind.code };
  // A ban has its own line; another one for each refused request would be a flood of its own.
  // So would one for each browser that has not been asked for a password yet.
  const isRoutine =
    (error.kind.stage === 'flood' && error.kind.source === 'client') || error.kind === ERRORS.credentialsMissing;
  const level = isRoutine ? 'info' : LEVELS[error.kind.source];
  exchange.note(level, `${error.kind.code} ${error.message}`);
  exchange.upstreamController?.abort(error);
  exchange.mustClose ||= error.kind.source === 'client' && !STAYS_OPEN.has(error.kind.stage);
  try {
    if (error.kind === ERRORS.clientGone || error.kind.isSilent || exchange.response.headersSent) {
      // An answer that is on its way can only be cut, so that nobody takes it for whole.
      exchange.status ||= error.kind.status;
      exchange.destroySocket();
      await finish(exchange);
    } else {
      await sendPage(exchange, error.kind.status, headersWith(exchange, error));
    }
  } catch (again) {
    exchange.note('crit', `answering failed: ${(again as Error).stack}`);
    exchange.destroySocket();
    await finish(exchange);
  }
}

/** What RFC 9110 wants beside these statuses (§10.2.1, §10.2.3). */
function headersWith({ gate }: Exchange, { kind: { status }, retryAfter, headers }: GateError): readonly string[] {
  if (headers.length > 0) return headers;
  if (retryAfter !== undefined) return ['Retry-After', String(retryAfter)];
  if (status === 503) return ['Retry-After', String(RETRY_AFTER)];
  return status === 405 ? ['Allow', gate.config.http.methods.join(', ')] : [];
}

/** Does what a rule decided. */
export async function carryOut(exchange: Exchange, verdict: Interruption): Promise<void> {
  exchange.decidedBy = { stage: 'waf', reason: String(verdict.rule?.id ?? verdict.message) };
  switch (verdict.action) {
    case 'drop':
      exchange.status = verdict.status;
      await finish(exchange);
      exchange.destroySocket();
      return;
    case 'redirect':
      if (verdict.url === undefined || hasControlBytes(verdict.url))
        throw new GateError(ERRORS.internalError, 'redirect without a usable address');
      await sendEmpty(exchange, verdict.status, ['Location', verdict.url, 'Cache-Control', 'no-store']);
      return;
    case 'proxy': {
      const target = exchange.gate.proxyTargets.get(originOf(verdict.url ?? ''));
      if (target === undefined || exchange.response.headersSent)
        throw new GateError(ERRORS.proxyTargetRefused, verdict.url);
      streamBody(exchange);
      forward(exchange, decisions, target);
      return;
    }
    case 'deny':
      await sendPage(exchange, verdict.status >= 200 && verdict.status <= 599 ? verdict.status : 500);
      return;
  }
}

/** Hands both to stages that come later. */
export const decisions: Decisions = { carryOut, fail };

/** Scheme, host and port: what stands before the path. */
function originOf(url: string): string {
  const host = url.indexOf('://') + 3;
  const path = url.indexOf('/', host);
  return path < 0 ? url : url.slice(0, path);
}

/** A rule may build an address from request data; CR and LF in it would start a header of their own. */
function hasControlBytes(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) < 0x20 || text.charCodeAt(at) === 0x7f) return true;
  }
  return false;
}
