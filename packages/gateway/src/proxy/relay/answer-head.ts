/** The head of an upstream's answer, as the client gets it. */
import { editHeaders } from '../edit-headers.ts';
import type { Exchange } from '../exchange.ts';
import type { ResponseHeaders } from '../hop-headers.ts';
import { sendHead } from '../send-head.ts';
import { addServerTiming } from '../server-timing.ts';
import { translateAnswer } from '../translate-answer.ts';
import type { Attempt } from './attempt.ts';

/** Puts what the client knows in place of what only the upstream knows, before rules see it. */
export function translateHead(exchange: Exchange, { list, namesPlace }: ResponseHeaders, { address }: Attempt): void {
  const route = exchange.route?.config;
  if (route === undefined) return;
  if (namesPlace && route.rewriteAnswers) translateAnswer(list, exchange, route, address.place);
  if (route.responseHeaders !== undefined) editHeaders(list, route.responseHeaders);
}

/** Sends status and headers of what came of the attempt. */
export function sendAnswerHead(
  exchange: Exchange,
  { upstream, address, status, reason }: Attempt,
  { list, contentLength, hasDate }: ResponseHeaders,
): void {
  if (exchange.gate.identity === undefined) list.push('X-Request-Id', exchange.id);
  const { sticky } = upstream;
  if (sticky !== undefined) {
    const cookie = sticky.cookieFor(address, exchange);
    if (cookie !== undefined) list.push('Set-Cookie', cookie);
  }
  if (exchange.isRequestPending || exchange.mustClose) list.push('Connection', 'close');
  exchange.decidedBy ??= address.decidedBy;
  exchange.answerReady = exchange.elapsed();
  addServerTiming(exchange, list);
  const listed = exchange.route?.config.responseTrailers;
  if (listed !== undefined && listed.length > 0 && contentLength === undefined && mayHaveTrailers(exchange, status)) {
    list.push('Trailer', listed.join(', '));
    exchange.response.expectTrailers?.();
  }
  exchange.noteHead(status, reason, list);
  sendHead(exchange, status, list, { reason: isPlainReason(reason) ? reason : undefined, hasDate, isOurs: false });
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
