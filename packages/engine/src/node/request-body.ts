import type { IncomingMessage } from 'node:http';
import type { Decision } from '../adapter/decision.ts';
import type { Inspection, Reading } from '../adapter/inspection.ts';
import type { BodyRewrite } from '../adapter/rewrite.ts';
import { hasBody } from './request-head.ts';

/** The client left before its request was complete: there is nobody to answer. */
export const GONE = 'gone';

/**
 * Shows the body to the rules and runs phase 2. Afterwards the request reads as if nobody had touched it: what was read is
 * put back, and what is still to come (over the limit, with ProcessPartial) comes as it would have, with back-pressure.
 */
export async function inspectRequestBody<R>(
  request: IncomingMessage,
  inspection: Inspection<R>,
): Promise<Decision | typeof GONE | undefined> {
  if (!hasBody(request) || !inspection.wantsRequestBody) return inspection.requestBody();
  if (!isUntouched(request)) {
    const problem = new Error('the request body was read before the firewall saw it; protect() must come first');
    return inspection.fail(problem) ?? inspection.requestBody();
  }
  const held: Buffer[] = [];
  const verdict = (await read(request, inspection, held)) ?? (await inspection.requestBody());
  if (request.destroyed) return verdict ?? GONE;
  putBack(request, held, inspection.requestRewrite);
  return verdict;
}

function putBack(request: IncomingMessage, held: readonly Buffer[], rewrite: BodyRewrite | undefined): void {
  Object.defineProperty(request, PUT_BACK, { value: true, configurable: true });
  const chunks = rewrite === undefined ? held : [rewrite.begin(), ...held.map((chunk) => rewrite.pass(chunk))];
  if (rewrite !== undefined) announce(request, lengthOf(chunks) - lengthOf(held));
  for (let at = chunks.length - 1; at >= 0; at--) if (chunks[at]?.length !== 0) request.unshift(chunks[at]);
}

/** An announced length follows the body that rules changed; parsers compare the two. */
function announce({ headers, rawHeaders }: IncomingMessage, growth: number): void {
  if (headers['content-length'] === undefined) return;
  headers['content-length'] = String(Number(headers['content-length']) + growth);
  const at = rawHeaders.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'content-length');
  rawHeaders[at + 1] = headers['content-length'];
}

function lengthOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, { length }) => sum + length, 0);
}

/**
 * Reads and forgets what the application left unread. Node does so for requests that nobody has touched; one that was read
 * from and put back would keep the next request on its connection waiting.
 */
export function discardUnread(request: IncomingMessage): void {
  const isAbandoned =
    PUT_BACK in request &&
    !request.readableEnded &&
    request.listenerCount('data') === 0 &&
    request.listenerCount('readable') === 0;
  if (isAbandoned) request.resume();
}

/** Marks a request whose body was read and put back, so that a second firewall behind the first may read it again. */
const PUT_BACK = Symbol('sallyport.putBack');

/** Bytes that somebody else took, or turned into text, cannot be inspected any more. */
function isUntouched(request: IncomingMessage): boolean {
  if (request.readableEnded || request.readableEncoding !== null) return false;
  return !request.readableDidRead || PUT_BACK in request;
}

async function read<R>(
  request: IncomingMessage,
  inspection: Inspection<R>,
  held: Buffer[],
): Promise<Decision | typeof GONE | undefined> {
  // Listening for `readable` makes the stream read in the next tick, and a stream found at its end then says `end`, which
  // the application would miss. The parser may still be at work on this packet when we are called; now it no longer is.
  await undefined;
  if (request.destroyed) return GONE;
  return isAtEnd(request, 0) ? undefined : fill(request, inspection, held);
}

/** Reads into `held` until the body ends or the rules have enough. */
function fill<R>(
  request: IncomingMessage,
  inspection: Inspection<R>,
  held: Buffer[],
): Promise<Decision | typeof GONE | undefined> {
  return new Promise((resolve) => {
    let received = 0;
    const settle = (verdict: Decision | typeof GONE | undefined): void => {
      request.off('readable', onReadable).off('error', ignore).off('close', onClose);
      resolve(verdict);
    };
    const onClose = (): void => settle(GONE);
    const onReadable = (): void => {
      // Said of an empty buffer, `readable` means the end.
      let reading: Reading = request.readableLength === 0 ? 'enough' : 'more';
      while (reading === 'more' && request.readableLength > 0) {
        // Asking for exactly what is there, and never past it, keeps the stream from saying `end`.
        const chunk = request.read(request.readableLength) as Buffer;
        held.push(chunk);
        received += chunk.length;
        reading = inspection.requestChunk(chunk);
      }
      if (reading === 'enough' || (reading === 'more' && isAtEnd(request, received))) settle(undefined);
      else if (reading !== 'more') settle(reading);
    };
    request.on('error', ignore).on('close', onClose).on('readable', onReadable);
  });
}

/** Whether the last byte has been read. `complete` is Node's own word for it; in-process requests of test tools lack it. */
function isAtEnd(request: IncomingMessage, received: number): boolean {
  if (request.complete) return request.readableLength === 0;
  return received > 0 && received === Number(request.headers['content-length']);
}

/** `close` follows and says the same. */
function ignore(): void {}
