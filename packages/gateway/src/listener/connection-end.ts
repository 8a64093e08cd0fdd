/** How exchanges and connections end when not by an answer. */
import { ERRORS, GateError } from '../errors.ts';
import type { Gate } from '../gate.ts';
import type { Exchange } from '../proxy/exchange.ts';
import { noteEnd } from '../proxy/finish.ts';
import { decisions } from '../proxy/refuse.ts';
import { type FrontSocket, isRefused, running, waiting } from './front-socket.ts';
import { type ParseError, refuseMalformed } from './malformed.ts';
import { plainAddress } from './networks.ts';
import type { GuardedConnection, TooSlow } from './slow-clients/guarded-connection.ts';

/** The answer is over, one way or the other. */
export function concludeExchange(exchange: Exchange): void {
  if (exchange.status !== 101) noteEnd(exchange);
  if (exchange.response.writableFinished || exchange.isFinished || exchange.status === 101) return;
  const gone = new GateError(ERRORS.clientGone);
  if (exchange.upstreamController !== undefined) exchange.upstreamController.abort(gone);
  else void decisions.fail(exchange, gone);
}

/** A body broke the rules half-way. Requests that wait, the one it belongs to among them, are dropped with it. */
export function onLooseBody(socket: FrontSocket, complaint: string): void {
  const isWaiting = (socket[waiting]?.length ?? 0) > 0;
  socket[waiting] = undefined;
  const exchange = socket[running];
  if (exchange === undefined) socket.destroy();
  else if (isWaiting) exchange.response.once('finish', () => socket.end());
  else void decisions.fail(exchange, new GateError(ERRORS.looseFraming, complaint));
}

/**
 * The parser gave up on a connection. If it was in the middle of a body, the running exchange fails; if an earlier answer
 * is still on its way, the refusal waits for it.
 */
export function onParseError(gate: Gate, error: ParseError, socket: FrontSocket): void {
  if (socket[isRefused]) return;
  socket[isRefused] = true;
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE' || socket.destroyed) {
    socket.destroy();
    return;
  }
  socket[waiting] = undefined;
  const exchange = socket[running];
  if (exchange === undefined || exchange.response.writableFinished) void refuseMalformed(gate, error, socket);
  else if (exchange.request.complete) exchange.response.once('finish', () => void refuseMalformed(gate, error, socket));
  else void decisions.fail(exchange, bodyError(error));
}

/** The end of the connection within a body is the client's leaving; anything else is a body that cannot be read. */
function bodyError(error: ParseError): GateError {
  if (error.code === 'HPE_INVALID_EOF_STATE') return new GateError(ERRORS.clientGone);
  return new GateError(ERRORS.malformedRequest, `body: ${error.reason ?? error.message}`);
}

/** A client that is too slow: 408 for a head, an end for the rest. */
export function endSlow(gate: Gate, connection: GuardedConnection, { stage, text, isEmpty }: TooSlow): void {
  const socket = connection.socket as FrontSocket;
  if (socket.destroyed) return;
  const exchange = socket[running];
  if (stage === 'head' && !isEmpty) {
    onParseError(gate, new HeadTimeout(text), socket);
    return;
  }
  if (stage === 'response' && exchange !== undefined) {
    exchange.resetSocket = () => connection.reset();
    void decisions.fail(exchange, new GateError(ERRORS.responseTooSlow, text));
  } else {
    // Whoever has not said a word gets no answer: browsers open connections ahead, and would take it for that of a later request.
    const address = plainAddress(socket.remoteAddress);
    gate.logs.error('info', 'http', `connection of ${address} closed: slow ${stage}, ${text}`);
  }
  if (stage === 'response') connection.reset();
  else socket.destroy();
}

/** Goes the way of what Node's parser reports. */
class HeadTimeout extends Error {
  readonly code = 'ERR_HTTP_REQUEST_TIMEOUT';
}
