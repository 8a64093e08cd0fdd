/** Answers the gate gives itself, and how answers end. */
import type { FrontResponse } from '../listener/front.ts';
import { headerOf } from '../listener/strict-http.ts';
import type { Exchange } from './exchange.ts';
import { finish } from './finish.ts';
import { errorPage, prefersJson } from './pages.ts';
import { sendHead } from './send-head.ts';
import { addServerTiming } from './server-timing.ts';

/** Last chunks up to this size go out together with the head. */
const JOINED_BYTES = 8 * 1024;

/** Sends the page for a status; `extra` are more headers, names and values in turn. */
export async function sendPage(exchange: Exchange, status: number, extra: readonly string[] = []): Promise<void> {
  const { head, gate } = exchange;
  const { identity } = gate;
  if (identity !== undefined) {
    const shown = identity.status(status);
    if (shown === undefined) {
      exchange.status = status;
      await finish(exchange);
      exchange.destroySocket();
      return;
    }
    const { contentType, body } = identity.page(shown, head.method);
    await send(exchange, shown, ['Content-Type', contentType, ...extra], body);
    return;
  }
  const page = errorPage(
    status,
    exchange.id,
    prefersJson(headerOf(head, 'accept'), headerOf(head, 'x-requested-with')),
  );
  await send(exchange, status, ['Content-Type', page.contentType, 'Cache-Control', 'no-store', ...extra], page.body);
}

/** Sends a text as it is. */
export async function sendText(exchange: Exchange, status: number, contentType: string, text: string): Promise<void> {
  await send(exchange, status, ['Content-Type', contentType], text);
}

export async function sendEmpty(exchange: Exchange, status: number, extra: readonly string[] = []): Promise<void> {
  await send(exchange, status, extra, '');
}

async function send(exchange: Exchange, status: number, headers: readonly string[], text: string): Promise<void> {
  const { response, gate } = exchange;
  if (response.headersSent) {
    // The answer is already on its way; cutting it is the only way left to say that it is not whole.
    exchange.destroySocket();
    return;
  }
  const body = Buffer.from(text);
  const list = [...headers, 'Content-Length', String(body.length)];
  if (gate.identity === undefined) list.push('X-Request-Id', exchange.id);
  if (gate.serverHeader !== undefined) list.push('Server', gate.serverHeader);
  if (exchange.isRequestPending || exchange.mustClose) list.push('Connection', 'close');
  exchange.answerReady = exchange.elapsed();
  addServerTiming(exchange, list);
  exchange.noteHead(status, undefined, list);
  exchange.responseBytes = exchange.head.method === 'HEAD' ? 0 : body.length;
  await finish(exchange);
  if (exchange.isClientGone) return;
  sendHead(exchange, status, list, { isOurs: true });
  endResponse(exchange, body);
}

/**
 * Ends an answer. Closing while the client still sends would reset the connection and could take the answer with it, so
 * the rest of the request is read and thrown away first, for a while.
 */
export function endResponse(exchange: Exchange, lastChunk?: Buffer): void {
  const { response, request } = exchange;
  const isWaitingForContinue = exchange.head.expectsContinue && !exchange.hasContinued;
  if (exchange.sentTrailers.length > 0) response.addTrailers?.(pairsOf(exchange.sentTrailers));
  if (!exchange.isRequestPending || isWaitingForContinue) {
    const others = exchange.gate.departures.assembled();
    if (others === undefined) end(response, lastChunk);
    else void others.then(() => end(response, lastChunk));
    return;
  }
  if (lastChunk !== undefined) response.write(lastChunk);
  else response.flushHeaders();
  const stopLingering = (): void => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(stopLingering, exchange.gate.config.timeouts.linger);
  request.once('end', stopLingering).once('close', stopLingering).on('error', stopLingering);
  request.resume();
}

function end(response: FrontResponse, lastChunk: Buffer | undefined): void {
  // Node joins head and text to one write; bytes would be a second one.
  if (lastChunk !== undefined && lastChunk.length <= JOINED_BYTES) response.end(lastChunk.toString('latin1'), 'latin1');
  else response.end(lastChunk);
}

function pairsOf(list: readonly string[]): readonly [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < list.length; at += 2) pairs.push([list[at] as string, list[at + 1] as string]);
  return pairs;
}
