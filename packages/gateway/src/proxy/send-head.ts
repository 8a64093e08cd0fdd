/** Writes the head of an answer, with the face the gate shows. */
import { headerOf } from '../listener/strict-http.ts';
import type { Exchange } from './exchange.ts';

/**
 * Writes status and headers (names and values in turn; `Connection: close` among them closes). `hasDate`: the answer brings its own.
 * `isOurs`: the status is the gate's, and so are the words for it.
 */
export function sendHead(
  exchange: Exchange,
  status: number,
  list: string[],
  {
    reason,
    hasDate,
    isOurs,
  }: { readonly reason?: string | undefined; readonly hasDate?: boolean; readonly isOurs: boolean },
): void {
  const { response, gate } = exchange;
  const { identity } = gate;
  if (identity === undefined) {
    if (hasDate === true) response.sendDate = false;
    if (reason === undefined) response.writeHead(status, list);
    else response.writeHead(status, reason, list);
    return;
  }
  const isVersion1 = exchange.request.httpVersion.startsWith('1.');
  const isKept = response.shouldKeepAlive !== false && !exchange.mustClose && !exchange.isRequestPending;
  const asked = headerOf(exchange.head, 'connection')?.toLowerCase().includes('keep-alive') === true;
  const arranged = identity.arrange(list, {
    isKept: isKept || !isVersion1,
    asksToKeep: asked && isVersion1,
    isChunked: exchange.request.httpVersion === '1.1' && hasUnknownLength(exchange, status, list),
  });
  response.sendDate = false;
  // Where the profile is silent about the connection, Node is not to speak for it.
  if (isVersion1 && isKept) response.removeHeader?.('Connection');
  const words = isOurs ? identity.reason(status) : reason;
  if (words === undefined) response.writeHead(status, arranged);
  else response.writeHead(status, words, arranged);
}

function hasUnknownLength({ head }: Exchange, status: number, list: readonly string[]): boolean {
  if (head.method === 'HEAD' || status === 204 || status === 304) return false;
  for (let at = 0; at < list.length; at += 2) if (list[at]?.toLowerCase() === 'content-length') return false;
  return true;
}
